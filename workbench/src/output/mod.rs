//! The text and the data files of a run: its summary, and `run.json`, `history.*` and `results.*`.

pub mod history;
pub mod print;
pub mod reread;
mod results;
pub mod run_info;
pub mod summary;

/// The width of the column of labels in what people read.
pub(crate) const LABELS: usize = 16;

//! The text and the data files of a run: its printed summary, and `run.json`, `history.*`, `results.*` and
//! `summary.json`; and those of a sweep, `sweep.json` and `runs.jsonl`.

pub mod history;
pub mod print;
pub mod reread;
mod results;
pub mod run_info;
pub mod run_numbers;
pub mod seed_outcome;
pub mod summary;
pub mod sweep_info;

/// The width of the column of labels in what people read.
pub(crate) const LABELS: usize = 16;

//! What a run tells people and other programs.

pub mod edn;
pub mod facts;
pub mod history;
pub mod printed;
mod results;
pub mod scene;
pub mod summary;
pub mod sweep;
pub(crate) mod wrap;

/// The width of the column of labels in what people read.
pub(crate) const LABELS: usize = 14;

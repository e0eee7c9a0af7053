//! What a run tells people and other programs.

pub(crate) mod counted;
pub mod diagram;
pub mod edn;
pub mod facts;
pub mod history;
pub mod illustrate;
pub mod operations;
pub mod page;
pub mod plots;
pub mod printed;
pub mod replay;
pub mod reread;
mod results;
pub mod scene;
pub mod summary;
pub mod sweep;
pub mod traffic;
pub mod visible;
pub(crate) mod wrap;

/// The width of the column of labels in what people read.
pub(crate) const LABELS: usize = 14;

/// The name of the page that shows a run.
pub const REPORT: &str = "report.html";

//! What a run tells people and other programs.

pub mod diagram;
pub mod illustrate;
pub mod operations;
pub mod page;
pub mod plots;
pub mod replay;
pub mod scene;
pub mod traffic;

/// The name of the page that shows a run.
pub const REPORT: &str = "report.html";

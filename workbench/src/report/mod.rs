//! What a run tells people and other programs.

pub mod diagram;
pub mod message_window;
pub mod operations;
pub mod page;
pub mod plots;
pub mod render;
pub mod replay;
pub mod traffic;

/// The name of the page that shows a run.
pub const REPORT: &str = "report.html";

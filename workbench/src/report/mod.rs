//! What a run tells people and other programs, a sweep, and the store as a whole.

pub mod diagram;
pub mod index;
pub mod message_window;
pub mod operations;
pub mod page;
pub mod plots;
mod policy;
pub mod render;
pub mod replay;
pub mod sweep;
pub mod traffic;
mod verdict_sign;

/// The name of the page that shows a run.
pub const REPORT: &str = "report.html";

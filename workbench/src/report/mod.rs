//! What a run tells people and other programs.

pub mod edn;
pub mod history;
mod results;
pub mod summary;
pub mod sweep;
pub(crate) mod wrap;

//! What a person types.

pub mod arguments;
pub mod check;
pub mod compare;
pub mod diagram;
pub mod exit;
mod index;
pub mod judge;
mod name;
pub mod new;
mod outcomes;
pub mod prune;
pub mod remove;
pub mod report;
mod run_and_judge;
mod series;
mod shrink;
pub(crate) mod simulate;
mod sweep;
pub mod test;
pub mod trace;
pub mod watch;

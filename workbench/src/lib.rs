//! A test bench for Maelstrom nodes.

pub mod checker;
pub mod elements;
pub mod history;
pub mod report;
pub mod time;

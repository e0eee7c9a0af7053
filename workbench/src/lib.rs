//! A test bench for Maelstrom nodes.

pub mod elements;
pub mod history;
pub mod time;

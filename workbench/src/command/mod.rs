//! What a person types.

pub mod bench;
pub mod diagram;
pub mod judge;
mod name;
pub mod new;
pub mod prune;
pub mod remove;
pub mod series;
pub mod simulate;

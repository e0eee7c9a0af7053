//! The plan of a run, drawn from its seed: which operation when, which partition when.

pub mod generator;
pub mod nemesis;

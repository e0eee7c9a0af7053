//! Pictures of simulated runs: the same to the byte for the same seed, and true to the journal.

mod diagram;
mod trace;

//! Pictures of simulated runs: the same for the same seed, and true to the journal.

mod trace;

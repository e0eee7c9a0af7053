//! Pictures of simulated runs, the same to the byte on every run.

mod diagram;

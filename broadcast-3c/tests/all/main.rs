//! The stage's tests: its protocol, and its challenge.

mod protocol;
mod workload;

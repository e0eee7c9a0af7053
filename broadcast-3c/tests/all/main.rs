//! The tests of the stage: what it says to what it is told, and its challenge.

mod protocol;
mod workload;

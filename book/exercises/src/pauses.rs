//! The solution of 3e with other pauses between its batches. `build.rs` makes a module of each.

use workbench::cluster::tasks::Program;

/// The solution with another pause.
pub struct Paused {
    /// The pause, in milliseconds.
    pub millis: u64,
    /// The changed server.
    pub program: fn() -> Program,
}

include!(concat!(env!("OUT_DIR"), "/pauses.rs"));

//! The solution of 3e with other pauses between its batches. `build.rs` makes a module of each.

use workbench::cluster::tasks::Program;

include!(concat!(env!("OUT_DIR"), "/pauses.rs"));

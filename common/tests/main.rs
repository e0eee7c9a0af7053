//! The tests of a node, except those over real processes: one program, linked once.

mod any_bytes;
mod errors;
mod properties;
mod protocol;
mod serve;
mod server;

//! The tests of the workbench, but for those over real processes: one program, linked once.

mod any_bytes;
mod architecture;
mod checks;
mod comparison;
mod determinism;
mod explain;
mod known_bad;
mod makefile;
mod page;
mod pictures;
mod properties;
mod scenarios;
mod services;
mod shrink;

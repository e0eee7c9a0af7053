//! Any bytes on a node's stdout: what the workbench reads.

#![no_main]

#[path = "../../workbench/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::stdout(bytes));

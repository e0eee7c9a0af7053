//! Any bytes as a line: the wire format.

#![no_main]

#[path = "../../common/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|line: &[u8]| properties::wire(line));

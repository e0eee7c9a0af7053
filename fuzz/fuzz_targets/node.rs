//! Any bytes on a node's stdin: the node's whole loop.

#![no_main]

#[path = "../../common/tests/properties/mod.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| properties::node(bytes));

//! The workload `broadcast`: every value that one node receives reaches every node.

pub mod topology;

use super::values::{ValueOperation, ValuesWorkload};

/// Clients broadcast 0, 1, 2, … and read, one as often as the other.
pub const BROADCAST: ValuesWorkload = ValuesWorkload {
    name: "broadcast",
    operations: &["broadcast", "read"],
    has_topology: true,
    is_always_in_doubt: false,
    list: "messages",
    values: ValueOperation { f: "broadcast", field: "message", done: "broadcast" },
};

//! The workload `g-set`: a set that only grows, of the elements that clients add to it.

use super::values::{ValueOperation, ValuesWorkload};

/// Clients add 0, 1, 2, … and read, one as often as the other.
pub const G_SET: ValuesWorkload = ValuesWorkload {
    name: "g-set",
    operations: &["add", "read"],
    has_topology: false,
    is_always_in_doubt: true,
    list: "value",
    values: ValueOperation { f: "add", field: "element", done: "added" },
};

//! The partitions of a run: when each began and ended.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::network::partition::Partition;
use crate::time::Time;

/// A partition, and the interval in which it was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionSpan {
    /// Who could not reach whom.
    pub partition: Partition,
    /// When it began.
    pub from: Time,
    /// When it was healed; none if the run ended first.
    pub until: Option<Time>,
}

/// The same as stored in files, with nodes by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionRecord {
    /// The first of a run is 0.
    pub number: usize,
    /// Maelstrom's name for its shape: `one`, `majority`, …
    pub shape: String,
    /// Its sides in words: `n1 n2 | n0 n3 n4`.
    pub sides: String,
    /// When it began.
    pub from: Time,
    /// When it was healed; none if the run ended first.
    pub until: Option<Time>,
    /// For each node that could not hear everyone, the nodes that it could not hear.
    pub blocked: BTreeMap<String, Vec<String>>,
}

impl From<&PartitionSpan> for PartitionRecord {
    fn from(span: &PartitionSpan) -> PartitionRecord {
        PartitionRecord {
            number: span.partition.number,
            shape: span.partition.shape.name().to_owned(),
            sides: span.partition.to_string(),
            from: span.from,
            until: span.until,
            blocked: span.partition.blocked_by_name(),
        }
    }
}

impl PartitionRecord {
    /// Whether the node `sender` could not reach the node `receiver`.
    pub fn cuts(&self, receiver: &str, sender: &str) -> bool {
        let blocked = self.blocked.get(receiver);
        blocked.is_some_and(|blocked| blocked.iter().any(|name| name == sender))
    }
}

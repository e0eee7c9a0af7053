//! The partitions of a run, each with its time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::network::partition::Partition;
use crate::time::Time;

/// A partition and its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionSpan {
    /// Who did not hear whom.
    pub partition: Partition,
    /// When it began.
    pub from: Time,
    /// When it was healed; none if the run ended first.
    pub until: Option<Time>,
}

/// A partition and its time, as the files of a run have them: by name.
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
    /// For each node that did not hear everyone, those that it did not hear.
    pub blocked: BTreeMap<String, Vec<String>>,
}

impl From<&PartitionSpan> for PartitionRecord {
    fn from(cut: &PartitionSpan) -> PartitionRecord {
        PartitionRecord {
            number: cut.partition.number,
            shape: cut.partition.shape.name().to_owned(),
            sides: cut.partition.to_string(),
            from: cut.from,
            until: cut.until,
            blocked: cut.partition.blocked_by_name(),
        }
    }
}

impl PartitionRecord {
    /// Whether the node `receiver` did not hear the node `sender`.
    pub fn cuts(&self, receiver: &str, sender: &str) -> bool {
        let blocked = self.blocked.get(receiver);
        blocked.is_some_and(|blocked| blocked.iter().any(|name| name == sender))
    }
}

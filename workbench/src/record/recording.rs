//! Everything that a run records, to be judged.

use crate::record::history::{History, InvalidOutput, TrafficByKind};
use crate::record::partitions::{PartitionRecord, PartitionSpan};
use crate::record::propagation::Propagation;

/// What a run leaves behind, for the checks.
#[derive(Debug, Default)]
pub struct Recording {
    /// Every operation.
    pub history: History,
    /// How many messages there were.
    pub traffic: TrafficByKind,
    /// The partitions, by number.
    pub partitions: Vec<PartitionSpan>,
    /// How broadcast values spread over the nodes.
    pub propagation: Propagation,
    /// What nodes wrote to stdout that was no message.
    pub invalid_output: InvalidOutput,
    /// What nodes told clients that nobody waited for, late answers apart.
    pub unexpected_replies: InvalidOutput,
}

impl Recording {
    /// The partitions as the run's files have them, by number.
    pub fn partition_records(&self) -> Vec<PartitionRecord> {
        self.partitions.iter().map(PartitionRecord::from).collect()
    }
}

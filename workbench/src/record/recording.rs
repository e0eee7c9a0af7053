//! The record of a run, for the checks.

use crate::network::faults::MessageFaults;
use crate::record::history::{History, InvalidOutput, TrafficByKind};
use crate::record::partitions::{PartitionRecord, PartitionSpan};
use crate::record::propagation::Propagation;

/// The record of a run.
#[derive(Debug, Default)]
pub struct Recording {
    /// Every operation.
    pub history: History,
    /// How many messages there were.
    pub traffic: TrafficByKind,
    /// The partitions, by number.
    pub partitions: Vec<PartitionSpan>,
    /// The messages that the network lost or doubled.
    pub faults: MessageFaults,
    /// How broadcast values spread over the nodes.
    pub propagation: Propagation,
    /// Lines on the nodes' stdout that are not valid messages.
    pub invalid_output: InvalidOutput,
    /// Replies that no request was waiting for, except late ones.
    pub unexpected_replies: InvalidOutput,
}

impl Recording {
    /// The partitions as the run's files have them, by number.
    pub fn partition_records(&self) -> Vec<PartitionRecord> {
        self.partitions.iter().map(PartitionRecord::from).collect()
    }
}

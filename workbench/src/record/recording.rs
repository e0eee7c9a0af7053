//! Everything that a run records, to be judged.

use crate::record::history::{Faults, History, TrafficByKind};
use crate::record::partitions::{PartitionRecord, PartitionSpan};
use crate::record::spread::Spread;

/// What a run leaves behind, for the checks.
#[derive(Debug, Default)]
pub struct Recording {
    /// Every operation.
    pub history: History,
    /// How many messages there were.
    pub traffic: TrafficByKind,
    /// The partitions, by number.
    pub cuts: Vec<PartitionSpan>,
    /// How broadcast values spread over the nodes.
    pub spread: Spread,
    /// What nodes wrote to stdout that was no message.
    pub faults: Faults,
    /// What nodes told clients that nobody waited for, late answers apart.
    pub unasked: Faults,
}

impl Recording {
    /// The partitions as the run's files have them, by number.
    pub fn partitions(&self) -> Vec<PartitionRecord> {
        self.cuts.iter().map(PartitionRecord::from).collect()
    }
}

//! `runs.jsonl`: how the run of each seed of a sweep ended, a line each.

use serde::{Deserialize, Serialize};

use crate::checker::Verdict;
use crate::network::partition::PartitionShape;
use crate::text::counted;
use crate::time::Time;

/// How the run of one seed ended: a line of `runs.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeedOutcome {
    /// The seed.
    pub seed: u64,
    /// The verdict; none if the run did not finish.
    pub verdict: Option<Verdict>,
    /// Why the run did not finish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The names of its findings.
    pub findings: Vec<String>,
    /// How many operations were invoked.
    pub operations: usize,
    /// How many of them succeeded.
    pub ok: usize,
    /// How many values were broadcast.
    pub values: usize,
    /// How many of them were lost.
    pub lost: usize,
    /// How many acknowledged values some node lacked in its final read.
    pub incomplete: usize,
    /// Messages per operation, those of clients included.
    pub msgs_per_op: f64,
    /// The longest time, in milliseconds, that a value took to get to the last node, counted from
    /// the last heal or, if that is later, from its broadcast; none if some node never got it, or
    /// if the workload has no values.
    pub converged_millis: Option<u64>,
    /// The median stable latency of its values, in milliseconds; none if no value was stable.
    pub stable_median_millis: Option<u64>,
    /// The highest stable latency of a value, in milliseconds; none if no value was stable.
    pub stable_max_millis: Option<u64>,
    /// The partitions.
    pub partitions: Vec<PartitionOutcome>,
}

/// A partition, and how many values it affected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartitionOutcome {
    /// Its shape.
    pub shape: PartitionShape,
    /// Who could not reach whom.
    pub sides: String,
    /// When it began, in nanoseconds since the main phase did.
    pub from: Time,
    /// When it was healed.
    pub until: Option<Time>,
    /// How many values it dropped a copy of.
    pub dropped: usize,
    /// How many of these reached every node before the heal.
    pub delivered_before_heal: usize,
}

impl SeedOutcome {
    /// Whether the run is valid.
    pub fn is_valid(&self) -> bool {
        self.verdict == Some(Verdict::Valid)
    }

    /// Whether the run has a verdict, which then says what became of its values.
    pub fn has_values(&self) -> bool {
        self.verdict.is_some() && self.values > 0
    }

    /// Why the run is not valid, in a few words; empty if it is.
    pub fn reason(&self) -> String {
        match (&self.error, self.lost) {
            (Some(error), _) => error.lines().next().unwrap_or_default().to_owned(),
            (None, 0) => self.findings.join(", "),
            (None, lost) => format!("{lost} of {} lost", counted(self.values, "value")),
        }
    }
}

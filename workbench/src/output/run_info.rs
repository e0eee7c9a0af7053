//! `run.json`: what a run was, apart from what its checks found. Every picture of a run begins here,
//! and, with `history.json`, everything that its checks need.

use serde::{Deserialize, Serialize};

use crate::checker::{Availability, Targets, Verdict};
use crate::error::Error;
use crate::names::NodeNames;
use crate::options::Options;
use crate::record::history::{History, InvalidOutput, TrafficByKind};
use crate::record::partitions::PartitionRecord;
use crate::record::recording::Recording;
use crate::record::store::Store;
use crate::time::Time;
use crate::workload::{self, Input, Results, WorkloadKind};

/// The facts of a run, as `run.json` has them, with keys in kebab case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunInfo {
    /// The workload.
    pub workload: WorkloadKind,
    /// What the run was, in a line for people.
    pub introduction: String,
    /// The command that reproduces it.
    pub reproduce: String,
    /// The seed.
    pub seed: u64,
    /// The names of the nodes.
    pub nodes: NodeNames,
    /// How much of the operations had to succeed; none if nothing was demanded.
    pub availability: Option<Availability>,
    /// Whether every node had to have every acknowledged value in its final read (`--strict`).
    pub strict: bool,
    /// What the run might cost.
    #[serde(default)]
    pub targets: Targets,
    /// How it ended.
    pub outcome: RunOutcome,
    /// The partitions, by number.
    pub partitions: Vec<PartitionRecord>,
    /// The time of the last event of the history; zero if there is none.
    pub end: Time,
    /// How many messages there were.
    pub traffic: TrafficByKind,
    /// Lines of the nodes' stdout that are not valid messages.
    pub invalid_output: InvalidOutput,
    /// Replies to clients that no request was waiting for, except late ones.
    pub unexpected_replies: InvalidOutput,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunOutcome {
    /// Everything looks good.
    Valid,
    /// A check failed.
    Invalid,
    /// The checks could not tell.
    Unknown,
    /// There is no verdict: why, in words for people.
    NoVerdict(String),
}

impl RunInfo {
    /// The facts of the run of `options` and `seed` that left `recording`, and ended like that.
    pub fn new(
        options: &Options,
        seed: u64,
        recording: &Recording,
        outcome: RunOutcome,
    ) -> RunInfo {
        RunInfo {
            workload: options.workload,
            introduction: options.introduction(),
            reproduce: options.reproduce(seed),
            seed,
            nodes: options.nodes.clone(),
            availability: options.availability,
            strict: options.strict,
            targets: options.targets,
            outcome,
            partitions: recording.partition_records(),
            end: recording.history.events().last().map_or(Time::ZERO, |event| event.time),
            traffic: recording.traffic,
            invalid_output: recording.invalid_output.clone(),
            unexpected_replies: recording.unexpected_replies.clone(),
        }
    }

    /// The facts of the run in a store.
    ///
    /// Fails if they cannot be read, or are none of the workbench's.
    pub fn read(store: &Store) -> Result<RunInfo, Error> {
        store.read("run.json", |file| Ok(serde_json::from_reader(file)?))
    }

    /// Runs the checks that were asked for on the run's history.
    pub fn check(&self, history: &History) -> Results {
        workload::check(&Input {
            workload: self.workload,
            nodes: &self.nodes,
            history,
            traffic: &self.traffic,
            invalid_output: &self.invalid_output,
            unexpected_replies: &self.unexpected_replies,
            availability: self.availability,
            strict: self.strict,
            targets: self.targets,
        })
    }
}

impl From<Verdict> for RunOutcome {
    fn from(verdict: Verdict) -> RunOutcome {
        match verdict {
            Verdict::Valid => RunOutcome::Valid,
            Verdict::Invalid => RunOutcome::Invalid,
            Verdict::Unknown => RunOutcome::Unknown,
        }
    }
}

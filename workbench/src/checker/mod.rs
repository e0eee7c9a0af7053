//! The checks of a run, and how their verdicts merge into one.

mod availability;
mod echo;
mod exceptions;
mod finding;
mod incomplete;
mod json_key;
mod net;
mod odd_reads;
mod set_full;
mod stats;
mod targets;
mod unique_ids;
mod verdict;

use crate::names::NodeNames;
use crate::record::history::{History, InvalidOutput, TrafficByKind};
use crate::workload::WorkloadKind;

pub use availability::{Availability, AvailabilityResults};
pub use echo::{EchoError, EchoResults};
pub use exceptions::Exception;
pub use finding::Finding;
pub(crate) use json_key::JsonKey;
pub use net::NetResults;
pub use odd_reads::OddReads;
pub(crate) use odd_reads::mistyped;
pub use set_full::{Element, Outcome, QUANTILE_POINTS, Quantiles, SetFullResults, StaleElement};
pub(crate) use set_full::{at_points, quantile};
pub use stats::{Counts, Failures, StatsResults};
pub use targets::{Target, Targets};
pub use unique_ids::UniqueIdsResults;
pub use verdict::Verdict;

/// What a run left behind to be judged.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What the clients were doing.
    pub workload: WorkloadKind,
    /// The nodes that they asked.
    pub nodes: &'a NodeNames,
    /// Every operation.
    pub history: &'a History,
    /// How many messages it took.
    pub traffic: &'a TrafficByKind,
    /// Lines of the nodes' stdout that are not valid messages.
    pub invalid_output: &'a InvalidOutput,
    /// What nodes told clients that nobody waited for, late answers apart.
    pub unexpected_replies: &'a InvalidOutput,
    /// How much of the operations must succeed; none demands nothing.
    pub availability: Option<Availability>,
    /// Whether an acknowledged value that a node lacked in its final read makes the run invalid
    /// (`--strict`). Maelstrom does not ask.
    pub strict: bool,
    /// What the run may cost.
    pub targets: Targets,
}

/// What the checks found.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Operations by how they ended.
    pub stats: StatsResults,
    /// The fraction of operations that succeeded.
    pub availability: AvailabilityResults,
    /// Messages, and messages an operation.
    pub net: NetResults,
    /// Replies that do not fit the workload, the most frequent first. They make no run invalid.
    pub exceptions: Vec<Exception>,
    /// What the workload's own check found.
    pub workload: WorkloadResults,
    /// Broadcast only: the acknowledged values that a node lacked in its final read, in rising
    /// order, by the node's name, in the order of the nodes. Nodes that lacked none are not in it.
    pub incomplete: Vec<(String, Vec<usize>)>,
    /// Whether such a value makes the run invalid (`--strict`).
    pub strict: bool,
    /// Broadcast only: what reads returned that a correct node would not have, by node. It has no
    /// part in the verdict.
    pub odd_reads: Vec<(String, OddReads)>,
    /// The targets that were set, and what was measured.
    pub targets: Vec<Target>,
    /// Lines of the nodes' stdout that are not valid messages. They have no part in the verdict.
    pub invalid_output: InvalidOutput,
    /// What nodes told clients that nobody waited for. It has no part in the verdict.
    pub unexpected_replies: InvalidOutput,
    /// The worst verdict of all checks.
    pub verdict: Verdict,
}

/// What a workload's own check found.
#[derive(Debug, Clone, PartialEq)]
pub enum WorkloadResults {
    /// Of [`WorkloadKind::Echo`].
    Echo(EchoResults),
    /// Of [`WorkloadKind::UniqueIds`].
    UniqueIds(UniqueIdsResults),
    /// Of [`WorkloadKind::Broadcast`].
    Broadcast(SetFullResults),
}

impl WorkloadResults {
    /// Whether the workload's own rule held.
    pub fn verdict(&self) -> Verdict {
        match self {
            WorkloadResults::Echo(results) => results.verdict,
            WorkloadResults::UniqueIds(results) => results.verdict,
            WorkloadResults::Broadcast(results) => results.verdict,
        }
    }
}

/// Runs every check on `input`.
pub fn check(input: &Input) -> Results {
    let (history, nodes) = (input.history, input.nodes);
    let stats = stats::check(history);
    let availability = availability::check(history, input.availability);
    let workload = match input.workload {
        WorkloadKind::Echo => WorkloadResults::Echo(echo::check(history, nodes)),
        WorkloadKind::UniqueIds => WorkloadResults::UniqueIds(unique_ids::check(history)),
        WorkloadKind::Broadcast => WorkloadResults::Broadcast(set_full::check(history)),
    };
    // Both are about reads, and only a broadcast has reads.
    let incomplete = incomplete::find(history, nodes);
    let odd_reads = odd_reads::find(history, nodes);
    let complete = Verdict::from_bool(!input.strict || incomplete.is_empty());
    let net = net::check(history, input.traffic);
    let targets = targets::check(&input.targets, &net, &workload);
    let checks = [stats.verdict, availability.verdict, workload.verdict(), complete];
    let verdict = Verdict::merge(checks.into_iter().chain(targets.iter().map(Target::verdict)));
    Results {
        stats,
        availability,
        net,
        exceptions: exceptions::check(history, nodes),
        workload,
        incomplete,
        strict: input.strict,
        odd_reads,
        targets,
        invalid_output: input.invalid_output.clone(),
        unexpected_replies: input.unexpected_replies.clone(),
        verdict,
    }
}

//! What all checks found in a run, those that workloads share and the workload's own.

use std::any::Any;
use std::fmt;
use std::io::{self, BufRead};
use std::ops::Deref;
use std::sync::Arc;

use super::{Explanation, Tile, WorkloadKind};
use crate::checker::{
    Availability, AvailabilityResults, Exception, Finding, NetResults, StatsResults, Target,
    Targets, ValuesResults, Verdict, availability, exceptions, net, stats, targets,
};
use crate::names::NodeNames;
use crate::record::edn::Edn;
use crate::record::history::{History, InvalidOutput, TrafficByKind};

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
    /// Replies to clients that no request was waiting for, except late ones.
    pub unexpected_replies: &'a InvalidOutput,
    /// The fraction of operations that must succeed, if any.
    pub availability: Option<Availability>,
    /// Whether an acknowledged value that a node lacked in its final read makes the run invalid
    /// (`--strict`). Maelstrom does not ask.
    pub strict: bool,
    /// What the run may cost.
    pub targets: Targets,
}

/// What a workload's own check found.
pub trait WorkloadResults: Any + fmt::Debug + Send + Sync {
    /// Whether the workload's own rule held.
    fn verdict(&self) -> Verdict;

    /// What it found to report, whether or not it made the run invalid.
    fn findings(&self) -> Vec<Finding>;

    /// What became of the values, if the workload has values.
    fn values(&self) -> Option<&ValuesResults> {
        None
    }

    /// `:workload` in `results.edn`, with Maelstrom's keys.
    fn to_edn(&self) -> Edn;

    /// What else `results.edn` says of it, with keys of our own.
    fn more_edn(&self) -> Vec<(&'static str, Edn)> {
        vec![]
    }

    /// What went well, of a valid run, in a line.
    fn success(&self, stats: &StatsResults) -> String;

    /// What the check found wrong, in a line.
    fn failure(&self) -> Option<String>;

    /// The numbers of its own that people look at first.
    fn tiles(&self) -> Vec<Tile> {
        vec![]
    }

    /// Its entries in the summary: a label, which is empty if it continues the entry above, and words.
    fn rows(&self, stats: &StatsResults) -> Vec<(&'static str, String)>;

    /// Why the rule was broken: who did what, and what became of it. `nodes` are those of the run, and
    /// `journal` is its journal from the beginning, of which only as much is read as is needed.
    ///
    /// Fails if the journal cannot be read, or is not a journal.
    fn explain(
        &self,
        nodes: &NodeNames,
        history: &History,
        journal: &mut dyn BufRead,
    ) -> io::Result<Explanation>;
}

impl dyn WorkloadResults {
    /// These results as a `T`, if they are of that type.
    pub fn downcast<T: WorkloadResults>(&self) -> Option<&T> {
        (self as &dyn Any).downcast_ref()
    }
}

/// What a workload's own check found. Results are equal if their output is.
#[derive(Debug, Clone)]
pub struct SharedResults(pub Arc<dyn WorkloadResults>);

impl Deref for SharedResults {
    type Target = dyn WorkloadResults;

    fn deref(&self) -> &(dyn WorkloadResults + 'static) {
        &*self.0
    }
}

impl PartialEq for SharedResults {
    fn eq(&self, other: &SharedResults) -> bool {
        self.to_edn() == other.to_edn() && self.more_edn() == other.more_edn()
    }
}

/// What all checks found.
#[derive(Debug, Clone, PartialEq)]
pub struct Results {
    /// Operations by how they ended.
    pub stats: StatsResults,
    /// The fraction of operations that succeeded.
    pub availability: AvailabilityResults,
    /// Messages, and messages per operation.
    pub net: NetResults,
    /// Replies that do not fit the workload, the most frequent first. They make no run invalid.
    pub exceptions: Vec<Exception>,
    /// What the workload's own check found.
    pub workload: SharedResults,
    /// The targets that were set, and what was measured.
    pub targets: Vec<Target>,
    /// Lines of the nodes' stdout that are not valid messages. They have no part in the verdict.
    pub invalid_output: InvalidOutput,
    /// Replies to clients that no request was waiting for. They have no part in the verdict.
    pub unexpected_replies: InvalidOutput,
    /// The worst verdict of all checks.
    pub verdict: Verdict,
}

/// Runs every check on `input`.
pub fn check(input: &Input) -> Results {
    let (history, nodes) = (input.history, input.nodes);
    let stats = stats::check(history);
    let availability = availability::check(history, input.availability);
    let workload = SharedResults(input.workload.check(input));
    let net = net::check(history, input.traffic);
    let latencies = workload.values().and_then(|values| values.set_full.stable_latencies);
    let targets = targets::check(&input.targets, &net, latencies);
    let checks = [stats.verdict, availability.verdict, workload.verdict()];
    let verdict = Verdict::merge(checks.into_iter().chain(targets.iter().map(Target::verdict)));
    Results {
        stats,
        availability,
        net,
        exceptions: exceptions::check(history, nodes),
        workload,
        targets,
        invalid_output: input.invalid_output.clone(),
        unexpected_replies: input.unexpected_replies.clone(),
        verdict,
    }
}

impl Results {
    /// Why promises were broken. `nodes` are those of the run, and `journal` is its journal from the
    /// beginning.
    ///
    /// Fails if the journal cannot be read, or is not a journal.
    pub fn explain(
        &self,
        nodes: &NodeNames,
        history: &History,
        mut journal: impl BufRead,
    ) -> io::Result<Explanation> {
        self.workload.explain(nodes, history, &mut journal)
    }

    /// What there is to report, in a fixed order. Empty for a run in which all went well.
    pub fn findings(&self) -> Vec<Finding> {
        let never_ok = self.stats.by_f.values().any(|counts| counts.ok == 0);
        let missed = self.targets.iter().any(|target| target.verdict() != Verdict::Valid);
        let malformed: usize = self.exceptions.iter().map(|exception| exception.count).sum();
        let failed = self.stats.total.fail + self.stats.total.info > malformed;
        let others = [
            (Finding::MISSED_TARGETS, missed),
            (Finding::NEVER_OK, never_ok),
            (Finding::FAILURES, failed),
            (Finding::MALFORMED_REPLIES, malformed > 0),
            (Finding::INVALID_OUTPUT, !self.invalid_output.is_empty()),
            (Finding::UNEXPECTED_REPLIES, !self.unexpected_replies.is_empty()),
        ];
        let others = others.into_iter().filter(|(_, found)| *found).map(|(finding, _)| finding);
        self.workload.findings().into_iter().chain(others).collect()
    }
}

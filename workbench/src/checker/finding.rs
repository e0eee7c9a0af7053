//! What there is to tell about a run, by name, whether or not it made the run invalid.

use super::{Outcome, Results, Verdict, WorkloadResults};

/// Something that a correct node would not have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// Values that were known, and then no longer there.
    Lost,
    /// Acknowledged values that a node lacked in its final read.
    Incomplete,
    /// Ids that were given out more than once.
    DuplicatedIds,
    /// Echoes that did not bring back what was sent.
    WrongEchoes,
    /// Reads that returned a value twice, as another type, or that was never broadcast.
    OddReads,
    /// Targets that were not met.
    MissedTargets,
    /// Operations of a kind that never once succeeded.
    NeverOk,
    /// Operations that were answered with an error, or not in time.
    Failures,
    /// Replies that do not fit the workload.
    MalformedReplies,
    /// Lines on stdout that are not valid messages, or for nobody.
    InvalidOutput,
    /// Replies that nobody waited for, late ones apart.
    UnexpectedReplies,
}

impl Finding {
    /// Its name in `results.json`.
    pub fn name(self) -> &'static str {
        match self {
            Finding::Lost => "lost",
            Finding::Incomplete => "incomplete",
            Finding::DuplicatedIds => "duplicated-ids",
            Finding::WrongEchoes => "wrong-echoes",
            Finding::OddReads => "odd-reads",
            Finding::MissedTargets => "missed-targets",
            Finding::NeverOk => "never-ok",
            Finding::Failures => "failures",
            Finding::MalformedReplies => "malformed-replies",
            Finding::InvalidOutput => "invalid-output",
            Finding::UnexpectedReplies => "unexpected-replies",
        }
    }
}

impl Results {
    /// What there is to tell, in a fixed order; nothing of a run in which all went well.
    pub fn findings(&self) -> Vec<Finding> {
        let workload = match &self.workload {
            WorkloadResults::Echo(echo) => (Finding::WrongEchoes, !echo.errors.is_empty()),
            WorkloadResults::UniqueIds(ids) => (Finding::DuplicatedIds, !ids.duplicated.is_empty()),
            WorkloadResults::Broadcast(set) => (Finding::Lost, !set.with(Outcome::Lost).is_empty()),
        };
        let never_ok = self.stats.by_f.values().any(|counts| counts.ok == 0);
        let missed = self.targets.iter().any(|target| target.verdict() != Verdict::Valid);
        let malformed: usize = self.exceptions.iter().map(|exception| exception.count).sum();
        let failed = self.stats.total.fail + self.stats.total.info > malformed;
        let all = [
            workload,
            (Finding::Incomplete, !self.incomplete.is_empty()),
            (Finding::OddReads, !self.odd_reads.is_empty()),
            (Finding::MissedTargets, missed),
            (Finding::NeverOk, never_ok),
            (Finding::Failures, failed),
            (Finding::MalformedReplies, malformed > 0),
            (Finding::InvalidOutput, !self.invalid_output.is_empty()),
            (Finding::UnexpectedReplies, !self.unexpected_replies.is_empty()),
        ];
        all.into_iter().filter(|(_, found)| *found).map(|(finding, _)| finding).collect()
    }
}

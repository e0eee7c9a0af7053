//! How a run failed. Only a run that fails in the same way can take its place.

use std::fmt;

use crate::checker::{Finding, Verdict};
use crate::error::Error;
use crate::workload::Results;

/// How a run failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// A check found this.
    Found(Finding),
    /// The run ended early, because of a node.
    NodeFailed,
    /// The run ended early, in a storm of messages.
    Storm,
}

impl FailureKind {
    /// How a run failed that was judged; none if it is not invalid. The workload's own rule comes first.
    pub fn of(results: &Results) -> Option<FailureKind> {
        let is_missed = results.targets.iter().any(|target| target.verdict() == Verdict::Invalid);
        let finding = if results.workload.verdict() == Verdict::Invalid {
            results.workload.findings().first().copied()
        } else if is_missed {
            Some(Finding::MISSED_TARGETS)
        } else if results.stats.verdict == Verdict::Invalid {
            Some(Finding::NEVER_OK)
        } else if results.availability.verdict == Verdict::Invalid {
            Some(Finding::FAILURES)
        } else {
            None
        };
        finding.map(FailureKind::Found)
    }

    /// How a run failed that has no verdict; none if that says nothing about the nodes, or if trying it
    /// again takes seconds each time.
    pub fn of_error(error: &Error) -> Option<FailureKind> {
        match error {
            Error::Node { .. } => Some(FailureKind::NodeFailed),
            Error::Storm { .. } => Some(FailureKind::Storm),
            Error::System { .. } | Error::Stalled { .. } | Error::Asked(_) | Error::Interrupted => {
                None
            }
        }
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FailureKind::Found(finding) => f.write_str(finding.0),
            FailureKind::NodeFailed => f.write_str("a node failed"),
            FailureKind::Storm => f.write_str("a storm of messages"),
        }
    }
}

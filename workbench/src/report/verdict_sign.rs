//! A verdict at a glance: a sign, a word and a colour.

use crate::output::run_info::RunOutcome;
use crate::output::sweep_info::SweepNumbers;

/// A verdict at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerdictSign {
    /// The class of its colours: `valid`, `invalid`, `unknown` or `none`.
    pub class: &'static str,
    /// A sign that says the same without colours.
    pub sign: &'static str,
    /// The verdict in a word or two.
    pub word: &'static str,
}

impl VerdictSign {
    const VALID: VerdictSign = VerdictSign { class: "valid", sign: "✓", word: "Valid" };
    const INVALID: VerdictSign = VerdictSign { class: "invalid", sign: "✗", word: "Invalid" };
    const UNKNOWN: VerdictSign = VerdictSign { class: "unknown", sign: "?", word: "Unknown" };
    /// That of a run that did not finish.
    pub const NONE: VerdictSign = VerdictSign { class: "none", sign: "!", word: "No verdict" };
    /// That of a folder from which nothing can be told.
    pub const UNREADABLE: VerdictSign = VerdictSign { word: "Unreadable", ..VerdictSign::NONE };

    /// The sign of a run that ended like that.
    pub fn of(outcome: &RunOutcome) -> VerdictSign {
        match outcome {
            RunOutcome::Valid => VerdictSign::VALID,
            RunOutcome::Invalid => VerdictSign::INVALID,
            RunOutcome::Unknown => VerdictSign::UNKNOWN,
            RunOutcome::NoVerdict(_) => VerdictSign::NONE,
        }
    }

    /// The sign of a sweep: that of its worst run, where an invalid one is worse than one without a
    /// verdict.
    pub fn of_sweep(numbers: &SweepNumbers) -> VerdictSign {
        match numbers {
            SweepNumbers { invalid: 1.., .. } => VerdictSign::INVALID,
            SweepNumbers { no_verdict: 1.., .. } => VerdictSign::NONE,
            SweepNumbers { unknown: 1.., .. } => VerdictSign::UNKNOWN,
            _ => VerdictSign::VALID,
        }
    }
}

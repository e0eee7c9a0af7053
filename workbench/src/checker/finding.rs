//! What there is to tell about a run, by name, whether or not it made the run invalid.

/// Something that a correct node would not have done, by its name in `results.json`. A workload adds
/// names of its own to those here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding(pub &'static str);

impl Finding {
    /// Values that were known, and then no longer there.
    pub const LOST: Finding = Finding("lost");
    /// Acknowledged values that a node lacked in its final read.
    pub const INCOMPLETE: Finding = Finding("incomplete");
    /// Reads that returned a value twice, as another type, or that no client had handed over.
    pub const ODD_READS: Finding = Finding("odd-reads");
    /// Targets that were not met.
    pub const MISSED_TARGETS: Finding = Finding("missed-targets");
    /// Operations of a kind that never once succeeded.
    pub const NEVER_OK: Finding = Finding("never-ok");
    /// Operations that were answered with an error, or not in time.
    pub const FAILURES: Finding = Finding("failures");
    /// Replies that do not fit the workload.
    pub const MALFORMED_REPLIES: Finding = Finding("malformed-replies");
    /// Lines on stdout that are not valid messages, or that have no receiver.
    pub const INVALID_OUTPUT: Finding = Finding("invalid-output");
    /// Replies that no request was waiting for, late ones apart.
    pub const UNEXPECTED_REPLIES: Finding = Finding("unexpected-replies");
}

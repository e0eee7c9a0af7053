//! How many operations ended how (Jepsen's `stats`).

use std::collections::BTreeMap;

use super::Verdict;
use crate::record::history::{Failure, History, Kind};

/// How many operations ended how. One that the end of the run cut off is in none of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that happened.
    pub ok: usize,
    /// Those that definitely did not happen.
    pub fail: usize,
    /// Those that may have happened.
    pub info: usize,
}

impl Counts {
    /// All that ended.
    pub fn count(&self) -> usize {
        self.ok + self.fail + self.info
    }

    /// Invalid if none was ok.
    pub fn verdict(&self) -> Verdict {
        Verdict::from_bool(self.ok > 0)
    }

    fn add(&mut self, kind: Kind) {
        match kind {
            Kind::Ok => self.ok += 1,
            Kind::Fail => self.fail += 1,
            Kind::Info => self.info += 1,
            Kind::Invoke => {}
        }
    }
}

/// How many operations ended how, in all and by their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatsResults {
    /// Invalid if some kind of operation was never ok.
    pub verdict: Verdict,
    /// All operations.
    pub total: Counts,
    /// Operations by name: `read` and so on.
    pub by_f: BTreeMap<&'static str, Counts>,
    /// Why operations were not ok, in a word or two.
    pub failures: BTreeMap<String, Failures>,
}

/// Operations that failed for the same reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many there were.
    pub count: usize,
    /// The error text of the first, if it was answered with an error.
    pub text: String,
}

/// Counts how operations ended. Those that never ended are not counted.
pub fn check(history: &History) -> StatsResults {
    let mut total = Counts::default();
    let mut by_f: BTreeMap<&'static str, Counts> = BTreeMap::new();
    let mut failures = BTreeMap::new();
    for completion in history.pairs().filter_map(|(_, _, completion)| completion) {
        total.add(completion.kind);
        by_f.entry(completion.f).or_default().add(completion.kind);
        if let Some(failure) = &completion.failure {
            let text = if let Failure::Reply { text, .. } = failure { text } else { "" };
            let first = || Failures { count: 0, text: text.to_owned() };
            failures.entry(failure.name()).or_insert_with(first).count += 1;
        }
    }
    let verdict = Verdict::merge(by_f.values().map(Counts::verdict));
    StatsResults { verdict, total, by_f, failures }
}

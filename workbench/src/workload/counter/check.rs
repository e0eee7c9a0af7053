//! Every final read of a counter returns what was added to it (Maelstrom's `pn-counter` check).

use std::fmt;

use crate::checker::Verdict;
use crate::names::NodeNames;
use crate::record::history::{Event, History, Kind, Value};
use crate::text::joined;

/// Which final reads returned what was not added.
#[derive(Debug, Clone, PartialEq)]
pub struct CounterResults {
    /// Invalid if a final read is wrong. What is read before the end is not checked.
    pub verdict: Verdict,
    /// The final reads that returned what no order of the adds could have come to.
    pub errors: Vec<WrongSum>,
    /// What the final reads returned, in the order of their completion.
    pub final_reads: Vec<i64>,
    /// How many adds were acknowledged.
    pub acknowledged: usize,
    /// How many adds ended in doubt: they may count or not.
    pub in_doubt: usize,
    /// What a read may return: the sum of the acknowledged adds, with any of those in doubt.
    pub acceptable: Vec<Range>,
}

/// A final read that returned what was not added.
#[derive(Debug, Clone, PartialEq)]
pub struct WrongSum {
    /// The node that was asked.
    pub node: String,
    /// When it was asked.
    pub invocation: Event,
    /// What it returned, and when.
    pub completion: Event,
    /// The same as a number.
    pub value: i64,
}

/// All whole numbers from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Range {
    /// The least of them.
    pub low: i64,
    /// The greatest of them.
    pub high: i64,
}

impl Range {
    fn contains(self, value: i64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// `7`, or `3 to 7`.
impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Range { low, high } if low == high => write!(f, "{low}"),
            Range { low, high } => write!(f, "{low} to {high}"),
        }
    }
}

/// Compares the final reads of `history` with what was added.
pub fn check(history: &History, nodes: &NodeNames) -> CounterResults {
    let (mut sum, mut acknowledged) = (0, 0);
    let mut in_doubt = vec![];
    for (_, invocation, completion) in history.pairs().filter(|(_, event, _)| event.f == "add") {
        let delta = whole(invocation);
        match completion.map(|event| event.kind) {
            Some(Kind::Ok) => {
                sum += delta;
                acknowledged += 1;
            }
            // Nothing in this workload is known to have failed.
            _ => in_doubt.push(delta),
        }
    }
    let acceptable = acceptable(sum, &in_doubt);
    let mut reads: Vec<WrongSum> = history
        .pairs()
        .filter(|(_, invocation, _)| invocation.f == "read" && invocation.is_final)
        .filter_map(|(operation, invocation, completion)| {
            let completion = completion.filter(|event| event.kind == Kind::Ok)?;
            Some(WrongSum {
                node: nodes[operation.node].to_owned(),
                invocation: invocation.clone(),
                completion: completion.clone(),
                value: whole(completion),
            })
        })
        .collect();
    reads.sort_by_key(|read| read.completion.index);
    let final_reads = reads.iter().map(|read| read.value).collect();
    reads.retain(|read| !acceptable.iter().any(|range| range.contains(read.value)));
    CounterResults {
        verdict: Verdict::from_bool(reads.is_empty()),
        errors: reads,
        final_reads,
        acknowledged,
        in_doubt: in_doubt.len(),
        acceptable,
    }
}

/// The number of an event of a counter.
pub fn whole(event: &Event) -> i64 {
    match &event.value {
        Value::Json(value) => value.as_i64().unwrap_or_default(),
        Value::None | Value::Set(_) => 0,
    }
}

/// Every number that is `sum` and any of the deltas `in_doubt`, as ranges apart from each other, in
/// rising order. Deltas are small, and so ranges soon grow together.
fn acceptable(sum: i64, in_doubt: &[i64]) -> Vec<Range> {
    let mut ranges = vec![Range { low: sum, high: sum }];
    for delta in in_doubt {
        let moved =
            ranges.iter().map(|Range { low, high }| Range { low: low + delta, high: high + delta });
        let mut both: Vec<Range> = ranges.iter().copied().chain(moved).collect();
        both.sort_unstable();
        ranges.clear();
        for range in both {
            match ranges.last_mut() {
                Some(last) if range.low <= last.high + 1 => last.high = last.high.max(range.high),
                _ => ranges.push(range),
            }
        }
    }
    ranges
}

impl CounterResults {
    /// What a read may return, in words: `118`, `111 to 142`.
    pub fn acceptable_in_words(&self) -> String {
        joined(self.acceptable.iter(), "or")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_in_doubt_count_or_not() {
        let ranges = |sum, in_doubt: &[i64]| {
            let ranges = acceptable(sum, in_doubt);
            ranges.iter().map(Range::to_string).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(ranges(5, &[]), "5");
        assert_eq!(ranges(5, &[0, 1]), "5 to 6");
        assert_eq!(ranges(5, &[2]), "5, 7");
        assert_eq!(ranges(5, &[2, 2]), "5, 7, 9");
        assert_eq!(ranges(5, &[-5, 4]), "0, 4 to 5, 9");
        assert_eq!(ranges(0, &[1, 2, 4, -3]), "-3 to 7");
    }
}

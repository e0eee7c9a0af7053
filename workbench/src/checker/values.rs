//! The checks of a workload whose clients hand values to the cluster and read them back.

use super::{OddReads, SetFullResults, Verdict, incomplete, odd_reads, set_full};
use crate::names::NodeNames;
use crate::record::history::History;

/// What became of the values of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesResults {
    /// What became of each value, by the rules of Jepsen's `set-full`.
    pub set_full: SetFullResults,
    /// The acknowledged values that a node lacked in its final read, in rising order, by the node's
    /// name, in the order of the nodes. Nodes that lacked none are not in it.
    pub incomplete: Vec<(String, Vec<usize>)>,
    /// Whether such a value makes the run invalid (`--strict`). Maelstrom does not ask.
    pub strict: bool,
    /// What reads returned that a correct node would not have, by node. It has no part in the verdict.
    pub odd_reads: Vec<(String, OddReads)>,
}

impl ValuesResults {
    /// Invalid if a value was lost, or if one was incomplete where that counts.
    pub fn verdict(&self) -> Verdict {
        let complete = Verdict::from_bool(!self.strict || self.incomplete.is_empty());
        Verdict::merge([self.set_full.verdict, complete])
    }
}

/// Checks the values 0, 1, 2, … that the operations called `add` handed over, in their order.
pub fn check(history: &History, nodes: &NodeNames, add: &str, strict: bool) -> ValuesResults {
    ValuesResults {
        set_full: set_full::check(history, add),
        incomplete: incomplete::find(history, nodes, add),
        strict,
        odd_reads: odd_reads::find(history, nodes, add),
    }
}

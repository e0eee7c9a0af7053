//! Which acknowledged values a node lacked at the end of a run. Jepsen's set-full sees the cluster
//! as one set and cannot say this.

use std::collections::BTreeMap;

use crate::names::NodeNames;
use crate::record::history::{Event, History, Kind, Value};

/// For each node, the values whose broadcasts had ended ok before its final read began and that
/// this read lacks. Of several final reads of a node, the one that began last counts. A node with
/// no final read that ended ok is left out: what it lacked is unknown.
pub(super) fn find(history: &History, nodes: &NodeNames, add: &str) -> Vec<(String, Vec<usize>)> {
    let mut final_reads: BTreeMap<usize, (&Event, &Event)> = BTreeMap::new();
    let mut acknowledged: Vec<(usize, usize)> = vec![];
    let mut broadcasts = 0;
    for (operation, invocation, completion) in history.pairs() {
        let ended_ok = completion.filter(|event| event.kind == Kind::Ok);
        if invocation.f == add {
            acknowledged.extend(ended_ok.map(|event| (broadcasts, event.index)));
            broadcasts += 1;
        } else if invocation.f == "read" && invocation.is_final {
            final_reads.extend(ended_ok.map(|event| (operation.node, (invocation, event))));
        }
    }
    let mut incomplete = vec![];
    for (node, (invocation, completion)) in final_reads {
        let Value::Set(elements) = &completion.value else {
            continue;
        };
        let lacked: Vec<usize> = acknowledged
            .iter()
            .filter(|&&(value, at)| at < invocation.index && !elements.contains(value))
            .map(|&(value, _)| value)
            .collect();
        if !lacked.is_empty() {
            incomplete.push((nodes[node].to_owned(), lacked));
        }
    }
    incomplete
}

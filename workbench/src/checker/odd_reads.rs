//! What reads returned that a correct node would not have. It has no part in the verdict: a value of
//! another type does not count as returned, and one returned twice counts once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::json_key::JsonKey;
use crate::names::NodeNames;
use crate::record::history::{History, Kind, Value};
use crate::record::value_set::ValueSet;

/// What was odd about the reads of a node.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OddReads {
    /// The values that one read returned more than once, in rising order.
    pub repeated: BTreeSet<usize>,
    /// Values returned as another type, such as `"7"` or `7.0` where the value was 7, in rising
    /// order.
    pub mistyped: Vec<Json>,
    /// Values that no client ever handed over, in rising order.
    pub never_issued: Vec<Json>,
}

impl OddReads {
    fn is_empty(&self) -> bool {
        self.repeated.is_empty() && self.mistyped.is_empty() && self.never_issued.is_empty()
    }
}

/// What was odd about reads, by the node's name, in the order of the nodes. Nodes whose reads were not
/// odd are not in it.
pub(super) fn find(history: &History, nodes: &NodeNames, add: &str) -> Vec<(String, OddReads)> {
    let pairs = || history.pairs();
    let broadcasts = pairs().filter(|(_, invocation, _)| invocation.f == add).count();
    let mut odd: BTreeMap<usize, OddReads> = BTreeMap::new();
    let mut others: BTreeMap<usize, BTreeMap<JsonKey, &Json>> = BTreeMap::new();
    for (operation, _, completion) in pairs() {
        if let Some((Kind::Ok, Value::Set(elements))) =
            completion.map(|event| (event.kind, &event.value))
        {
            let node = operation.node;
            odd.entry(node).or_default().repeated.extend(elements.repeated());
            let values = elements.others().iter().map(|value| (JsonKey::from(value), value));
            others.entry(node).or_default().extend(values);
        }
    }
    for (node, values) in others {
        let (mistyped, never_issued) = values
            .into_values()
            .cloned()
            .partition(|value| meant(value).is_some_and(|value| value < broadcasts));
        let odd = odd.entry(node).or_default();
        (odd.mistyped, odd.never_issued) = (mistyped, never_issued);
    }
    let named = odd.into_iter().filter(|(_, odd)| !odd.is_empty());
    named.map(|(node, odd)| (nodes[node].to_owned(), odd)).collect()
}

/// What a read returned that means `value`, as another type.
pub(crate) fn mistyped(elements: &ValueSet, value: usize) -> Option<&Json> {
    elements.others().iter().find(|other| meant(other) == Some(value))
}

/// The whole number that a string or a float represents: `"7"`, `7.0`.
fn meant(value: &Json) -> Option<usize> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) if !number.is_u64() => {
            let float = number.as_f64()?;
            (float >= 0.0 && float.fract() == 0.0).then_some(float as usize)
        }
        _ => None,
    }
}

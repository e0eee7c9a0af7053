//! No two generated ids are equal (Jepsen's `unique-ids`, for ids of any type).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Verdict;
use super::json_order::JsonOrder;
use crate::history::{History, Kind, Value};

/// Which generated ids were equal.
#[derive(Debug, Clone, PartialEq)]
pub struct UniqueIdsResults {
    /// Invalid if an id was acknowledged twice.
    pub verdict: Verdict,
    /// Ids asked for.
    pub attempted: usize,
    /// Ids received.
    pub acknowledged: usize,
    /// Every id received more than once, in rising order, and how often it was.
    pub duplicated: Vec<(Json, usize)>,
    /// The least and the greatest id; none if there was no id.
    pub range: Option<(Json, Json)>,
}

pub(super) fn check(history: &History) -> UniqueIdsResults {
    let mut frequencies: BTreeMap<JsonOrder, usize> = BTreeMap::new();
    for event in history.events() {
        if let (Kind::Ok, "generate", Value::Json(id)) = (event.kind, event.f, &event.value) {
            *frequencies.entry(JsonOrder(id)).or_default() += 1;
        }
    }
    let least = frequencies.first_key_value();
    let greatest = frequencies.last_key_value();
    let duplicated: Vec<_> = frequencies
        .iter()
        .filter(|&(_, &count)| count > 1)
        .map(|(id, &count)| (id.0.clone(), count))
        .collect();
    UniqueIdsResults {
        verdict: Verdict::from_bool(duplicated.is_empty()),
        attempted: history.operations().len(),
        acknowledged: frequencies.values().sum(),
        duplicated,
        range: least
            .zip(greatest)
            .map(|((least, _), (greatest, _))| (least.0.clone(), greatest.0.clone())),
    }
}

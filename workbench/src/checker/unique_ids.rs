//! No two generated ids are equal (Jepsen's `unique-ids`, for ids of any type).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Verdict;
use super::json_key::JsonKey;
use crate::record::history::{History, Kind, Value};

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
    let mut frequencies: BTreeMap<JsonKey, (&Json, usize)> = BTreeMap::new();
    for event in history.events() {
        if let (Kind::Ok, "generate", Value::Json(id)) = (event.kind, event.f, &event.value) {
            frequencies.entry(JsonKey::from(id)).or_insert((id, 0)).1 += 1;
        }
    }
    let mut ids = frequencies.values().map(|(id, _)| (*id).clone());
    let range = ids.next().map(|least| (least.clone(), ids.next_back().unwrap_or(least)));
    let repeated = frequencies.values().filter(|(_, count)| *count > 1);
    let duplicated: Vec<_> = repeated.map(|(id, count)| ((*id).clone(), *count)).collect();
    UniqueIdsResults {
        verdict: Verdict::from_bool(duplicated.is_empty()),
        attempted: history.operations().len(),
        acknowledged: frequencies.values().map(|(_, count)| count).sum(),
        duplicated,
        range,
    }
}

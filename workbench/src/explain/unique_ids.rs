//! Who gave out the same id twice.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::{EXPLAINED, keep_ends, name};
use crate::checker::JsonKey;
use crate::history::{History, Kind, Process, Value};
use crate::time::Time;

/// An id that was given out more than once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DuplicatedId {
    /// The id.
    pub id: Json,
    /// How often it was given out.
    pub count: usize,
    /// Each time, in order; of many, the first four and the last four.
    pub issues: Vec<Issue>,
}

/// One time that an id was given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Issue {
    /// When the answer came.
    pub at: Time,
    /// The index of the node that gave it; in JSON its name.
    #[serde(with = "name")]
    pub node: usize,
    /// The client's process that asked.
    pub process: u64,
}

/// Finds who gave out the first of the `duplicated` ids, which are in rising order.
pub(super) fn explain(history: &History, duplicated: &[(Json, usize)]) -> Vec<DuplicatedId> {
    let first = duplicated.iter().take(EXPLAINED);
    let keys: Vec<JsonKey> = first.clone().map(|(id, _)| JsonKey::from(id)).collect();
    let mut explained: Vec<DuplicatedId> = first
        .map(|(id, count)| DuplicatedId { id: id.clone(), count: *count, issues: vec![] })
        .collect();
    if explained.is_empty() {
        return explained;
    }
    for (operation, invocation, completion) in history.pairs() {
        let Some(event) = completion.filter(|event| event.kind == Kind::Ok) else { continue };
        let ("generate", Value::Json(id), Process::Client(process)) =
            (invocation.f, &event.value, event.process)
        else {
            continue;
        };
        if let Ok(place) = keys.binary_search(&JsonKey::from(id)) {
            let issue = Issue { at: event.time, node: operation.node, process };
            keep_ends(&mut explained[place].issues, issue);
        }
    }
    explained
}

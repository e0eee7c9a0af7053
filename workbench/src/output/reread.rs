//! Reads `history.json` back into the history that it was written from.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use clap::ValueEnum;
use common::ErrorCode;
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

use crate::names::NodeNames;
use crate::record::history::{Failure, History, Kind, OperationId, Value};
use crate::record::value_set::ValueSet;
use crate::time::Time;
use crate::workload::WorkloadKind;

/// What the nemesis does.
const NEMESIS: [&str; 2] = ["start-partition", "stop-partition"];

/// An event, as a line of `history.json` has it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct StoredEvent {
    time: Time,
    #[serde(rename = "type")]
    kind: String,
    process: Json,
    f: String,
    #[serde(default, deserialize_with = "some")]
    value: Option<Json>,
    #[serde(default)]
    never_broadcast: usize,
    node: Option<String>,
    error: Option<Json>,
    #[serde(rename = "final", default)]
    is_final: bool,
}

/// Reads the history of a run of `nodes`.
///
/// Fails if it cannot be read, or is not one that the workbench has written.
pub fn read_history(mut file: impl BufRead, nodes: &NodeNames) -> io::Result<History> {
    let mut history = History::new();
    let mut open = BTreeMap::new();
    let mut text = String::new();
    while file.read_line(&mut text)? > 0 {
        // An array with an object a line: what is around the object is of no interest.
        let object = text.trim_end().trim_start_matches('[').trim_end_matches([',', ']']);
        if !object.is_empty() {
            let line: StoredEvent = serde_json::from_str(object)?;
            line.add_to(&mut history, &mut open, nodes)
                .ok_or_else(|| io::Error::other(format!("no event of a history: {object}")))?;
        }
        text.clear();
    }
    Ok(history)
}

impl StoredEvent {
    /// Adds the event to `history`, in which the operations that have yet to end are `open`, by
    /// process; none if it does not fit.
    fn add_to(
        self,
        history: &mut History,
        open: &mut BTreeMap<u64, OperationId>,
        nodes: &NodeNames,
    ) -> Option<()> {
        let operations = WorkloadKind::value_variants().iter().flat_map(|kind| kind.operations());
        let f = *NEMESIS.iter().chain(operations).find(|name| **name == self.f)?;
        let Some(process) = self.process.as_u64() else {
            history.nemesis(self.time, f, self.value.map_or(Value::None, Value::Json));
            return Some(());
        };
        if self.kind == "invoke" {
            let node = nodes.place(self.node.as_deref()?)?;
            let value = self.value.map_or(Value::None, Value::Json);
            let id = history.invoke(self.time, process, node, f, value, self.is_final);
            open.insert(process, id);
            return Some(());
        }
        let outcome = match (self.kind.as_str(), self.error) {
            ("ok", None) => Ok(match (f, self.value) {
                (_, None) => Value::None,
                ("read", Some(Json::Array(values))) => elements(values, self.never_broadcast)?,
                (_, Some(value)) => Value::Json(value),
            }),
            ("fail", Some(error)) => Err((Kind::Fail, failure(error)?)),
            ("info", Some(error)) => Err((Kind::Info, failure(error)?)),
            _ => return None,
        };
        history.complete(open.remove(&process)?, self.time, outcome);
        Some(())
    }
}

/// A value that is there, if only as `null`.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
    Json::deserialize(deserializer).map(Some)
}

/// What a read returned: values that had been broadcast, and then `others`.
fn elements(mut values: Vec<Json>, others: usize) -> Option<Value> {
    let others = values.split_off(values.len().checked_sub(others)?);
    let issued = values.iter().map(|value| value.as_u64()?.try_into().ok());
    Some(Value::Set(ValueSet::of(issued.collect::<Option<Vec<usize>>>()?, others)))
}

/// Why an operation failed, as `history.rs` has written it.
fn failure(error: Json) -> Option<Failure> {
    let text = |json: &Json| json.as_str().map(str::to_owned);
    match error.as_array().map(Vec::as_slice) {
        None => (error == "net-timeout").then_some(Failure::Timeout),
        Some([_, words, body, kind]) => {
            Some(Failure::Malformed { text: text(words)?, kind: text(kind)?, body: text(body)? })
        }
        Some([code, words]) => {
            let named = |name| (0..100).find(|&code| ErrorCode::from(code).name() == Some(name));
            let code = match code.as_str() {
                Some(name) => named(name).map_or_else(|| code.clone(), Json::from),
                None => code.clone(),
            };
            Some(Failure::Reply { code, text: text(words)? })
        }
        _ => None,
    }
}

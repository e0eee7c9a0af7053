//! The operations of a run as its store tells of them: what pictures and the page are made from.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::text::escape::prefix;
use crate::time::Time;

/// An operation of a client, or an act of the nemesis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// When it was invoked.
    pub invoked: Time,
    /// When it ended; none if the run ended first, and none for the nemesis.
    pub completed: Option<Time>,
    /// The number of the client's process, or `nemesis`.
    pub process: String,
    /// The name of the node that was asked; the nemesis asks none.
    pub node: Option<String>,
    /// Its name: `broadcast`, `read`, …
    pub f: String,
    /// How it ended: `ok`, `fail` or `info`; none if the run ended first.
    pub outcome: Option<String>,
    /// What was asked for, as JSON, if something else came back.
    pub asked: Option<String>,
    /// What it brought, or else what it asked for, as JSON; none if neither.
    pub value: Option<String>,
    /// Why it did not end in `ok`.
    pub error: Option<String>,
}

impl Operation {
    /// How long a client waited for an answer; none if there was none.
    pub fn latency(&self) -> Option<Duration> {
        self.completed.map(|completed| completed.since(self.invoked))
    }

    /// Whether it is an act of the nemesis.
    pub fn is_nemesis(&self) -> bool {
        self.node.is_none()
    }
}

/// How many characters of a value are kept: more than anybody is shown.
const MAX_TEXT_CHARS: usize = 1000;

/// An event, as a line of `history.json` has it.
#[derive(Deserialize)]
struct Line<'a> {
    time: Time,
    #[serde(rename = "type")]
    kind: String,
    process: Json,
    f: String,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
    node: Option<String>,
    error: Option<Json>,
}

/// Reads `history.json`, and puts each operation's two events together. They are in the order of
/// their invocations.
///
/// Fails if the history cannot be read, or is none.
pub fn read(mut history: impl BufRead) -> io::Result<Vec<Operation>> {
    let mut operations: Vec<Operation> = vec![];
    let mut open = BTreeMap::new();
    let mut text = String::new();
    while history.read_line(&mut text)? > 0 {
        // An array with an object a line: what is around the object is of no interest.
        let object = text.trim_end().trim_start_matches('[').trim_end_matches([',', ']']);
        if !object.is_empty() {
            let line: Line = serde_json::from_str(object)?;
            let process = match &line.process {
                Json::String(name) => name.clone(),
                number => number.to_string(),
            };
            match (line.node.is_some(), line.kind.as_str(), open.remove(&process)) {
                (true, "ok" | "fail" | "info", Some(place)) => {
                    let operation: &mut Operation = &mut operations[place];
                    line.complete(operation);
                }
                (is_client, ..) => {
                    if is_client {
                        open.insert(process.clone(), operations.len());
                    }
                    operations.push(line.invoke(process));
                }
            }
        }
        text.clear();
    }
    Ok(operations)
}

impl Line<'_> {
    fn invoke(self, process: String) -> Operation {
        Operation {
            invoked: self.time,
            completed: None,
            process,
            outcome: self.node.is_none().then_some(self.kind),
            node: self.node,
            f: self.f,
            asked: None,
            value: self.value.map(short),
            error: None,
        }
    }

    fn complete(self, operation: &mut Operation) {
        operation.completed = Some(self.time);
        operation.outcome = Some(self.kind);
        operation.error =
            self.error.map(words).map(|words| prefix(&words, MAX_TEXT_CHARS).0.to_owned());
        let value = self.value.map(short);
        if value != operation.value {
            operation.asked = std::mem::replace(&mut operation.value, value);
        }
    }
}

/// A value's text. A read may return very much, and there may be very many of them.
fn short(value: &RawValue) -> String {
    prefix(value.get(), MAX_TEXT_CHARS).0.to_owned()
}

/// An error as the history has it, `"net-timeout"` or `["crash","words"]`, in words.
fn words(error: Json) -> String {
    match error {
        Json::String(name) if name == "net-timeout" => "no answer in time".to_owned(),
        Json::String(name) => name,
        Json::Array(parts) => {
            let parts = parts.into_iter().map(words);
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_events_of_an_operation_become_one() {
        let history = r#"[{"index":0,"time":1,"type":"invoke","process":0,"f":"read","node":"n0"},
{"index":1,"time":2,"type":"info","process":"nemesis","f":"start-partition","value":"one"},
{"index":2,"time":3,"type":"invoke","process":1,"f":"broadcast","value":7,"node":"n1"},
{"index":3,"time":4,"type":"ok","process":0,"f":"read","value":[1,2],"node":"n0"},
{"index":4,"time":5,"type":"info","process":1,"f":"broadcast","value":7,"node":"n1","error":"net-timeout"},
{"index":5,"time":6,"type":"invoke","process":0,"f":"read","node":"n0"}]
"#;
        let operations = read(history.as_bytes()).unwrap();
        let [read, nemesis, broadcast, open] = operations.as_slice() else {
            panic!("{operations:?}")
        };
        assert_eq!(read.value.as_deref(), Some("[1,2]"));
        assert_eq!(read.latency(), Some(Duration::from_nanos(3)));
        assert_eq!((read.asked.as_deref(), read.outcome.as_deref()), (None, Some("ok")));
        assert!(nemesis.is_nemesis() && nemesis.latency().is_none());
        assert_eq!(broadcast.error.as_deref(), Some("no answer in time"));
        assert_eq!((open.completed, open.outcome.as_deref()), (None, None));
    }

    #[test]
    fn an_empty_history_has_no_operations() {
        assert_eq!(read("[]\n".as_bytes()).unwrap(), []);
        assert!(read("[{]\n".as_bytes()).is_err());
    }
}

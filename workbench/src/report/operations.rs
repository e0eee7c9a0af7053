//! The operations of a run as pictures and the page show them: in words.

use std::fmt::Write;
use std::time::Duration;

use serde_json::Value as Json;

use crate::names::NodeNames;
use crate::record::history::{Event, Failure, History, Kind, Process, Value};
use crate::record::value_set::ValueSet;
use crate::text::prefix;
use crate::time::Time;

/// An operation of a client, or an act of the nemesis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownOperation {
    /// When it was invoked.
    pub invoked: Time,
    /// When it ended; none if the run ended first, and none for the nemesis.
    pub completed: Option<Time>,
    /// The number of the client's process, or `nemesis`.
    pub process: String,
    /// The name of the node that was asked; the nemesis asks none.
    pub node: Option<String>,
    /// Its name: `broadcast`, `read`, …
    pub f: &'static str,
    /// How it ended: `ok`, `fail` or `info`; none if the run ended first.
    pub outcome: Option<&'static str>,
    /// What was asked for, as JSON, if something else came back.
    pub asked: Option<String>,
    /// What it brought, or else what it asked for, as JSON; none if neither.
    pub value: Option<String>,
    /// Why it did not end in `ok`.
    pub error: Option<String>,
}

impl ShownOperation {
    /// How long a client waited for an answer; none if there was none.
    pub fn latency(&self) -> Option<Duration> {
        self.completed.map(|completed| completed.since(self.invoked))
    }

    /// Whether it is an act of the nemesis.
    pub fn is_nemesis(&self) -> bool {
        self.node.is_none()
    }

    fn of_nemesis(event: &Event) -> ShownOperation {
        ShownOperation {
            invoked: event.time,
            completed: None,
            process: "nemesis".to_owned(),
            node: None,
            f: event.f,
            outcome: Some(event.kind.name()),
            asked: None,
            value: text(&event.value),
            error: None,
        }
    }

    fn of_client(node: &str, invocation: &Event, completion: Option<&Event>) -> ShownOperation {
        let asked = text(&invocation.value);
        let value = completion.map_or_else(|| asked.clone(), |event| text(&event.value));
        let failure = completion.and_then(|event| event.failure.as_ref());
        ShownOperation {
            invoked: invocation.time,
            completed: completion.map(|event| event.time),
            process: invocation.process.to_string(),
            node: Some(node.to_owned()),
            f: invocation.f,
            outcome: completion.map(|event| event.kind.name()),
            asked: asked.filter(|asked| Some(asked) != value.as_ref()),
            value,
            error: failure.map(|failure: &Failure| short(&failure.in_words())),
        }
    }
}

/// How many characters of a value are kept: more than anybody is shown.
const MAX_TEXT_CHARS: usize = 1000;

/// The operations of `history` and the acts of the nemesis, in the order of their invocations.
pub fn operations(history: &History, nodes: &NodeNames) -> Vec<ShownOperation> {
    let mut clients = history.pairs();
    let operation = |event: &Event| match (event.process, event.kind) {
        (Process::Nemesis, _) => Some(ShownOperation::of_nemesis(event)),
        (Process::Client(_), Kind::Invoke) => {
            let (operation, invocation, completion) = clients.next()?;
            Some(ShownOperation::of_client(&nodes[operation.node], invocation, completion))
        }
        (Process::Client(_), Kind::Ok | Kind::Fail | Kind::Info) => None,
    };
    history.events().iter().filter_map(operation).collect()
}

/// A value as JSON. A read may return very much, and there may be very many of them.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::None => None,
        Value::Json(json) => Some(short(&json.to_string())),
        Value::Set(values) => Some(list(values)),
    }
}

fn short(text: &str) -> String {
    prefix(text, MAX_TEXT_CHARS).0.to_owned()
}

/// The beginning of a list, as long as is kept.
fn list(values: &ValueSet) -> String {
    let mut list = "[".to_owned();
    for value in values.iter().map(|value: Json| value.to_string()) {
        let comma = if list.len() > 1 { "," } else { "" };
        // Writing to a String cannot fail.
        let _ = write!(list, "{comma}{value}");
        if list.len() > MAX_TEXT_CHARS {
            return short(&list);
        }
    }
    list + "]"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_two_events_of_an_operation_become_one() {
        let time = Time::from_nanos;
        let mut history = History::new();
        let read = history.invoke(time(1), 0, 0, "read", Value::None, false);
        history.nemesis(time(2), "start-partition", Value::Json(json!("one")));
        let broadcast = history.invoke(time(3), 1, 1, "broadcast", Value::Json(json!(7)), false);
        let values = ValueSet::new([json!(1), json!(2), json!("x")], 3);
        history.complete(read, time(4), Ok(Value::Set(values)));
        history.complete(broadcast, time(5), Err((Kind::Info, Failure::Timeout)));
        history.invoke(time(6), 0, 0, "read", Value::None, false);
        let operations = operations(&history, &NodeNames::numbered(2));
        let [read, nemesis, broadcast, open] = operations.as_slice() else {
            panic!("{operations:?}")
        };
        assert_eq!(read.value.as_deref(), Some(r#"[1,2,"x"]"#));
        assert_eq!(read.latency(), Some(Duration::from_nanos(3)));
        assert_eq!((read.asked.as_deref(), read.outcome), (None, Some("ok")));
        assert!(nemesis.is_nemesis() && nemesis.latency().is_none());
        assert_eq!((broadcast.node.as_deref(), broadcast.f), (Some("n1"), "broadcast"));
        assert_eq!(broadcast.error.as_deref(), Some("no answer in time"));
        assert_eq!((open.completed, open.outcome), (None, None));
    }

    #[test]
    fn of_a_long_list_the_beginning_is_kept() {
        let values = ValueSet::new((0..10_000).map(|value| json!(value)), 10_000);
        let text = text(&Value::Set(values)).unwrap();
        assert!(text.starts_with("[0,1,2,"), "{text}");
        assert_eq!(text.len(), MAX_TEXT_CHARS);
    }
}

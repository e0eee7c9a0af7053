//! The history of a run as files: one for people, in Jepsen's shape, and one for programs.

use std::fmt::Display;
use std::io::{self, Write};

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

use crate::names::NodeNames;
use crate::record::edn::Edn;
use crate::record::history::{Event, Failure, History, Process, Value};
use crate::record::jepsen::{error, value};
use crate::record::value_set::ValueSet;

/// Writes `history.txt`: a line an event, with process, type, f, value and, if any, error, separated
/// by tabs. Values are EDN.
pub fn write_text(history: &History, out: &mut impl Write) -> io::Result<()> {
    for event in history.events() {
        let (process, kind, f) = (event.process, event.kind.name(), event.f);
        write!(out, "{process}\t:{kind}\t:{f}\t")?;
        match &event.value {
            Value::Set(elements) => write_elements(elements, out)?,
            _ => write!(out, "{}", value(event))?,
        }
        if let Some(failure) = &event.failure {
            write!(out, "\t{}", error(failure))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Writes what [`value`] gives, one element after the other: a long run has thousands of them.
fn write_elements(elements: &ValueSet, out: &mut impl Write) -> io::Result<()> {
    let mut separator = "[";
    let mut element = |element: &dyn Display| {
        let written = write!(out, "{separator}{element}");
        separator = " ";
        written
    };
    elements.issued().ones().try_for_each(|value| element(&value))?;
    elements.repeated().iter().try_for_each(|value| element(value))?;
    elements.others().iter().try_for_each(|other| element(&Edn::from(other)))?;
    out.write_all(if elements.is_empty() { b"[]" } else { b"]" })
}

/// Writes `history.json`: an array with one object per event and line. `time` is in nanoseconds
/// since the main phase began; `process` is a number or `"nemesis"`; `node` is the one of `nodes`
/// that was asked; `never-broadcast` is how many of the last values that a read returned had not
/// been broadcast by then. What does not apply to an event is left out.
pub fn write_json(history: &History, nodes: &NodeNames, out: &mut impl Write) -> io::Result<()> {
    let mut asked: Vec<Option<&str>> = vec![None; history.events().len()];
    for operation in history.operations() {
        asked[operation.invoked] = Some(&nodes[operation.node]);
        if let Some(completed) = operation.completed {
            asked[completed] = Some(&nodes[operation.node]);
        }
    }
    for (event, node) in history.events().iter().zip(asked) {
        out.write_all(if event.index == 0 { b"[" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, &EventLine::new(event, node))?;
    }
    let start = if history.events().is_empty() { "[" } else { "" };
    writeln!(out, "{start}]")
}

/// An event in `history.json`.
#[derive(Serialize)]
struct EventLine<'a> {
    index: usize,
    time: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    process: Json,
    f: &'static str,
    #[serde(serialize_with = "serialize_value", skip_serializing_if = "EventLine::has_none")]
    value: &'a Value,
    #[serde(rename = "never-broadcast", skip_serializing_if = "is_zero")]
    never_broadcast: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    node: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Json>,
    #[serde(rename = "final", skip_serializing_if = "std::ops::Not::not")]
    is_final: bool,
}

impl<'a> EventLine<'a> {
    fn new(event: &'a Event, node: Option<&'a str>) -> EventLine<'a> {
        EventLine {
            index: event.index,
            time: event.time.nanos(),
            kind: event.kind.name(),
            process: match event.process {
                Process::Client(number) => Json::from(number),
                Process::Nemesis => Json::from("nemesis"),
            },
            f: event.f,
            value: &event.value,
            never_broadcast: match &event.value {
                Value::Set(elements) => elements.others().len(),
                _ => 0,
            },
            node,
            error: event.failure.as_ref().map(error_and_kind),
            is_final: event.is_final,
        }
    }

    fn has_none(value: &&Value) -> bool {
        matches!(value, Value::None)
    }
}

/// What [`error`] gives, and the kind of what is wrong with a reply, by which the checks group it.
fn error_and_kind(failure: &Failure) -> Json {
    let mut error = error(failure).to_json();
    if let (Failure::Malformed { kind, .. }, Json::Array(parts)) = (failure, &mut error) {
        parts.push(kind.as_str().into());
    }
    error
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

fn serialize_value<S: Serializer>(value: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Value::None => serializer.serialize_none(),
        Value::Json(json) => json.serialize(serializer),
        Value::Set(elements) => {
            let mut list = serializer.serialize_seq(None)?;
            elements.issued().ones().try_for_each(|value| list.serialize_element(&value))?;
            elements.repeated().iter().try_for_each(|value| list.serialize_element(value))?;
            elements.others().iter().try_for_each(|other| list.serialize_element(other))?;
            list.end()
        }
    }
}

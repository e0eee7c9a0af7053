//! What happens in a small run, a line an event: who was asked what, and what became of the messages.

use std::fmt::Write;

use common::excerpt;

use crate::fields::Fields;
use crate::names::NodeNames;
use crate::record::history::{History, Kind, Value};
use crate::record::partitions::PartitionRecord;
use crate::report::message_window::{Fate, Message, MessageWindow};
use crate::text::{counted, truncate};
use crate::time::Time;

/// How many messages between servers are told one by one; of more, only those that did not arrive once.
const MAX_MESSAGES: usize = 12;

/// How many lines there are at most.
const MAX_LINES: usize = 40;

/// How much of a line is shown.
const MAX_CHARS: usize = 66;

/// The events of a run, in the order of their times.
pub fn story(scene: &MessageWindow, history: &History) -> String {
    let nodes = &scene.info.nodes;
    let mut lines: Vec<(Time, String)> = vec![];
    for PartitionRecord { sides, from, until, .. } in &scene.info.partitions {
        lines.push((*from, format!("a partition begins: {sides}")));
        lines.extend(until.map(|until| (until, "the network heals".to_owned())));
    }
    for (operation, invoked, completed) in history.pairs() {
        let node = &nodes[operation.node];
        let asked = with_value(invoked.f, &invoked.value);
        let answer = match completed {
            None => "no answer before the end".into(),
            Some(event) => match (&event.failure, event.kind) {
                (Some(failure), _) => failure.in_words(),
                (None, Kind::Ok) if event.value != invoked.value => with_value("", &event.value),
                (None, _) => "ok".into(),
            },
        };
        let is_final = if invoked.is_final { "final " } else { "" };
        lines.push((invoked.time, format!("{is_final}{asked} at {node}: {}", answer.trim())));
    }
    let mut messages: Vec<&Message> =
        scene.messages.iter().filter(|message| message.is_between_servers()).collect();
    let all = messages.len();
    if all > MAX_MESSAGES {
        messages.retain(|message| message.duplicate || !matches!(message.fate, Fate::Delivered(_)));
    }
    let untold = all - messages.len();
    for message in messages {
        lines.push((message.sent, in_words(message, nodes)));
    }
    // What happens at one moment stays in the order in which it is above.
    lines.sort_by_key(|(time, _)| *time);
    let more = lines.len().saturating_sub(MAX_LINES);
    let mut text = String::new();
    for (time, line) in lines.into_iter().take(MAX_LINES) {
        let _ = writeln!(text, "{:>12}  {}", time.to_string(), truncate(&line, MAX_CHARS));
    }
    if more > 0 {
        let _ = writeln!(text, "{:>12}  and {}", "", counted(more as u64, "more event"));
    }
    if untold > 0 {
        let count = counted(untold as u64, "delivered message");
        let _ = writeln!(text, "{:>12}  and {count} between nodes", "");
    }
    text
}

/// `n0 -> n1 {"type":"broadcast","message":0}, dropped by partition`
fn in_words(message: &Message, nodes: &NodeNames) -> String {
    const MAX_BODY: usize = 40;
    let [src, dest] = [message.src, message.dest].map(|end| nodes.of_endpoint(end));
    let body = truncate(&excerpt(&*without_ids(message.body.get())), MAX_BODY);
    let fate = match message.fate {
        Fate::Delivered(time) if time == message.sent => String::new(),
        Fate::Delivered(time) => format!(", arrives at {time}"),
        Fate::Dropped(_, _) => ", dropped by partition".into(),
        Fate::Lost(_) => ", lost by network".into(),
        Fate::UnderWay => ", under way at the end".into(),
    };
    let copy = if message.duplicate { ", the second copy" } else { "" };
    format!("{src} -> {dest} {body}{copy}{fate}")
}

/// A body without `msg_id` and `in_reply_to`: which reply belongs to which request can be seen.
fn without_ids(body: &str) -> String {
    let Ok(fields) = Fields::read(body) else { return body.to_owned() };
    let told = fields.iter().filter(|(name, _)| !["msg_id", "in_reply_to"].contains(name));
    let told: Vec<String> = told.map(|(name, value)| format!("{name:?}:{value}")).collect();
    format!("{{{}}}", told.join(","))
}

/// `broadcast 7`, `read`
fn with_value(f: &str, value: &Value) -> String {
    match value {
        Value::None => f.to_owned(),
        Value::Json(value) => format!("{f} {value}"),
        Value::Set(values) => {
            let values: Vec<String> = values.iter().map(|value| value.to_string()).collect();
            format!("{f} [{}]", values.join(", "))
        }
    }
}

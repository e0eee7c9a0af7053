//! The history of a run: every operation, when it was invoked and how it completed.

use std::fmt;

use common::excerpt;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::record::value_set::ValueSet;
use crate::time::Time;

/// Who did something: a client's process, or the nemesis.
///
/// A worker whose operation ended in [`Kind::Info`] goes on as a new process, because that operation may
/// still take effect (Jepsen's rule).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Process {
    /// A client's process, by number.
    Client(u64),
    /// The part of the workbench that injects faults.
    Nemesis,
}

impl fmt::Display for Process {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Process::Client(number) => write!(f, "{number}"),
            Process::Nemesis => f.write_str(":nemesis"),
        }
    }
}

/// What an event says of its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It begins.
    Invoke,
    /// It happened.
    Ok,
    /// It definitely failed.
    Fail,
    /// Its outcome is unknown: it may have happened, or may still happen.
    Info,
}

impl Kind {
    /// The name that Jepsen's histories use: `invoke`, `ok`, `fail`, `info`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invoke => "invoke",
            Kind::Ok => "ok",
            Kind::Fail => "fail",
            Kind::Info => "info",
        }
    }
}

/// The argument or the result of an operation.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, as when a read is invoked.
    None,
    /// A JSON value: what to echo, what to broadcast, an id, what the nemesis cut.
    Json(Json),
    /// The values that a read returned.
    Set(ValueSet),
}

/// Why an operation did not end in [`Kind::Ok`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No reply came in time.
    Timeout,
    /// The reply is an error.
    Reply {
        /// The error's code: a whole number as in the Maelstrom protocol, or whatever the node sent; null
        /// if it is missing.
        code: Json,
        /// The error's text.
        text: String,
    },
    /// The reply does not fit the workload.
    Malformed {
        /// What is wrong with it, in a sentence for people.
        text: String,
        /// The same without what differs from reply to reply.
        kind: String,
        /// The reply's body, truncated.
        body: String,
    },
}

impl Failure {
    /// What kind of failure it is, in a few words: `error 11`.
    pub fn name(&self) -> String {
        match self {
            Failure::Timeout => "no answer in time".into(),
            Failure::Reply { code: Json::Null, .. } => "an error without a code".into(),
            Failure::Reply { code, .. } => format!("error {}", excerpt(code.to_string())),
            Failure::Malformed { .. } => "bad reply".into(),
        }
    }

    /// The failure in words: `error 11: not now`.
    pub fn in_words(&self) -> String {
        match self {
            Failure::Timeout => self.name(),
            Failure::Reply { text, .. } => with_reason(&self.name(), text),
            Failure::Malformed { text, .. } => text.clone(),
        }
    }
}

/// `error 11: not now`; without the colon if no reason is given.
pub(crate) fn with_reason(failure: &str, reason: &str) -> String {
    if reason.is_empty() { failure.to_owned() } else { format!("{failure}: {reason}") }
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place in the history, from 0.
    pub index: usize,
    /// When it happened.
    pub time: Time,
    /// Whether the operation begins, or how it ended.
    pub kind: Kind,
    /// Who did it.
    pub process: Process,
    /// The operation's name: `echo`, `generate`, `broadcast`, `read`, `start-partition`, …
    pub f: &'static str,
    /// Its argument or result.
    pub value: Value,
    /// Why it did not end in [`Kind::Ok`].
    pub failure: Option<Failure>,
    /// Whether it belongs to the final phase, after the last partition healed.
    pub is_final: bool,
}

/// An operation of a client: the indices of its two events in [`History::events`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// The index of the node that was asked (`n2` is 2).
    pub node: usize,
    /// The index of the event that began it.
    pub invoked: usize,
    /// The index of the event that ended it; none if the run ended first.
    pub completed: Option<usize>,
}

/// Identifies an operation of a [`History`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OperationId(usize);

/// Every operation of a run, in order of time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    events: Vec<Event>,
    operations: Vec<Operation>,
}

impl History {
    /// An empty history.
    pub fn new() -> History {
        History::default()
    }

    /// Every event, in order; an event's `index` is its place here.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Every operation of a client, in the order of their invocations.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// Every operation with its invocation and, if it has ended, its completion.
    pub fn pairs(&self) -> impl Iterator<Item = (&Operation, &Event, Option<&Event>)> {
        self.operations.iter().map(|operation| {
            let completed = operation.completed.map(|index| &self.events[index]);
            (operation, &self.events[operation.invoked], completed)
        })
    }

    /// Records that `process` asked node number `node` for something.
    pub fn invoke(
        &mut self,
        time: Time,
        process: u64,
        node: usize,
        f: &'static str,
        value: Value,
        is_final: bool,
    ) -> OperationId {
        let invoked = self.events.len();
        let (kind, process) = (Kind::Invoke, Process::Client(process));
        self.push(Event { index: invoked, time, kind, process, f, value, failure: None, is_final });
        self.operations.push(Operation { node, invoked, completed: None });
        OperationId(self.operations.len() - 1)
    }

    /// Records how an operation ended. Without a result, the event repeats the argument.
    pub fn complete(
        &mut self,
        operation: OperationId,
        time: Time,
        outcome: Result<Value, (Kind, Failure)>,
    ) {
        let invocation = &self.events[self.operations[operation.0].invoked];
        let (process, f, is_final) = (invocation.process, invocation.f, invocation.is_final);
        let (kind, value, failure) = match outcome {
            Ok(Value::None) => (Kind::Ok, invocation.value.clone(), None),
            Ok(value) => (Kind::Ok, value, None),
            Err((kind, failure)) => (kind, invocation.value.clone(), Some(failure)),
        };
        let index = self.events.len();
        self.operations[operation.0].completed = Some(index);
        self.push(Event { index, time, kind, process, f, value, failure, is_final });
    }

    /// Records an action of the nemesis.
    pub fn nemesis(&mut self, time: Time, f: &'static str, value: Value) {
        self.push(Event {
            index: self.events.len(),
            time,
            kind: Kind::Info,
            process: Process::Nemesis,
            f,
            value,
            failure: None,
            is_final: false,
        });
    }

    /// The invocation of an operation.
    pub fn invocation(&self, operation: OperationId) -> &Event {
        &self.events[self.operations[operation.0].invoked]
    }

    fn push(&mut self, event: Event) {
        // In real time, a timer may fire late. Times in the history never decrease.
        let time = self.events.last().map_or(event.time, |last| event.time.max(last.time));
        self.events.push(Event { time, ..event });
    }
}

/// How many messages were sent, delivered, and how many different ones there were (the checker
/// `net`'s send-count, recv-count and msg-count).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageCounts {
    /// Messages sent, including those dropped later.
    pub sent: u64,
    /// Messages delivered.
    pub received: u64,
    /// Different messages.
    pub messages: u64,
}

/// The messages of a run, by the kind of their ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrafficByKind {
    /// Every message.
    pub all: MessageCounts,
    /// Messages with a client at either end.
    pub clients: MessageCounts,
    /// Messages between servers.
    pub servers: MessageCounts,
}

/// A line of a node's stdout that is not a valid message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidLine {
    /// When it was read.
    pub time: Time,
    /// What is wrong with it, in a sentence for people.
    pub reason: String,
    /// The line, truncated.
    pub line: String,
}

/// The invalid lines of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvalidOutputOf {
    /// The node's name.
    pub node: String,
    /// How many there were.
    pub count: u64,
    /// The first few of them.
    pub first: Vec<InvalidLine>,
}

/// The invalid lines by node, in the order of the nodes, without nodes that have none.
pub type InvalidOutput = Vec<InvalidOutputOf>;

//! What a picture of a run shows: its nodes, its partitions, and the messages of a window of time.

use std::collections::BTreeSet;
use std::io::{self, BufRead};

use serde_json::value::RawValue;

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::output::run_info::RunInfo;
use crate::record::journal::JournalLine;
use crate::record::store::Store;
use crate::record::values_in::values_in;
use crate::time::Time;

/// A part of a run, from one moment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its first moment.
    pub from: Time,
    /// Its last moment.
    pub to: Time,
}

impl Window {
    /// Whether the time from `sent` to `ended` overlaps the window.
    pub fn meets(&self, sent: Time, ended: Time) -> bool {
        sent <= self.to && ended >= self.from
    }
}

/// The messages of a window, and what is known of the run around them.
#[derive(Debug)]
pub struct MessageWindow {
    /// What the run was.
    pub info: RunInfo,
    /// The part of it that is shown.
    pub window: Window,
    /// What was known when the window began.
    pub past: StateBefore,
    /// The messages that were sent, under way or ended in the window, in the journal's order, which
    /// is that of their ends.
    pub messages: Vec<Message>,
    /// How many more of them there were.
    pub left_out: usize,
    /// What the picture is about, if only some of the messages are.
    pub subject: Option<Subject>,
}

/// A value, an id or an echo, and what there is to see of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// What its messages tell: `what became of value 17`.
    pub words: String,
    /// The value, if it is one.
    pub value: Option<usize>,
    /// The ids of its messages.
    pub messages: BTreeSet<u64>,
}

/// How far values had spread before a window. Empty for workloads without values.
#[derive(Debug, Default)]
pub struct StateBefore {
    /// The values that clients had sent.
    pub values: BTreeSet<usize>,
    /// By node, the numbers that it had received from anyone. Those that are not in `values` are not
    /// values.
    pub told: Vec<BTreeSet<usize>>,
}

/// A message, and what became of it.
#[derive(Debug)]
pub struct Message {
    /// Messages are numbered in the order of sending.
    pub id: u64,
    /// Who sent it.
    pub src: Endpoint,
    /// For whom it is.
    pub dest: Endpoint,
    /// When it was sent.
    pub sent: Time,
    /// What became of it.
    pub fate: Fate,
    /// Whether this is the second copy (`--duplicate`).
    pub duplicate: bool,
    /// What it says, exactly as its sender wrote it.
    pub body: Box<RawValue>,
}

/// What became of a message, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrived.
    Delivered(Time),
    /// The partition of that number stood in its way.
    Dropped(Time, usize),
    /// The network lost it (`--loss`).
    Lost(Time),
    /// The run ended before it arrived.
    UnderWay,
}

impl Fate {
    /// When it was delivered, dropped or found lost.
    pub fn time(self) -> Option<Time> {
        match self {
            Fate::Delivered(time) | Fate::Dropped(time, _) | Fate::Lost(time) => Some(time),
            Fate::UnderWay => None,
        }
    }
}

impl MessageWindow {
    /// Reads the window of a run from its journal, of which no more than `most` messages are kept:
    /// the first ones.
    ///
    /// Fails if the journal cannot be read, or is none.
    pub fn read(
        info: RunInfo,
        window: Window,
        most: usize,
        journal: impl BufRead,
    ) -> io::Result<MessageWindow> {
        let past = StateBefore {
            told: vec![BTreeSet::new(); info.nodes.count()],
            ..StateBefore::default()
        };
        let mut scene =
            MessageWindow { info, window, past, messages: vec![], left_out: 0, subject: None };
        let has_values = scene.info.workload.values().is_some();
        for line in journal.lines() {
            let Some(message) = Message::read(&scene.info.nodes, &line?)? else { continue };
            if !window.meets(message.sent, message.fate.time().unwrap_or(window.to)) {
                if has_values && message.sent < window.from {
                    scene.past.add(&message);
                }
                continue;
            }
            if scene.messages.len() < most {
                scene.messages.push(message);
            } else {
                scene.left_out += 1;
            }
        }
        Ok(scene)
    }

    /// Reads the window of a run from its store; without a window, the run from the beginning of its
    /// main phase to its end. See [`MessageWindow::read`].
    pub fn open(
        store: &Store,
        window: Option<Window>,
        most: usize,
    ) -> Result<MessageWindow, crate::error::Error> {
        let info = RunInfo::read(store)?;
        let window = window.unwrap_or(Window { from: Time::ZERO, to: info.end });
        store.read("journal.jsonl", |journal| MessageWindow::read(info, window, most, journal))
    }

    /// The same scene with the messages of `subject` alone, if there is one.
    pub fn about(mut self, subject: Option<Subject>) -> MessageWindow {
        if let Some(subject) = &subject {
            self.messages.retain(|message| subject.messages.contains(&message.id));
        }
        MessageWindow { subject, ..self }
    }
}

impl StateBefore {
    /// Takes in a message that ended before the window.
    fn add(&mut self, message: &Message) {
        let Endpoint::Node(dest) = message.dest else { return };
        let values = values_in(&message.body);
        if let Endpoint::Client(_) = message.src {
            self.values.extend(&values);
        }
        if let (Fate::Delivered(_), Some(told)) = (message.fate, self.told.get_mut(dest)) {
            told.extend(values);
        }
    }
}

impl Message {
    /// Whether neither end is a client.
    pub fn is_between_servers(&self) -> bool {
        let is_client = |end| matches!(end, Endpoint::Client(_));
        !is_client(self.src) && !is_client(self.dest)
    }

    /// Reads a line of the journal; none if one of its ends has a name that the run
    /// does not know.
    fn read(nodes: &NodeNames, line: &str) -> io::Result<Option<Message>> {
        let line: JournalLine = serde_json::from_str(line)?;
        let [src, dest] = [&line.src, &line.dest].map(|name| nodes.endpoint(name));
        let (Some(src), Some(dest)) = (src, dest) else { return Ok(None) };
        let fate = match (line.delivered, line.dropped, line.lost) {
            (Some(time), ..) => Fate::Delivered(time),
            (_, Some(time), _) => Fate::Dropped(time, line.partition.unwrap_or_default()),
            (.., Some(time)) => Fate::Lost(time),
            _ => Fate::UnderWay,
        };
        let JournalLine { id, sent, duplicate, body, .. } = line;
        Ok(Some(Message { id, src, dest, sent, fate, duplicate, body: body.to_owned() }))
    }
}

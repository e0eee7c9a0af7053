//! The journal: every message of a run, when it was sent, and what became of it.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::names::NodeNames;
use crate::network::{Disposition, Envelope};
use crate::record::history::{MessageCounts, TrafficByKind};
use crate::time::Time;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageOutcome {
    /// It was delivered.
    Delivered(Instant),
    /// A partition dropped it when it was due: when, and which partition.
    Dropped(Instant, usize),
    /// The network lost it (`--loss`): when it was due.
    Lost(Instant),
    /// The run ended before it arrived.
    UnderWay,
}

/// Writes a [`JournalLine`] for each message as soon as its outcome is known, so that a long run needs no
/// more memory than a short one, and counts the messages.
pub struct Journal {
    /// Where it is written, and the names of the nodes; none if messages are only counted.
    out: Option<(Box<dyn Write + Send>, NodeNames)>,
    /// When the main phase began. Entries are held back until then, because their times count from it.
    origin: Option<Instant>,
    held: Vec<(Envelope, MessageOutcome)>,
    held_bytes: usize,
    traffic: TrafficByKind,
    failure: Option<io::Error>,
}

/// A line of the journal: a JSON object with these fields in this order. A message has `delivered`,
/// or `dropped` and `partition`, or `lost`, or none of them if the run ended first. The second copy
/// of a message (`--duplicate`) has a line of its own. Times are nanoseconds since the main phase
/// began.
#[derive(Debug, Serialize, Deserialize)]
pub struct JournalLine<'a> {
    /// Messages are numbered in the order of sending.
    pub id: u64,
    /// Who sent it: `n0`, `c0`, …
    #[serde(borrow)]
    pub src: Cow<'a, str>,
    /// Who receives it.
    #[serde(borrow)]
    pub dest: Cow<'a, str>,
    /// When it was sent.
    pub sent: Time,
    /// When it arrived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivered: Option<Time>,
    /// When a partition dropped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Time>,
    /// The number of that partition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<usize>,
    /// When it would have arrived, had it not been lost (`--loss`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost: Option<Time>,
    /// Whether this is the second copy (`--duplicate`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// The body, exactly as its sender wrote it.
    #[serde(borrow)]
    pub body: &'a RawValue,
}

impl Journal {
    /// How many bytes of messages are held back at most.
    const MAX_HELD_BYTES: usize = 64 * 1024 * 1024;

    /// A journal of messages among `nodes` and clients that is written to `out`.
    pub fn new(out: impl Write + Send + 'static, nodes: &NodeNames) -> Journal {
        Journal { out: Some((Box::new(out), nodes.clone())), ..Journal::counting() }
    }

    /// A journal that only counts messages.
    pub fn counting() -> Journal {
        let traffic = TrafficByKind::default();
        Journal { out: None, origin: None, held: vec![], held_bytes: 0, traffic, failure: None }
    }

    /// The main phase begins: times count from here.
    pub fn begin(&mut self, origin: Instant) {
        self.origin = Some(origin);
        for (envelope, outcome) in std::mem::take(&mut self.held) {
            self.write(origin, &envelope, outcome);
        }
    }

    /// Counts a message that has been sent.
    pub fn sent(&mut self, envelope: &Envelope) {
        for traffic in self.traffic_of(envelope) {
            traffic.sent += 1;
            traffic.messages += 1;
        }
    }

    /// Records what became of a message.
    pub fn ended(&mut self, envelope: &Envelope, outcome: MessageOutcome) {
        if let MessageOutcome::Delivered(_) = outcome {
            self.traffic_of(envelope).into_iter().for_each(|traffic| traffic.received += 1);
        }
        match self.origin {
            _ if self.out.is_none() => {}
            Some(origin) => self.write(origin, envelope, outcome),
            None => self.hold(envelope.clone(), outcome),
        }
    }

    fn hold(&mut self, envelope: Envelope, outcome: MessageOutcome) {
        self.held_bytes += envelope.body.get().len();
        if self.held_bytes <= Journal::MAX_HELD_BYTES {
            self.held.push((envelope, outcome));
        } else {
            let most = Journal::MAX_HELD_BYTES >> 20;
            let words = format!("the nodes sent more than {most} MiB while they were set up");
            self.failure.get_or_insert(io::Error::other(words));
        }
    }

    /// How many messages there have been.
    pub fn traffic(&self) -> &TrafficByKind {
        &self.traffic
    }

    /// Takes the error that the journal could not be written with, if there is one.
    pub fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Writes what is still held back, with times counted from `now` if the main phase never began.
    pub fn finish(&mut self, now: Instant) -> io::Result<()> {
        if self.origin.is_none() {
            self.begin(now);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.out.as_mut().map_or(Ok(()), |(out, _)| out.flush()),
        }
    }

    fn traffic_of(&mut self, envelope: &Envelope) -> [&mut MessageCounts; 2] {
        let TrafficByKind { all, clients, servers } = &mut self.traffic;
        [all, if envelope.is_between_servers() { servers } else { clients }]
    }

    fn write(&mut self, origin: Instant, envelope: &Envelope, outcome: MessageOutcome) {
        let Some((out, nodes)) = &mut self.out else { return };
        let time = |instant| Time::between(origin, instant);
        let mut line = JournalLine {
            id: envelope.id,
            src: nodes.of_endpoint(envelope.src),
            dest: nodes.of_endpoint(envelope.dest),
            sent: time(envelope.sent),
            delivered: None,
            dropped: None,
            partition: None,
            lost: None,
            duplicate: envelope.disposition == Disposition::Duplicate,
            body: &envelope.body,
        };
        match outcome {
            MessageOutcome::Delivered(at) => line.delivered = Some(time(at)),
            MessageOutcome::Dropped(at, partition) => {
                (line.dropped, line.partition) = (Some(time(at)), Some(partition));
            }
            MessageOutcome::Lost(at) => line.lost = Some(time(at)),
            MessageOutcome::UnderWay => {}
        }
        let written = serde_json::to_writer(&mut *out, &line).map_err(io::Error::from);
        if let Err(failure) = written.and_then(|()| out.write_all(b"\n")) {
            self.failure.get_or_insert(failure);
        }
    }
}

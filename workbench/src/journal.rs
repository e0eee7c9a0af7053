//! The journal: every message of a run, when it was sent, and what became of it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::history::{Traffic, TrafficByKind};
use crate::net::{Flight, Luck};
use crate::time::Time;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was delivered.
    Delivered(Instant),
    /// A partition stood in its way when it was due: when, and which partition.
    Dropped(Instant, usize),
    /// The network lost it on its way (`--loss`), and noticed when it was due.
    Lost(Instant),
    /// The run ended before it arrived.
    UnderWay,
}

/// Writes a line for each message as soon as its fate is known, so that a long run takes no more
/// memory than a short one, and counts the messages.
///
/// A line is a JSON object: `id` (messages are numbered in the order of sending), `src`, `dest`,
/// `sent`, then `delivered`, or `dropped` and the number of the `partition` that did it, or `lost`
/// (`--loss`), or none of them if the run ended first, and last the `body` as it was written. The
/// second copy of a message (`--duplicate`) has a line of its own that says `"duplicate":true`.
/// Times are nanoseconds since the main phase began.
pub struct Journal {
    /// None if messages are only counted.
    out: Option<Box<dyn Write + Send>>,
    /// When the main phase began. Until it does, entries are held back: their times count from it.
    origin: Option<Instant>,
    held: Vec<(Flight, Fate)>,
    traffic: TrafficByKind,
    failure: Option<io::Error>,
}

#[derive(Serialize)]
struct Line<'a> {
    id: u64,
    src: String,
    dest: String,
    sent: Time,
    #[serde(skip_serializing_if = "Option::is_none")]
    delivered: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partition: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<Time>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    duplicate: bool,
    body: &'a RawValue,
}

impl Journal {
    /// A journal that is written to `out`.
    pub fn new(out: impl Write + Send + 'static) -> Journal {
        Journal { out: Some(Box::new(out)), ..Journal::counting() }
    }

    /// A journal that is not written, and only counts messages.
    pub fn counting() -> Journal {
        let traffic = TrafficByKind::default();
        Journal { out: None, origin: None, held: vec![], traffic, failure: None }
    }

    /// The main phase begins: this is the moment from which times count.
    pub fn begin(&mut self, origin: Instant) {
        self.origin = Some(origin);
        for (flight, fate) in std::mem::take(&mut self.held) {
            self.write(origin, &flight, fate);
        }
    }

    /// Counts a message that has been sent.
    pub fn sent(&mut self, flight: &Flight) {
        for traffic in self.traffic_of(flight) {
            traffic.sent += 1;
            traffic.messages += 1;
        }
    }

    /// Records what became of a message.
    pub fn ended(&mut self, flight: &Flight, fate: Fate) {
        if let Fate::Delivered(_) = fate {
            self.traffic_of(flight).into_iter().for_each(|traffic| traffic.received += 1);
        }
        match self.origin {
            _ if self.out.is_none() => {}
            Some(origin) => self.write(origin, flight, fate),
            None => self.held.push((flight.clone(), fate)),
        }
    }

    /// How many messages there have been.
    pub fn traffic(&self) -> &TrafficByKind {
        &self.traffic
    }

    /// Why the journal could not be written, told once.
    pub fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    /// Writes out what is still held back; `now` stands in for a main phase that never began.
    pub fn finish(&mut self, now: Instant) -> io::Result<()> {
        if self.origin.is_none() {
            self.begin(now);
        }
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.out.as_mut().map_or(Ok(()), |out| out.flush()),
        }
    }

    fn traffic_of(&mut self, flight: &Flight) -> [&mut Traffic; 2] {
        let TrafficByKind { all, clients, servers } = &mut self.traffic;
        [all, if flight.is_between_servers() { servers } else { clients }]
    }

    fn write(&mut self, origin: Instant, flight: &Flight, fate: Fate) {
        let Some(out) = &mut self.out else { return };
        let time = |instant| Time::between(origin, instant);
        let mut line = Line {
            id: flight.id,
            src: flight.src.to_string(),
            dest: flight.dest.to_string(),
            sent: time(flight.sent),
            delivered: None,
            dropped: None,
            partition: None,
            lost: None,
            duplicate: flight.luck == Luck::Duplicate,
            body: &flight.body,
        };
        match fate {
            Fate::Delivered(at) => line.delivered = Some(time(at)),
            Fate::Dropped(at, partition) => {
                (line.dropped, line.partition) = (Some(time(at)), Some(partition));
            }
            Fate::Lost(at) => line.lost = Some(time(at)),
            Fate::UnderWay => {}
        }
        let written = serde_json::to_writer(&mut *out, &line).map_err(io::Error::from);
        if let Err(failure) = written.and_then(|()| out.write_all(b"\n")) {
            self.failure.get_or_insert(failure);
        }
    }
}

//! The trace of a run: what the replay player plays, in compact JSON.
//!
//! It is an object with these fields. Every time is a whole number of 100 µs since the main phase
//! began, rounded down. A list said to be of differences holds its first number, and then each one
//! less the one before it. The same scene gives the same trace, to the byte.
//!
//! | field | what |
//! |---|---|
//! | `workload`, `seed` | what the run was |
//! | `nodes` | how many there are |
//! | `names` | what they are called, unless that is n0, n1, … |
//! | `services` | the names of the services that have anything to do with the messages, if there are any |
//! | `from`, `to` | the window |
//! | `partitions` | objects with `number`, `shape`, `sides` (in words), `from`, `until` (`null`: never healed), `blocked`: for each node, those that it does not hear |
//! | `shapes` | the shapes of bodies: each a list of fields, in order, each of them `[name]`, or `[name, value]` where all bodies of the shape have that value |
//! | `routes` | `[src, dest, shape]`: the number of a node; of the `services` after the last node; or, of client c0, c1, …, -1, -2, …; and of a shape |
//! | `route` | a message each, in the order of their ends: which route |
//! | `ended` | a message each: when it was delivered, dropped or lost; differences |
//! | `flight` | a message each: how long it had been under way by then |
//! | `fate` | a letter a message: `d`elivered, dropped at a `p`artition, `l`ost (`--loss`), `u`nder way when the run ended, which is then said to end with the trace |
//! | `duplicates` | the messages that are second copies (`--duplicate`); differences |
//! | `fields` | for one message after the other, what its shape leaves open |
//! | `values` | the values that clients had broadcast by the end; differences |
//! | `told` | by node, the values that it had been told before the window; differences |
//! | `copies` | by value, the messages for nodes that carry it; differences |
//! | `left_out` | how many messages there were after the last one |
//!
//! A field's value that JavaScript would not give back as it was, such as a number of 20 digits, is
//! `{"": "its text"}`. A body that is not worth a shape has the shape `[]`, and leaves one string
//! open: its text, which is cut if it is very long.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::value::RawValue;

use super::body::{Field, shape};
use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::record::partitions::PartitionRecord;
use crate::record::values_in::values_in;
use crate::report::message_window::{Fate, Message, MessageWindow};
use crate::service::Service;
use crate::time::Time;

/// The nanoseconds of the unit of time.
const UNIT: i64 = 100_000;

#[derive(Serialize)]
struct Trace<'a> {
    workload: &'a str,
    seed: u64,
    nodes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<&'a NodeNames>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<&'a str>,
    from: i64,
    to: i64,
    partitions: Vec<TracePartition<'a>>,
    shapes: Vec<Vec<Field>>,
    routes: Vec<Route>,
    route: Vec<usize>,
    ended: Vec<i64>,
    flight: Vec<i64>,
    fate: String,
    duplicates: Vec<i64>,
    fields: Vec<Cow<'a, RawValue>>,
    values: Vec<i64>,
    told: Vec<Vec<i64>>,
    copies: Vec<Vec<i64>>,
    left_out: usize,
}

#[derive(Serialize)]
struct TracePartition<'a> {
    number: usize,
    shape: &'a str,
    sides: &'a str,
    from: i64,
    until: Option<i64>,
    blocked: Vec<Vec<usize>>,
}

/// From, to, and the number of a shape.
type Route = (i64, i64, usize);

/// The trace of a scene, as JSON in one line.
pub fn trace(scene: &MessageWindow) -> String {
    let info = &scene.info;
    let mut messages: Vec<&Message> = scene.messages.iter().collect();
    // The journal of real processes may be out of order by a little. What is under way comes last.
    messages.sort_by_key(|message| message.fate.time().unwrap_or(Time::MAX));
    let last = messages.iter().filter_map(|message| message.fate.time()).next_back();
    let last = last.unwrap_or(scene.window.from);
    // Where messages are left out, the trace is that of the time before them.
    let end = if scene.left_out == 0 { last.max(info.end) } else { last };
    let to = scene.window.to.min(end).max(scene.window.from);

    let ends = messages.iter().flat_map(|message| [message.src, message.dest]);
    let services = ends.filter_map(|end| match end {
        Endpoint::Service(service) => Some(service),
        Endpoint::Node(_) | Endpoint::Client(_) => None,
    });
    let services: BTreeSet<Service> = services.collect();
    let number = |end| match end {
        Endpoint::Node(index) => index as i64,
        // No client has a number that large, though a node may send to one.
        Endpoint::Client(number) => i64::try_from(number).map_or(i64::MIN, |number| -1 - number),
        Endpoint::Service(service) => {
            (info.nodes.count() + services.range(..service).count()) as i64
        }
    };
    let mut trace = Trace {
        workload: info.workload.name(),
        seed: info.seed,
        nodes: info.nodes.count(),
        names: Some(&info.nodes).filter(|nodes| **nodes != NodeNames::numbered(nodes.count())),
        services: services.iter().map(|service| service.name()).collect(),
        from: units(scene.window.from),
        to: units(to),
        partitions: info
            .partitions
            .iter()
            .map(|cut| TracePartition::new(cut, &info.nodes))
            .collect(),
        shapes: vec![],
        routes: vec![],
        route: vec![],
        ended: vec![],
        flight: vec![],
        fate: messages.iter().map(|message| letter(message.fate)).collect(),
        duplicates: differences(
            (0..).zip(&messages).filter(|(_, message)| message.duplicate).map(|(place, _)| place),
        ),
        fields: vec![],
        values: vec![],
        told: vec![],
        copies: vec![],
        left_out: scene.left_out,
    };
    let (mut shapes, mut routes) = (NumberedRows::default(), NumberedRows::default());
    let mut ends = vec![];
    for message in &messages {
        let (shape, open) = shape(&message.body);
        let route = (number(message.src), number(message.dest), shapes.place(shape));
        trace.route.push(routes.place(route));
        trace.fields.extend(open);
        let ended = units(message.fate.time().unwrap_or(to.max(last)));
        ends.push(ended);
        trace.flight.push((ended - units(message.sent)).max(0));
    }
    trace.ended = differences(ends);
    (trace.shapes, trace.routes) = (shapes.rows, routes.rows);
    if info.workload.values().is_some() {
        trace.add_values(scene, &messages);
    }
    serde_json::to_string(&trace).unwrap_or_else(|error| panic!("a trace is plain JSON: {error}"))
}

impl Trace<'_> {
    /// The values, who had been told them, and the messages that carry them.
    fn add_values(&mut self, scene: &MessageWindow, messages: &[&Message]) {
        let mut values = scene.past.values.clone();
        let mut copies = BTreeMap::<usize, Vec<i64>>::new();
        for (place, message) in (0..).zip(messages) {
            let Endpoint::Node(_) = message.dest else { continue };
            let values_in: BTreeSet<usize> = values_in(&message.body).into_iter().collect();
            if let Endpoint::Client(_) = message.src {
                values.extend(&values_in);
            }
            for value in values_in {
                copies.entry(value).or_default().push(place);
            }
        }
        let numbers = |values: &BTreeSet<usize>| differences(values.iter().map(|&v| v as i64));
        let told = |told: &BTreeSet<usize>| numbers(&(told & &values));
        self.told = scene.past.told.iter().map(told).collect();
        let copies_of = |value| differences(copies.remove(value).unwrap_or_default());
        self.copies = values.iter().map(copies_of).collect();
        self.values = numbers(&values);
    }
}

impl<'a> TracePartition<'a> {
    fn new(partition: &'a PartitionRecord, nodes: &NodeNames) -> TracePartition<'a> {
        let blocked = |receiver| {
            let senders = nodes.iter().zip(0..);
            let blocked = senders.filter(|(sender, _)| partition.cuts(receiver, sender));
            blocked.map(|(_, node)| node).collect()
        };
        TracePartition {
            number: partition.number,
            shape: &partition.shape,
            sides: &partition.sides,
            from: units(partition.from),
            until: partition.until.map(units),
            blocked: nodes.iter().map(blocked).collect(),
        }
    }
}

/// Things by number, each of them once.
struct NumberedRows<T> {
    rows: Vec<T>,
    places: BTreeMap<T, usize>,
}

impl<T> Default for NumberedRows<T> {
    fn default() -> NumberedRows<T> {
        NumberedRows { rows: vec![], places: BTreeMap::new() }
    }
}

impl<T: Clone + Ord> NumberedRows<T> {
    /// The number of `row`, which is the next one if it is new.
    fn place(&mut self, row: T) -> usize {
        let next = self.rows.len();
        let place = *self.places.entry(row.clone()).or_insert(next);
        if place == next {
            self.rows.push(row);
        }
        place
    }
}

fn units(time: Time) -> i64 {
    time.nanos().div_euclid(UNIT)
}

fn letter(fate: Fate) -> char {
    match fate {
        Fate::Delivered(_) => 'd',
        Fate::Dropped(..) => 'p',
        Fate::Lost(_) => 'l',
        Fate::UnderWay => 'u',
    }
}

/// The first number, and then each one less the one before it.
fn differences(numbers: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let before = |last: &mut i64, number: i64| Some(number - std::mem::replace(last, number));
    numbers.into_iter().scan(0, before).collect()
}

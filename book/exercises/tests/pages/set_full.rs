//! The small history that "The workbench" judges by hand, and the checker's verdict on it.

use std::fmt::Write;

use serde_json::{Value as Json, json};
use workbench::checker::{Outcome, SetFullResults, Targets};
use workbench::names::NodeNames;
use workbench::record::history::{Event, Failure, History, Kind, TrafficByKind, Value};
use workbench::record::value_set::ValueSet;
use workbench::time::Time;
use workbench::workload::{Input, WorkloadKind, check};

use crate::keep;

/// A step of the history: when, by which process, at which node, and what.
type Step = (i64, u64, usize, Deed);

#[derive(Clone, Copy)]
enum Deed {
    /// A broadcast that is acknowledged.
    Tell(u64),
    /// A broadcast that is never answered.
    TellInVain(u64),
    /// A read, and what it returns.
    Read(&'static [u64]),
}

use Deed::{Read, Tell, TellInVain};

const STEPS: &[Step] = &[
    (100, 0, 0, Tell(0)),
    (200, 1, 1, Read(&[])),
    (300, 0, 0, Tell(1)),
    (350, 2, 0, TellInVain(2)),
    (350, 3, 1, TellInVain(3)),
    (400, 0, 0, Read(&[0, 1, 2])),
    (500, 1, 1, Read(&[0, 2])),
    (6000, 0, 0, Read(&[0, 2])),
];

/// How many values there are.
const VALUES: usize = 4;

fn history(steps: &[Step]) -> History {
    let mut history = History::new();
    let mut open = vec![];
    for &(millis, process, node, deed) in steps {
        let time = Time::from_millis(millis);
        // An operation without a reply times out after five seconds.
        while open.first().is_some_and(|&(at, _)| at < time) {
            let (at, id) = open.remove(0);
            history.complete(id, at, Err((Kind::Info, Failure::Timeout)));
        }
        let mut begin = |f, value| history.invoke(time, process, node, f, value, false);
        match deed {
            Tell(value) => {
                let id = begin("broadcast", Value::Json(json!(value)));
                history.complete(id, time, Ok(Value::None));
            }
            TellInVain(value) => {
                let id = begin("broadcast", Value::Json(json!(value)));
                open.push((Time::from_millis(millis + 5000), id));
            }
            Read(values) => {
                let id = begin("read", Value::None);
                let values: Vec<Json> = values.iter().map(|&value| json!(value)).collect();
                history.complete(id, time, Ok(Value::Set(ValueSet::new(values, VALUES))));
            }
        }
    }
    history
}

fn judge(history: &History) -> SetFullResults {
    let results = check(&Input {
        workload: WorkloadKind::Broadcast,
        nodes: &NodeNames::numbered(3),
        history,
        traffic: &TrafficByKind::default(),
        invalid_output: &Default::default(),
        unexpected_replies: &Default::default(),
        availability: None,
        strict: false,
        targets: Targets::default(),
    });
    results.workload.values().expect("values").set_full.clone()
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Stable => "stable",
        Outcome::Lost => "lost",
        Outcome::NeverRead => "never read",
    }
}

/// A line for each operation, then one for each value.
fn text(history: &History) -> String {
    let mut text = String::new();
    for (operation, begun, ended) in history.pairs() {
        let ended = ended.expect("an operation that ends");
        let (time, node, f) = (begun.time, operation.node, begun.f);
        let asked = match (&begun.value, &ended.value) {
            (Value::Json(value), _) => value.to_string(),
            (_, Value::Set(elements)) => {
                let values: Vec<String> = elements.iter().map(|value| value.to_string()).collect();
                format!("[{}]", values.join(", "))
            }
            _ => String::new(),
        };
        let how = match ended.kind {
            Kind::Ok => "ok",
            _ => "info, no answer in time",
        };
        let _ =
            writeln!(text, "{time}  process {}  n{node}  {f:<9}  {asked:<9}  {how}", begun.process);
    }
    text += "\n";
    let events = history.events();
    let at = |event: Option<usize>| {
        event.map_or("      –".to_owned(), |index| events[index].time.to_string())
    };
    text += "value  known    last present  last absent  outcome\n";
    for value in judge(history).elements {
        let (known, present) = (at(value.known), at(value.last_present));
        let absent = at(value.last_absent);
        let latency = match (value.outcome, value.latency) {
            (Outcome::Stable, Some(latency)) => format!(", after {latency} ms"),
            _ => String::new(),
        };
        let outcome = outcome(value.outcome);
        let _ = writeln!(
            text,
            "{:<5}  {known}  {present:<12}  {absent:<11}  {outcome}{latency}",
            value.value
        );
    }
    text
}

#[test]
fn the_small_history_is_judged_as_the_page_says() {
    let history = history(STEPS);
    keep("set-full.txt", &text(&history));
    let outcomes: Vec<Outcome> = judge(&history).elements.iter().map(|e| e.outcome).collect();
    assert_eq!(outcomes, [Outcome::Stable, Outcome::Lost, Outcome::Stable, Outcome::NeverRead]);
}

#[test]
fn the_read_that_starts_last_decides() {
    let mut steps = STEPS.to_vec();
    let mut read = steps.remove(5);
    read.0 = 7000;
    steps.push(read);
    assert_eq!(judge(&history(&steps)).elements[1].outcome, Outcome::Stable);
}

#[test]
fn events_are_numbered_in_order() {
    let history = history(STEPS);
    let places = history.events().iter().map(|event: &Event| event.index);
    assert!(places.eq(0..history.events().len()));
}

//! The rules of set-full once more, plain and slow: every value against every read. The real check
//! must agree with it on any history.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use workbench::checker::{Element, Outcome, Verdict};
use workbench::record::history::{Event, Failure, History, Kind, OperationId, Value};
use workbench::record::value_set::ValueSet;
use workbench::time::Time;

use crate::checks::run::Run;

/// What the rules say of broadcast number `value`.
fn judge(history: &History, value: usize) -> Element {
    let (_, invoked, completed) = history
        .pairs()
        .filter(|(_, invocation, _)| invocation.f == "broadcast")
        .nth(value)
        .expect("there is such a broadcast");

    // All ok reads that complete after the broadcast was invoked.
    let reads: Vec<(&Event, &Event)> = history
        .pairs()
        .filter_map(|(_, invocation, completion)| Some((invocation, completion?)))
        .filter(|(invocation, _)| invocation.f == "read")
        .filter(|(_, completion)| completion.kind == Kind::Ok)
        .filter(|(_, completion)| completion.index > invoked.index)
        .collect();
    let contains = |completion: &Event| match &completion.value {
        Value::Set(elements) => elements.iter().any(|element| element == json!(value)),
        _ => false,
    };

    // Known = the first of: its broadcast completing ok; any read completing that contains it.
    let acknowledged = completed.filter(|event| event.kind == Kind::Ok);
    let seen = reads.iter().map(|read| read.1).filter(|read| contains(read));
    let known = seen.chain(acknowledged).min_by_key(|event| event.index);

    // Last-present, last-absent: by the read's invocation.
    let (present, absent): (Vec<_>, Vec<_>) = reads.iter().partition(|read| contains(read.1));
    let latest = |reads: Vec<(&Event, &Event)>| {
        let invocations = reads.into_iter().map(|read| read.0.clone());
        invocations.max_by_key(|event| event.index)
    };
    let (last_present, last_absent) = (latest(present), latest(absent));

    let stable = match (&last_present, &last_absent) {
        (Some(present), Some(absent)) => present.index > absent.index,
        (Some(_), None) => true,
        (None, _) => false,
    };
    let lost = match (known, &last_absent) {
        (Some(known), Some(absent)) => !stable && absent.index > known.index,
        _ => false,
    };
    let milliseconds = |event: &Option<Event>| match (event, known) {
        (Some(event), Some(known)) => {
            u64::try_from((event.time.nanos() - known.time.nanos()).max(0) / 1_000_000).unwrap()
        }
        _ => 0,
    };
    let (outcome, latency) = match (stable, lost) {
        (true, _) => (Outcome::Stable, Some(milliseconds(&last_absent))),
        (_, true) => (Outcome::Lost, Some(milliseconds(&last_present))),
        _ => (Outcome::NeverRead, None),
    };
    Element {
        value,
        outcome,
        latency,
        known: known.map(|event| event.index),
        last_present: last_present.map(|event| event.index),
        last_absent: last_absent.map(|event| event.index),
    }
}

/// What a worker does next: an idle one begins an operation, a busy one ends it.
#[derive(Debug, Clone)]
struct Step {
    worker: usize,
    micros: u64,
    begin_read: bool,
    is_final: bool,
    end: Kind,
    /// A read finds value v if bit v mod 64 is set.
    found: u64,
    /// Values that a read finds without their being broadcast by then.
    foreign: usize,
}

fn step() -> impl Strategy<Value = Step> {
    let end = prop_oneof![6 => Just(Kind::Ok), 1 => Just(Kind::Fail), 1 => Just(Kind::Info)];
    let found = prop_oneof![any::<u64>(), Just(u64::MAX), Just(0)];
    let parts = (0..6_usize, 0..3000_u64, any::<bool>(), any::<bool>(), end, found, 0..3_usize);
    parts.prop_map(|(worker, micros, begin_read, is_final, end, found, foreign)| Step {
        worker,
        micros,
        begin_read,
        is_final,
        end,
        found,
        foreign,
    })
}

fn history(steps: Vec<Step>) -> (History, usize) {
    let mut history = History::new();
    let mut busy: [Option<(OperationId, bool)>; 6] = [None; 6];
    let mut now = Time::ZERO;
    let mut issued = 0;
    for step in steps {
        now = now + Duration::from_micros(step.micros);
        let process = step.worker as u64;
        let node = step.worker % 3;
        busy[step.worker] = match busy[step.worker] {
            None if step.begin_read => {
                let read = history.invoke(now, process, node, "read", Value::None, step.is_final);
                Some((read, true))
            }
            None => {
                let value = Value::Json(json!(issued));
                issued += 1;
                Some((history.invoke(now, process, node, "broadcast", value, false), false))
            }
            Some((operation, is_read)) => {
                let value = if is_read {
                    let found = (0..issued).filter(|value| step.found >> (value % 64) & 1 == 1);
                    let found = found.chain(issued..issued + step.foreign).map(|v| json!(v));
                    Value::Set(ValueSet::new(found.chain([json!("odd")]), issued))
                } else {
                    history.invocation(operation).value.clone()
                };
                let outcome = match step.end {
                    Kind::Ok => Ok(value),
                    end => Err((end, Failure::Timeout)),
                };
                history.complete(operation, now, outcome);
                None
            }
        };
    }
    (history, issued)
}

proptest! {
    #[test]
    fn the_check_agrees_with_the_plain_rules(
        steps in prop_oneof![
            3 => prop::collection::vec(step(), 0..40),
            1 => prop::collection::vec(step(), 300..500),
        ],
    ) {
        let (history, issued) = history(steps);
        let expected: Vec<Element> = (0..issued).map(|value| judge(&history, value)).collect();
        let mut run = Run::new();
        run.history = history;

        let results = run.set_full();

        let count = |outcome| expected.iter().filter(|e| e.outcome == outcome).count();
        let verdict = if count(Outcome::Lost) > 0 {
            Verdict::Invalid
        } else if count(Outcome::Stable) == 0 {
            Verdict::Unknown
        } else {
            Verdict::Valid
        };
        prop_assert_eq!(&results.elements, &expected);
        prop_assert_eq!(results.verdict, verdict);
    }
}

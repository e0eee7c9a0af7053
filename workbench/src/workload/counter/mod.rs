//! The workloads `g-counter` and `pn-counter`: a counter that clients add to and read.

mod changes;
mod check;
mod clue;
mod explanation;
mod results;

use std::ops::RangeInclusive;
use std::sync::Arc;

use common::excerpt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::session::{Misfit, Request, Session, fields, without_value};
use super::{Input, Workload, WorkloadResults};
use crate::fields::Fields;
use crate::record::history::Value;

pub use check::{CounterResults, Range, WrongSum};
pub use explanation::WrongRead;

/// A counter, and what clients add to it.
#[derive(Debug, Clone)]
pub struct Counter {
    name: &'static str,
    /// One delta is drawn as often as another.
    deltas: RangeInclusive<i64>,
    /// How many operations are adds; the others are reads.
    adds: (u32, u32),
}

impl Counter {
    /// The counter that only grows: Maelstrom draws the operations of the other one, and leaves out
    /// the adds of less than nothing.
    pub const GROW_ONLY: Counter = Counter { name: "g-counter", deltas: 0..=4, adds: (1, 3) };

    /// The counter that goes up and down.
    pub const POSITIVE_NEGATIVE: Counter =
        Counter { name: "pn-counter", deltas: -5..=4, adds: (1, 2) };
}

impl Workload for Counter {
    fn name(&self) -> &'static str {
        self.name
    }

    fn operations(&self) -> &'static [&'static str] {
        &["add", "read"]
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(self.clone())
    }

    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults> {
        Arc::new(check::check(input.history, input.nodes))
    }
}

/// The most that a scenario may add at once: the sum stays far from the ends of 64 bits.
const MAX_DELTA: i64 = 1_000_000_000;

fn add(delta: i64) -> Request {
    let body = json!({"type": "add", "delta": delta});
    Request { f: "add", value: Value::Json(json!(delta)), body }
}

impl Session for Counter {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        let (adds, of) = self.adds;
        if !rng.random_ratio(adds, of) {
            return Request::read();
        }
        add(rng.random_range(self.deltas.clone()))
    }

    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String> {
        if f == "read" {
            return without_value(f, value).map(|()| Request::read());
        }
        let least = if *self.deltas.start() < 0 { -MAX_DELTA } else { 0 };
        let delta =
            value.and_then(Json::as_i64).filter(|delta| (least..=MAX_DELTA).contains(delta));
        let delta = delta.ok_or_else(|| {
            format!("add takes a value: a whole number from {least} to {MAX_DELTA}")
        })?;
        Ok(add(delta))
    }

    fn last(&self) -> Option<Request> {
        Some(Request::read())
    }

    fn accept(&self, f: &str, reply: Fields) -> Result<Value, Misfit> {
        if f == "add" {
            return fields(reply, "add_ok", []).map(|[]| Value::None);
        }
        let [value] = fields(reply, "read_ok", ["value"])?;
        let number: i64 = value.get().parse().map_err(|_| {
            let found = format!(" and is {}", excerpt(value.get()));
            Misfit::new("\"value\" should be a whole number of 64 bits", found)
        })?;
        Ok(Value::Json(json!(number)))
    }

    /// Maelstrom treats all errors of this workload alike: the operation may have happened or not.
    fn is_always_in_doubt(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::history::Kind;
    use crate::workload::WorkloadKind::{self, GCounter, GSet, PnCounter};
    use crate::workload::session::outcome;

    /// How an operation of `workload` ends that is answered with `reply`.
    fn ending(workload: WorkloadKind, f: &str, reply: &str) -> String {
        let fields = Fields::read(reply).unwrap();
        match outcome(workload.session().as_ref(), f, fields, reply) {
            Ok(value) => format!("ok {value:?}"),
            Err((kind, failure)) => format!("{} {}", kind.name(), failure.in_words()),
        }
    }

    #[test]
    fn whatever_is_no_fitting_reply_leaves_an_operation_in_doubt() {
        let number = "info \"value\" should be a whole number of 64 bits and is";
        for (f, reply, expected) in [
            (
                "read",
                r#"{"type":"read_ok","value":-9223372036854775808}"#,
                "ok Json(Number(-9223372036854775808))",
            ),
            (
                "read",
                r#"{"type":"read_ok","value":1180591620717411303424}"#,
                &format!("{number} 1180591620717411303424"),
            ),
            ("read", r#"{"type":"read_ok","value":5.0}"#, &format!("{number} 5.0")),
            ("read", r#"{"type":"read_ok","value":"5"}"#, &format!("{number} \"5\"")),
            ("read", r#"{"type":"read_ok","value":null}"#, &format!("{number} null")),
            ("read", r#"{"type":"read_ok"}"#, "info the field \"value\" is missing from read_ok"),
            ("add", r#"{"type":"add_ok"}"#, "ok None"),
            ("add", r#"{"type":"add_ok","value":1}"#, "info add_ok has no field \"value\""),
            ("add", r#"{"type":"error","code":11,"text":"later"}"#, "info error 11: later"),
            ("read", r#"{"type":"error","code":14,"text":"no"}"#, "info error 14: no"),
        ] {
            assert_eq!(ending(GCounter, f, reply), expected);
        }
        let list = "info \"value\" should be a list and is 7";
        assert_eq!(ending(GSet, "read", r#"{"type":"read_ok","value":7}"#), list);
        let null = ending(GSet, "read", r#"{"type":"read_ok","value":null}"#);
        assert!(null.starts_with("ok Set("), "null is the empty set: {null}");
        for workload in [GCounter, PnCounter, GSet] {
            let session = workload.session();
            assert_eq!(session.after_error("read", true), Kind::Info);
        }
    }
}

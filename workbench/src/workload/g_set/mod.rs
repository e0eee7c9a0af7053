//! The workload `g-set`: a set that only grows, of the elements that clients add to it.

use std::sync::Arc;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::session::{Misfit, Request, Session, fields, without_value};
use super::values::{self, ValueOperation};
use super::{Input, Workload, WorkloadResults};
use crate::fields::Fields;
use crate::record::history::{Kind, Value};

/// Clients add 0, 1, 2, … and read, one as often as the other.
pub struct GSet;

const VALUES: ValueOperation = ValueOperation { f: "add", field: "element", done: "added" };

impl Workload for GSet {
    fn name(&self) -> &'static str {
        "g-set"
    }

    fn operations(&self) -> &'static [&'static str] {
        &["add", "read"]
    }

    fn values(&self) -> Option<ValueOperation> {
        Some(VALUES)
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(GSetSession { next: 0 })
    }

    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults> {
        Arc::new(values::check(VALUES, input))
    }
}

struct GSetSession {
    /// The element to add next: all that were added are below it.
    next: usize,
}

impl GSetSession {
    fn add(&mut self, element: usize) -> Request {
        self.next = self.next.max(element + 1);
        let body = json!({"type": "add", "element": element});
        Request { f: "add", value: Value::Json(json!(element)), body }
    }
}

impl Session for GSetSession {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        if rng.random_bool(0.5) {
            return Request::read();
        }
        self.add(self.next)
    }

    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String> {
        if f == "read" {
            return without_value(f, value).map(|()| Request::read());
        }
        values::given(f, value).map(|element| self.add(element))
    }

    fn last(&self) -> Option<Request> {
        Some(Request::read())
    }

    fn accept(&self, f: &str, reply: Fields) -> Result<Value, Misfit> {
        if f == "add" {
            return fields(reply, "add_ok", []).map(|[]| Value::None);
        }
        let [value] = fields(reply, "read_ok", ["value"])?;
        values::read_list("value", value, self.next)
    }

    /// Maelstrom treats all errors of this workload alike: the operation may have happened or not.
    fn after_error(&self, _f: &str, _is_definite: bool) -> Kind {
        Kind::Info
    }
}

//! The workload `broadcast`: every value that one node receives reaches every node.

pub mod topology;

use std::sync::Arc;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::session::{Misfit, Request, Session, fields, without_value};
use super::values::{self, ValueOperation};
use super::{Input, Workload, WorkloadResults};
use crate::fields::Fields;
use crate::record::history::Value;

/// Clients broadcast 0, 1, 2, … and read, one as often as the other.
pub struct Broadcast;

const VALUES: ValueOperation =
    ValueOperation { f: "broadcast", field: "message", done: "broadcast" };

impl Workload for Broadcast {
    fn name(&self) -> &'static str {
        "broadcast"
    }

    fn operations(&self) -> &'static [&'static str] {
        &["broadcast", "read"]
    }

    fn values(&self) -> Option<ValueOperation> {
        Some(VALUES)
    }

    fn has_topology(&self) -> bool {
        true
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(BroadcastSession { next: 0 })
    }

    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults> {
        Arc::new(values::check(VALUES, input))
    }
}

struct BroadcastSession {
    /// The value to broadcast next: all that were broadcast are below it.
    next: usize,
}

impl BroadcastSession {
    fn broadcast(&mut self, value: usize) -> Request {
        self.next = self.next.max(value + 1);
        let body = json!({"type": "broadcast", "message": value});
        Request { f: "broadcast", value: Value::Json(json!(value)), body }
    }
}

impl Session for BroadcastSession {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        if rng.random_bool(0.5) {
            return Request::read();
        }
        self.broadcast(self.next)
    }

    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String> {
        if f == "read" {
            return without_value(f, value).map(|()| Request::read());
        }
        values::given(f, value).map(|value| self.broadcast(value))
    }

    fn last(&self) -> Option<Request> {
        Some(Request::read())
    }

    fn accept(&self, f: &str, reply: Fields) -> Result<Value, Misfit> {
        if f == "broadcast" {
            // An acknowledgement has no content: the history has what was asked.
            return fields(reply, "broadcast_ok", []).map(|[]| Value::None);
        }
        let [messages] = fields(reply, "read_ok", ["messages"])?;
        values::read_list("messages", messages, self.next)
    }
}

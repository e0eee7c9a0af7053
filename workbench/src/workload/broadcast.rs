//! The workload `broadcast`: what one node is told, every node comes to know.

use common::excerpt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::json;
use serde_json::value::RawValue;

use super::{Misfit, Request, Workload, fields};
use crate::fields::{Fields, in_words};
use crate::record::history::Value;
use crate::record::value_set::ValueSet;

/// Broadcasts 0, 1, 2, … and reads, one as often as the other.
#[derive(Default)]
pub struct Broadcast {
    /// The value to broadcast next: so many have been drawn.
    next: usize,
}

impl Workload for Broadcast {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        if rng.random_bool(0.5) {
            return read();
        }
        let value = json!(self.next);
        self.next += 1;
        let body = json!({"type": "broadcast", "message": value});
        Request { f: "broadcast", value: Value::Json(value), body }
    }

    fn last(&self) -> Option<Request> {
        Some(read())
    }

    fn has_topology(&self) -> bool {
        true
    }

    fn accept(&self, f: &str, reply: Fields) -> Result<Value, Misfit> {
        if f == "broadcast" {
            // An acknowledgement brings nothing: what was asked stands in the history.
            return fields(reply, "broadcast_ok", []).map(|[]| Value::None);
        }
        let [messages] = fields(reply, "read_ok", ["messages"])?;
        // Null is the empty list, as under Maelstrom: Go writes it for one.
        if !messages.get().starts_with(['[', 'n']) {
            let found = format!(" and is {}", excerpt(messages.get()));
            return Err(Misfit::new("\"messages\" should be a list", found));
        }
        let messages: serde_json::Result<Option<Vec<&RawValue>>> =
            serde_json::from_str(messages.get());
        let elements =
            messages.and_then(|messages| ValueSet::read(&messages.unwrap_or_default(), self.next));
        let elements = elements
            .map_err(|error| Misfit::new("it cannot be read", format!(": {}", in_words(&error))))?;
        Ok(Value::Set(elements))
    }
}

fn read() -> Request {
    Request { f: "read", value: Value::None, body: json!({"type": "read"}) }
}

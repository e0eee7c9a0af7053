//! The workload `broadcast`: what one node is told, every node comes to know.

use common::excerpt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::{Body, Request, Workload, fields};
use crate::elements::Elements;
use crate::history::Value;

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

    fn accept(&self, f: &str, reply: Body) -> Result<Value, String> {
        if f == "broadcast" {
            // An acknowledgement brings nothing: what was asked stands in the history.
            return fields(reply, "broadcast_ok", []).map(|[]| Value::None);
        }
        match fields(reply, "read_ok", ["messages"])? {
            [Json::Array(messages)] => Ok(Value::Elements(Elements::new(messages, self.next))),
            [other] => {
                let other = excerpt(other.to_string());
                Err(format!("\"messages\" should be a list and is {other}"))
            }
        }
    }
}

fn read() -> Request {
    Request { f: "read", value: Value::None, body: json!({"type": "read"}) }
}

//! The clients' side of a run whose clients hand over values and read them back.

use common::excerpt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

use super::{ValueOperation, ValuesWorkload};
use crate::fields::{Fields, in_words};
use crate::record::history::Value;
use crate::record::value_set::ValueSet;
use crate::workload::session::{Misfit, Request, Session, fields, without_value};

/// Clients hand over 0, 1, 2, … and read, one as often as the other.
pub struct ValueSession {
    /// The workload.
    pub workload: ValuesWorkload,
    /// The value to hand over next: all that were handed over are below it.
    pub next: usize,
}

impl ValueSession {
    fn hand_over(&mut self, value: usize) -> Request {
        self.next = self.next.max(value + 1);
        let ValueOperation { f, field, .. } = self.workload.values;
        Request { f, value: Value::Json(json!(value)), body: json!({"type": f, (field): value}) }
    }
}

impl Session for ValueSession {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        if rng.random_bool(0.5) {
            return Request::read();
        }
        self.hand_over(self.next)
    }

    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String> {
        if f == "read" {
            return without_value(f, value).map(|()| Request::read());
        }
        given(f, value).map(|value| self.hand_over(value))
    }

    fn last(&self) -> Option<Request> {
        Some(Request::read())
    }

    fn accept(&self, f: &str, reply: Fields) -> Result<Value, Misfit> {
        if f == self.workload.values.f {
            // An acknowledgement has no content: the history has what was asked.
            return fields(reply, &format!("{f}_ok"), []).map(|[]| Value::None);
        }
        let list = self.workload.list;
        let [values] = fields(reply, "read_ok", [list])?;
        read_list(list, values, self.next)
    }

    fn is_always_in_doubt(&self) -> bool {
        self.workload.is_always_in_doubt
    }
}

/// How many values a run may have. The workbench keeps what becomes of every one of them.
const MAX_VALUES: u64 = 100_000;

/// The value that a scenario hands over by `f`. Fails, in a sentence, if it is not one.
fn given(f: &str, value: Option<&Json>) -> Result<usize, String> {
    let value = value.and_then(Json::as_u64).filter(|value| *value < MAX_VALUES);
    let value = value.and_then(|value| usize::try_from(value).ok());
    value.ok_or_else(|| format!("{f} takes a value: a whole number from 0 to {}", MAX_VALUES - 1))
}

/// Reads the list that a read returned in `field`, where so many values have been `issued`. Null is the
/// empty list, as under Maelstrom: Go writes it for one.
fn read_list(field: &str, list: &RawValue, issued: usize) -> Result<Value, Misfit> {
    if !list.get().starts_with(['[', 'n']) {
        let found = format!(" and is {}", excerpt(list.get()));
        return Err(Misfit::new(format!("\"{field}\" should be a list"), found));
    }
    let list: serde_json::Result<Option<Vec<&RawValue>>> = serde_json::from_str(list.get());
    let elements = list.and_then(|list| ValueSet::read(&list.unwrap_or_default(), issued));
    let elements = elements
        .map_err(|error| Misfit::new("it cannot be read", format!(": {}", in_words(&error))))?;
    Ok(Value::Set(elements))
}

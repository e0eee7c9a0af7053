//! What the workloads share whose clients hand values to the cluster and read them back.

mod copies;
mod missing;
mod results;
mod words;

use common::excerpt;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::session::Misfit;
use crate::fields::{Fields, in_words};
use crate::record::history::Value;
use crate::record::value_set::ValueSet;

pub use copies::{CopyFate, SentCopy};
pub use missing::{MissingOn, MissingValue, NodeAt, Proof};
pub(super) use results::check;

/// How clients hand the values 0, 1, 2, … to the cluster, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValueOperation {
    /// The operation, which is the request's type as well: `broadcast`.
    pub f: &'static str,
    /// The field of the request that holds the value.
    pub field: &'static str,
    /// What was done to the value, in a word for people: `broadcast`.
    pub done: &'static str,
}

impl ValueOperation {
    /// The value that a client's request hands over, if it does.
    pub fn value_in(&self, body: &RawValue) -> Option<usize> {
        let body = Fields::read(body.get()).ok()?;
        let value = body.is("type", self.f).then(|| body.get(self.field))??;
        value.get().parse().ok()
    }
}

/// How many values a run may have. The workbench keeps what becomes of every one of them.
const MAX_VALUES: u64 = 100_000;

/// The value that a scenario hands over by `f`. Fails, in a sentence, if it is not one.
pub(super) fn given(f: &str, value: Option<&Json>) -> Result<usize, String> {
    let value = value.and_then(Json::as_u64).filter(|value| *value < MAX_VALUES);
    let value = value.and_then(|value| usize::try_from(value).ok());
    value.ok_or_else(|| format!("{f} takes a value: a whole number from 0 to {}", MAX_VALUES - 1))
}

/// Reads the list that a read returned in `field`, where so many values have been `issued`. Null is the
/// empty list, as under Maelstrom: Go writes it for one.
pub(super) fn read_list(field: &str, list: &RawValue, issued: usize) -> Result<Value, Misfit> {
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

//! What the workloads share whose clients hand values to the cluster and read them back.

mod copies;
mod missing;
mod results;
mod session;
mod words;

use std::sync::Arc;

use serde_json::value::RawValue;

use self::session::ValueSession;
use super::{Input, Session, Workload, WorkloadResults};
use crate::fields::Fields;

pub use copies::{CopyFate, SentCopy};
pub use missing::{MissingOn, MissingValue, NodeAt, Proof};

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

/// A workload of values.
#[derive(Debug, Clone, Copy)]
pub struct ValuesWorkload {
    /// Maelstrom's name for it.
    pub name: &'static str,
    /// The names of its operations in the history.
    pub operations: &'static [&'static str],
    /// Whether nodes receive a topology before it begins.
    pub has_topology: bool,
    /// Whether an operation may have happened whatever error it was answered with, as Maelstrom sees it.
    pub is_always_in_doubt: bool,
    /// The field of the reply to a read that holds the list of values.
    pub list: &'static str,
    /// How clients hand over values.
    pub values: ValueOperation,
}

impl Workload for ValuesWorkload {
    fn name(&self) -> &'static str {
        self.name
    }

    fn operations(&self) -> &'static [&'static str] {
        self.operations
    }

    fn values(&self) -> Option<ValueOperation> {
        Some(self.values)
    }

    fn has_topology(&self) -> bool {
        self.has_topology
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(ValueSession { workload: *self, next: 0 })
    }

    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults> {
        Arc::new(results::check(self.values, input))
    }
}

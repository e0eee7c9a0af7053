//! The workload `unique-ids`: a node generates ids that are unique in the cluster.

mod check;
mod explanation;

use std::sync::Arc;

use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::session::{Misfit, Request, Session, fields, read, without_value};
use super::{Input, Workload, WorkloadResults};
use crate::fields::Fields;
use crate::record::history::Value;

pub use check::UniqueIdsResults;
pub use explanation::DuplicatedId;

/// Asks for ids; they may be of any JSON type.
pub struct UniqueIds;

impl Workload for UniqueIds {
    fn name(&self) -> &'static str {
        "unique-ids"
    }

    fn operations(&self) -> &'static [&'static str] {
        &["generate"]
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(UniqueIds)
    }

    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults> {
        Arc::new(check::check(input.history))
    }
}

fn generate() -> Request {
    Request { f: "generate", value: Value::None, body: json!({"type": "generate"}) }
}

impl Session for UniqueIds {
    fn next(&mut self, _rng: &mut StdRng) -> Request {
        generate()
    }

    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String> {
        without_value(f, value).map(|()| generate())
    }

    fn accept(&self, _f: &str, reply: Fields) -> Result<Value, Misfit> {
        let [id] = fields(reply, "generate_ok", ["id"])?;
        read(id).map(Value::Json)
    }
}

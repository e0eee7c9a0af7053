//! The workload `unique-ids`: a node answers with an id that nobody ever got before.

mod check;
mod explanation;

use std::sync::Arc;

use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::explanation::Reason;
use super::session::{Misfit, Request, Session, fields, read};
use super::{Input, Tile, Workload, WorkloadResults, number};
use crate::fields::Fields;
use crate::record::history::Value;
use crate::text::counted::counted;

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

    fn read_reason(&self, json: Json) -> serde_json::Result<Box<dyn Reason>> {
        Ok(Box::new(serde_json::from_value::<DuplicatedId>(json)?))
    }

    fn success(&self, results: &Json) -> String {
        let ids = number(results, "/workload/acknowledged-count");
        format!("{ids} ids, and no two of them equal")
    }

    fn failure(&self, results: &Json) -> Option<String> {
        let duplicated = number(results, "/workload/duplicated-count");
        let were = if duplicated == 1 { "was" } else { "were" };
        let ids = counted(duplicated, "id");
        (duplicated > 0).then(|| format!("{ids} {were} given out more than once"))
    }

    fn tiles(&self, results: &Json) -> Vec<Tile> {
        let duplicated = number(results, "/workload/duplicated-count");
        let number = number(results, "/workload/acknowledged-count").to_string();
        vec![Tile { label: "Ids", number, words: format!("{duplicated} duplicated") }]
    }
}

impl Session for UniqueIds {
    fn next(&mut self, _rng: &mut StdRng) -> Request {
        Request { f: "generate", value: Value::None, body: json!({"type": "generate"}) }
    }

    fn accept(&self, _f: &str, reply: Fields) -> Result<Value, Misfit> {
        let [id] = fields(reply, "generate_ok", ["id"])?;
        read(id).map(Value::Json)
    }
}

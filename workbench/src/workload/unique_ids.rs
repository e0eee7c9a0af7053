//! The workload `unique-ids`: a node answers with an id that nobody ever got before.

use rand::rngs::StdRng;
use serde_json::json;

use super::{Misfit, Request, Workload, fields, read};
use crate::fields::Fields;
use crate::record::history::Value;

/// Asks for ids; they may be of any JSON type.
pub struct UniqueIds;

impl Workload for UniqueIds {
    fn next(&mut self, _rng: &mut StdRng) -> Request {
        Request { f: "generate", value: Value::None, body: json!({"type": "generate"}) }
    }

    fn accept(&self, _f: &str, reply: Fields) -> Result<Value, Misfit> {
        let [id] = fields(reply, "generate_ok", ["id"])?;
        read(id).map(Value::Json)
    }
}

//! The workload `echo`: a node answers with what it was told.

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::json;

use super::{Misfit, Request, Workload, fields, read};
use crate::fields::Fields;
use crate::record::history::Value;

/// Asks for the echo of `Please echo K`, K from 0 to 127.
pub struct Echo;

impl Workload for Echo {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        let payload = json!(format!("Please echo {}", rng.random_range(0..128_u32)));
        let body = json!({"type": "echo", "echo": payload});
        Request { f: "echo", value: Value::Json(payload), body }
    }

    fn accept(&self, _f: &str, reply: Fields) -> Result<Value, Misfit> {
        let [echo] = fields(reply, "echo_ok", ["echo"])?;
        read(echo).map(Value::Json)
    }
}

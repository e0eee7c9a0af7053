//! The workload `echo`: a node returns what it was sent.

mod check;
mod explanation;

use std::sync::Arc;

use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::{Value as Json, json};

use super::session::{Misfit, Request, Session, fields, read};
use super::{Input, Workload, WorkloadResults};
use crate::fields::Fields;
use crate::record::history::Value;

pub use check::EchoResults;
pub use explanation::WrongEcho;

/// Asks for the echo of `Please echo K`, K from 0 to 127.
pub struct Echo;

impl Workload for Echo {
    fn name(&self) -> &'static str {
        "echo"
    }

    fn operations(&self) -> &'static [&'static str] {
        &["echo"]
    }

    fn session(&self) -> Box<dyn Session> {
        Box::new(Echo)
    }

    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults> {
        Arc::new(check::check(input.history, input.nodes))
    }
}

fn echo(payload: Json) -> Request {
    let body = json!({"type": "echo", "echo": payload});
    Request { f: "echo", value: Value::Json(payload), body }
}

impl Session for Echo {
    fn next(&mut self, rng: &mut StdRng) -> Request {
        echo(json!(format!("Please echo {}", rng.random_range(0..128_u32))))
    }

    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String> {
        let payload = value.ok_or_else(|| format!("{f} takes a value: what to echo"))?;
        Ok(echo(payload.clone()))
    }

    fn accept(&self, _f: &str, reply: Fields) -> Result<Value, Misfit> {
        let [echo] = fields(reply, "echo_ok", ["echo"])?;
        read(echo).map(Value::Json)
    }
}

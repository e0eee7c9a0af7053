//! Servers that echo, each in its own way.

use std::marker::PhantomData;

use common::{Error, ErrorCode, Handler, Mutex, Node, Result};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a server answers to its `count`th request, from 1 on.
pub trait Manner: Send + Sync + 'static {
    fn answer(echo: String, count: u64) -> Result<Value>;
}

pub struct Server<M> {
    count: Mutex<u64>,
    manner: PhantomData<M>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Echo { echo: String },
}

impl<M: Manner> Handler for Server<M> {
    type Request = Request;
    type Response = Value;

    fn init(_node: Node) -> Self {
        Server { count: Mutex::default(), manner: PhantomData }
    }

    async fn handle(&self, Request::Echo { echo }: Request) -> Result<Value> {
        let mut count = self.count.lock();
        *count += 1;
        M::answer(echo, *count)
    }
}

/// As it should be.
pub struct Faithful;

impl Manner for Faithful {
    fn answer(echo: String, _count: u64) -> Result<Value> {
        Ok(json!({"type": "echo_ok", "echo": echo}))
    }
}

pub struct ChangesThePayload;

impl Manner for ChangesThePayload {
    fn answer(echo: String, _count: u64) -> Result<Value> {
        Ok(json!({"type": "echo_ok", "echo": echo.to_uppercase()}))
    }
}

pub struct LeavesOutAField;

impl Manner for LeavesOutAField {
    fn answer(_echo: String, _count: u64) -> Result<Value> {
        Ok(json!({"type": "echo_ok"}))
    }
}

/// With error 13, the request may or may not have taken effect.
pub struct FailsEveryThirdTime;

impl Manner for FailsEveryThirdTime {
    fn answer(echo: String, count: u64) -> Result<Value> {
        match count % 3 {
            0 => Err(Error::new(ErrorCode::Crash, "not this time")),
            _ => Faithful::answer(echo, count),
        }
    }
}

//! A server that does whatever a handler may do, and whose replies are easy to predict.

use std::time::Duration;

use common::{Error, ErrorCode, Handler, Node, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub struct Server {
    node: Node,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Answered with the same value.
    Echo { echo: Value },
    /// Fails with error 22.
    Fail,
    /// Panics.
    Panic,
    /// Never answered.
    Wait,
    /// Answered when n2 has replied, or after half a second.
    Ask,
    /// Sends n2 a message, from the background.
    Tell,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol's names")]
pub enum Response {
    EchoOk { echo: Value },
    AskOk,
    TellOk,
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Server { node }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Echo { echo } => Ok(Response::EchoOk { echo }),
            Request::Fail => Err(Error::new(ErrorCode::PreconditionFailed, "as asked")),
            Request::Panic => panic!("as asked"),
            Request::Wait => std::future::pending().await,
            Request::Ask => {
                let limit = Duration::from_millis(500);
                let _: Value = self.node.rpc("n2", &json!({"type": "asked"}), limit).await?;
                Ok(Response::AskOk)
            }
            Request::Tell => {
                let node = self.node.clone();
                self.node.spawn(async move { node.send("n2", &json!({"type": "told"})) });
                Ok(Response::TellOk)
            }
        }
    }
}

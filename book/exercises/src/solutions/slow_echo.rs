//! Sends every message back unchanged, after a delay.

use std::time::Duration;

use common::{Handler, Node, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::sleep;

/// How long a reply takes.
const DELAY: Duration = Duration::from_millis(4900);

pub struct Server;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Echo { echo: Value },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    EchoOk { echo: Value },
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(_node: Node) -> Self {
        Server
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Echo { echo } => {
                sleep(DELAY).await;
                Ok(Response::EchoOk { echo })
            }
        }
    }
}

//! Sends every message back unchanged, and counts them in its log.

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub struct Server {
    node: Node,
    count: Mutex<u64>,
}

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

    fn init(node: Node) -> Self {
        Server { node, count: Mutex::new(0) }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Echo { echo } => {
                let mut count = self.count.lock();
                *count += 1;
                self.node.log(format!("echo {count}: {echo}"));
                Ok(Response::EchoOk { echo })
            }
        }
    }
}

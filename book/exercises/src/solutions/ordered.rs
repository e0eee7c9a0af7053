//! Broadcast, part 3a: one node that stores every value it receives, in order of arrival.

use std::collections::BTreeMap;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server {
    messages: Mutex<Vec<i64>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Broadcast { message: i64 },
    Read,
    Topology { topology: BTreeMap<String, Vec<String>> },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    BroadcastOk,
    ReadOk { messages: Vec<i64> },
    TopologyOk,
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(_node: Node) -> Self {
        Server { messages: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                let mut messages = self.messages.lock();
                // A set would do this by itself.
                if !messages.contains(&message) {
                    messages.push(message);
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

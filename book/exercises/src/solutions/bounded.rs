//! Broadcast, part 3a: one node that stores every value it receives, as long as there is room.

use std::collections::{BTreeMap, BTreeSet};

use common::{Error, ErrorCode, Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

/// How many values a node has room for.
const ROOM: usize = 50;

pub struct Server {
    messages: Mutex<BTreeSet<i64>>,
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
    ReadOk { messages: BTreeSet<i64> },
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
                if messages.len() == ROOM && !messages.contains(&message) {
                    let text = format!("there is room for {ROOM} values");
                    return Err(Error::new(ErrorCode::TemporarilyUnavailable, text));
                }
                messages.insert(message);
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

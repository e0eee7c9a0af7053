//! Broadcast, part 3b: forwards each new value to every neighbour.

use std::collections::{BTreeMap, BTreeSet};

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server {
    node: Node,
    messages: Mutex<BTreeSet<i64>>,
    neighbours: Mutex<Vec<String>>,
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

    fn init(node: Node) -> Self {
        Server { node, messages: Mutex::default(), neighbours: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                // Forward only what is new, or the cluster would echo it forever.
                if self.messages.lock().insert(message) {
                    for peer in self.neighbours.lock().iter() {
                        self.node.send(peer, &Request::Broadcast { message });
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { mut topology } => {
                *self.neighbours.lock() = topology.remove(self.node.id()).unwrap_or_default();
                Ok(Response::TopologyOk)
            }
        }
    }
}

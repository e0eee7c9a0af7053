//! Broadcast, part 3b, as in the Go series: peers acknowledge every copy, which the sender ignores.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

pub struct Server {
    node: Node,
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

    fn init(node: Node) -> Self {
        Server { node, messages: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                // Forward only what is new, or the cluster would echo it forever.
                if self.messages.lock().insert(message) {
                    for peer in self.node.peers() {
                        self.node.spawn(tell(self.node.clone(), peer.clone(), message));
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

/// Sends `peer` a value once, and ignores the reply.
async fn tell(node: Node, peer: String, message: i64) {
    let request = Request::Broadcast { message };
    let _ = node.rpc::<Response>(&peer, &request, Duration::from_secs(1)).await;
}

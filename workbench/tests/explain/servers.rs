//! Servers that each break the promise of a broadcast in a way of their own.

use std::collections::BTreeSet;
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Broadcast {
        message: u64,
    },
    /// Every value that another node has.
    Gossip {
        messages: BTreeSet<u64>,
    },
    Read,
    Topology,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    BroadcastOk,
    /// Never sent: a gossip has no `msg_id`.
    Nothing,
    ReadOk {
        messages: BTreeSet<u64>,
    },
    TopologyOk,
}

/// Sends all its values to one peer repeatedly, and ignores what it receives.
pub struct DeafGossiper {
    node: Node,
    messages: Mutex<BTreeSet<u64>>,
}

impl Handler for DeafGossiper {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        DeafGossiper { node, messages: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        let Request::Broadcast { message } = request else {
            return Ok(other(request, &self.messages));
        };
        self.messages.lock().insert(message);
        let (node, messages) = (self.node.clone(), self.messages.lock().clone());
        self.node.spawn(async move {
            for _ in 0..20 {
                node.send(&node.peers()[0], &Request::Gossip { messages: messages.clone() });
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        });
        Ok(Response::BroadcastOk)
    }
}

/// Keeps only the ten greatest values, and forwards none.
pub struct Forgetter {
    messages: Mutex<BTreeSet<u64>>,
}

impl Handler for Forgetter {
    type Request = Request;
    type Response = Response;

    fn init(_: Node) -> Self {
        Forgetter { messages: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        let Request::Broadcast { message } = request else {
            return Ok(other(request, &self.messages));
        };
        let mut messages = self.messages.lock();
        messages.insert(message);
        if messages.len() > 10 {
            messages.pop_first();
        }
        Ok(Response::BroadcastOk)
    }
}

fn other(request: Request, messages: &Mutex<BTreeSet<u64>>) -> Response {
    match request {
        Request::Broadcast { .. } => Response::BroadcastOk,
        Request::Gossip { .. } => Response::Nothing,
        Request::Read => Response::ReadOk { messages: messages.lock().clone() },
        Request::Topology => Response::TopologyOk,
    }
}

//! Broadcast, part 3b: forwards each new value to every peer, and asks peers for the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How often a node reads from one of its peers, and how long it waits for the reply.
const INTERVAL: Duration = Duration::from_secs(1);

pub struct Server {
    node: Node,
    messages: Arc<Mutex<BTreeSet<i64>>>,
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
        let messages = Arc::new(Mutex::default());
        node.spawn(catch_up(node.clone(), messages.clone()));
        Server { node, messages }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                // Forward only what is new, or the cluster would echo it forever.
                if self.messages.lock().insert(message) {
                    for peer in self.node.peers() {
                        self.node.send(peer, &Request::Broadcast { message });
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

/// Reads from a random peer, again and again, and stores what is new.
async fn catch_up(node: Node, messages: Arc<Mutex<BTreeSet<i64>>>) {
    while !node.peers().is_empty() {
        sleep(INTERVAL).await;
        let peer = &node.peers()[node.random_range(0..node.peers().len())];
        if let Ok(Response::ReadOk { messages: theirs }) =
            node.rpc(peer, &Request::Read, INTERVAL).await
        {
            messages.lock().extend(theirs);
        }
    }
}

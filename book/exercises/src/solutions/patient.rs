//! Broadcast, part 3c: retries until acknowledged, and waits longer each time.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long the first try waits for its acknowledgement. Doubled for each further one.
const FIRST_LIMIT: Duration = Duration::from_secs(1);
/// The longest that any try waits.
const LONGEST_LIMIT: Duration = Duration::from_secs(4);
/// The pause after the first try, doubled after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// A try lost just before a partition heals costs LONGEST_LIMIT and this, then comes the next: 5 s.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

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
                        let task = deliver(self.node.clone(), peer.clone(), message);
                        self.node.spawn(task);
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

/// Sends `message` to `peer`, and retries until it is acknowledged.
async fn deliver(node: Node, peer: String, message: i64) {
    let request = Request::Broadcast { message };
    let mut limit = FIRST_LIMIT;
    let mut pause = FIRST_PAUSE;
    while node.rpc::<Response>(&peer, &request, limit).await.is_err() {
        // Without jitter, requests that failed together would be retried together.
        sleep(node.random_range(pause / 2..=pause)).await;
        limit = LONGEST_LIMIT.min(limit * 2);
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

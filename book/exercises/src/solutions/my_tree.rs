//! Broadcast for a large cluster: forwards to neighbours, except to the one a value came from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long a try waits for its acknowledgement.
const RPC_LIMIT: Duration = Duration::from_secs(1);
/// The pause after the first try, doubled after each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// A try lost just before a partition heals costs RPC_LIMIT and this, then comes the next: 2 s.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

pub struct Server {
    node: Node,
    messages: Mutex<BTreeSet<i64>>,
    neighbours: Mutex<Vec<String>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Broadcast { message: i64 },
    Pass { message: i64, from: String },
    Read,
    Topology { topology: BTreeMap<String, Vec<String>> },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    BroadcastOk,
    PassOk,
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
                self.learn(message, None);
                Ok(Response::BroadcastOk)
            }
            Request::Pass { message, from } => {
                self.learn(message, Some(from));
                Ok(Response::PassOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { mut topology } => {
                *self.neighbours.lock() = topology.remove(self.node.id()).unwrap_or_default();
                Ok(Response::TopologyOk)
            }
        }
    }
}

impl Server {
    /// Stores a value. Forwards a new one to all neighbours, except to the one that it came from.
    fn learn(&self, message: i64, from: Option<String>) {
        if self.messages.lock().insert(message) {
            for peer in self.neighbours.lock().iter() {
                if from.as_ref() != Some(peer) {
                    let task = deliver(self.node.clone(), peer.clone(), message);
                    self.node.spawn(task);
                }
            }
        }
    }
}

/// Sends `message` to `peer`, and retries until it is acknowledged.
async fn deliver(node: Node, peer: String, message: i64) {
    let request = Request::Pass { message, from: node.id().to_owned() };
    let mut pause = FIRST_PAUSE;
    while node.rpc::<Response>(&peer, &request, RPC_LIMIT).await.is_err() {
        // Without jitter, requests that failed together would be retried together.
        sleep(node.random_range(pause / 2..=pause)).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

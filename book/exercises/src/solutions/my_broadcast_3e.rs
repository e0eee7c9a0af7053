//! Broadcast, part 3e: forwards along a tree in batches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long a try waits for its acknowledgement.
const RPC_LIMIT: Duration = Duration::from_secs(1);
/// How long a node collects values for a neighbour before it sends them.
const PAUSE: Duration = Duration::from_millis(200);

/// The values that a neighbour has not acknowledged.
type Queue = Arc<Mutex<BTreeSet<i64>>>;

pub struct Server {
    messages: Mutex<BTreeSet<i64>>,
    /// One for each neighbour in the tree.
    queues: BTreeMap<String, Queue>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Broadcast { message: i64 },
    /// What nodes send each other.
    Gossip { messages: BTreeSet<i64> },
    Read,
    Topology { topology: BTreeMap<String, Vec<String>> },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    BroadcastOk,
    GossipOk,
    ReadOk { messages: BTreeSet<i64> },
    TopologyOk,
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        let queue = |peer: String| {
            let queue = Queue::default();
            node.spawn(deliver(node.clone(), peer.clone(), queue.clone()));
            (peer, queue)
        };
        let queues = neighbours(&node).into_iter().map(queue).collect();
        Server { messages: Mutex::default(), queues }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        self.handle_from("", request).await
    }

    async fn handle_from(&self, src: &str, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                self.learn(BTreeSet::from([message]), src);
                Ok(Response::BroadcastOk)
            }
            Request::Gossip { messages } => {
                self.learn(messages, src);
                Ok(Response::GossipOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

impl Server {
    /// Stores what is new, and queues it for every neighbour except the one that it came from.
    fn learn(&self, messages: BTreeSet<i64>, from: &str) {
        let mut known = self.messages.lock();
        let new: BTreeSet<i64> =
            messages.into_iter().filter(|message| known.insert(*message)).collect();
        for (_, queue) in self.queues.iter().filter(|(peer, _)| *peer != from) {
            queue.lock().extend(&new);
        }
    }
}

/// This node's neighbours in the flattest tree: the first node has all others, which have only it.
fn neighbours(node: &Node) -> Vec<String> {
    let root = node.peers().iter().map(String::as_str).fold(node.id(), Ord::min);
    if root == node.id() { node.peers().to_vec() } else { vec![root.to_owned()] }
}

/// Sends `peer` what it has not acknowledged, again and again.
async fn deliver(node: Node, peer: String, queue: Queue) {
    loop {
        sleep(PAUSE).await;
        let messages = queue.lock().clone();
        if messages.is_empty() {
            continue;
        }
        let request = Request::Gossip { messages: messages.clone() };
        if node.rpc::<Response>(&peer, &request, RPC_LIMIT).await.is_ok() {
            queue.lock().retain(|message| !messages.contains(message));
        }
    }
}

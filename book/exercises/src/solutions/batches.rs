//! Collects new values, and retries them in batches until acknowledged.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long a try waits for its acknowledgement.
const RPC_LIMIT: Duration = Duration::from_secs(1);
/// How long a node collects values for a peer before it sends them.
const PAUSE: Duration = Duration::from_millis(500);

/// The values that a peer has not acknowledged.
type Queue = Arc<Mutex<BTreeSet<i64>>>;

pub struct Server {
    messages: Mutex<BTreeSet<i64>>,
    /// One for each peer.
    queues: Vec<Queue>,
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
        let queue = |peer: &String| {
            let queue = Queue::default();
            node.spawn(deliver(node.clone(), peer.clone(), queue.clone()));
            queue
        };
        let queues = node.peers().iter().map(queue).collect();
        Server { messages: Mutex::default(), queues }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                self.learn(BTreeSet::from([message]));
                Ok(Response::BroadcastOk)
            }
            Request::Gossip { messages } => {
                self.learn(messages);
                Ok(Response::GossipOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

impl Server {
    /// Stores what is new, and adds it to every queue.
    fn learn(&self, messages: BTreeSet<i64>) {
        let mut known = self.messages.lock();
        // Forward only what is new, or the cluster would echo it forever.
        let new: Vec<i64> = messages.into_iter().filter(|message| known.insert(*message)).collect();
        self.queues.iter().for_each(|queue| queue.lock().extend(&new));
    }
}

/// Sends `peer` what is in its queue, and retries until it is acknowledged.
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

//! A grow-only counter without a store: each node counts what it adds, and they tell each other.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long a try waits for its acknowledgement.
const RPC_LIMIT: Duration = Duration::from_secs(1);
/// How often a node tells a peer what is new.
const PAUSE: Duration = Duration::from_millis(500);

/// What each node has added. Only that node raises its count.
type Counts = BTreeMap<String, u64>;

pub struct Server {
    node: Node,
    counts: Arc<Mutex<Counts>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Add { delta: u64 },
    /// What nodes send each other.
    Gossip { counts: Counts },
    Read,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    AddOk,
    GossipOk,
    ReadOk { value: u64 },
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        let counts = Arc::new(Mutex::default());
        for peer in node.peers() {
            node.spawn(gossip(node.clone(), peer.clone(), counts.clone()));
        }
        Server { node, counts }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        let mut counts = self.counts.lock();
        match request {
            Request::Add { delta } => {
                *counts.entry(self.node.id().to_owned()).or_default() += delta;
                Ok(Response::AddOk)
            }
            Request::Gossip { counts: theirs } => {
                for (node, count) in theirs {
                    let ours = counts.entry(node).or_default();
                    *ours = count.max(*ours);
                }
                Ok(Response::GossipOk)
            }
            Request::Read => Ok(Response::ReadOk { value: counts.values().sum() }),
        }
    }
}

/// Sends `peer` the counts whenever they have changed since it last acknowledged them.
async fn gossip(node: Node, peer: String, counts: Arc<Mutex<Counts>>) {
    let mut acknowledged = Counts::new();
    loop {
        sleep(PAUSE).await;
        let latest = counts.lock().clone();
        let request = Request::Gossip { counts: latest.clone() };
        if latest != acknowledged
            && node.rpc::<Response>(&peer, &request, RPC_LIMIT).await.is_ok()
        {
            acknowledged = latest;
        }
    }
}

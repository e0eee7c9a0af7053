//! Broadcast servers: a correct one, and its flaws.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::time::Duration;

use common::{Error, ErrorCode, Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

/// How long a try waits for its acknowledgement, and how long until the next.
const LIMIT: Duration = Duration::from_millis(500);

/// How a server is wrong. What a flaw does not define is done right.
pub trait Flaw: Send + Sync + 'static {
    /// How many times a value is sent to a peer, at most, if it does not acknowledge.
    const TRIES: usize = usize::MAX;

    /// The peers to which a node forwards a new value.
    fn told(peers: &[String]) -> Vec<String> {
        peers.to_vec()
    }

    /// Whether a value is stored and forwarded. It is acknowledged in any case.
    fn keeps(_value: u64) -> bool {
        true
    }

    /// What a read answers.
    fn read(values: &mut BTreeSet<u64>) -> Result<Vec<u64>> {
        Ok(values.iter().copied().collect())
    }

    /// What else the node does, from its beginning on.
    fn begin(_node: &Node) {}

    /// What a topology does to the values.
    fn rearrange(_values: &mut BTreeSet<u64>) -> Result<()> {
        Ok(())
    }
}

pub struct Server<F> {
    node: Node,
    values: Mutex<BTreeSet<u64>>,
    flaw: PhantomData<F>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Broadcast { message: u64 },
    Read,
    Topology { topology: BTreeMap<String, Vec<String>> },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol has named them")]
pub enum Response {
    BroadcastOk,
    ReadOk { messages: Vec<u64> },
    TopologyOk,
}

impl<F: Flaw> Handler for Server<F> {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        F::begin(&node);
        Server { node, values: Mutex::default(), flaw: PhantomData }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                if F::keeps(message) && self.values.lock().insert(message) {
                    for peer in F::told(self.node.peers()) {
                        self.node.spawn(deliver::<F>(self.node.clone(), peer, message));
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: F::read(&mut self.values.lock())? }),
            Request::Topology { .. } => {
                F::rearrange(&mut self.values.lock())?;
                Ok(Response::TopologyOk)
            }
        }
    }
}

async fn deliver<F: Flaw>(node: Node, peer: String, message: u64) {
    let request = Request::Broadcast { message };
    for _ in 0..F::TRIES {
        if node.rpc::<Response>(&peer, &request, LIMIT).await.is_ok() {
            return;
        }
        sleep(LIMIT).await;
    }
}

/// None at all.
pub struct Flawless;

impl Flaw for Flawless {}

pub struct ForwardsNothing;

impl Flaw for ForwardsNothing {
    fn told(_peers: &[String]) -> Vec<String> {
        vec![]
    }
}

pub struct ForwardsToTheFirstPeerOnly;

impl Flaw for ForwardsToTheFirstPeerOnly {
    fn told(peers: &[String]) -> Vec<String> {
        peers[..1].to_vec()
    }
}

pub struct NeverDeliversToOneNode;

impl NeverDeliversToOneNode {
    pub const DEPRIVED: usize = 4;
}

impl Flaw for NeverDeliversToOneNode {
    fn told(peers: &[String]) -> Vec<String> {
        let deprived = format!("n{}", Self::DEPRIVED);
        peers.iter().filter(|peer| **peer != deprived).cloned().collect()
    }
}

pub struct NeverRetries;

impl Flaw for NeverRetries {
    const TRIES: usize = 1;
}

pub struct RetriesOnce;

impl Flaw for RetriesOnce {
    const TRIES: usize = 2;
}

pub struct DropsEveryTenthValue;

impl Flaw for DropsEveryTenthValue {
    fn keeps(value: u64) -> bool {
        value % 10 != 9
    }
}

/// The workbench sends a topology once, before there is any value. So the nodes send each other another
/// one every five seconds.
pub struct ForgetsOnTopology;

impl Flaw for ForgetsOnTopology {
    fn begin(node: &Node) {
        let teller = node.clone();
        node.spawn(async move {
            loop {
                sleep(Duration::from_secs(5)).await;
                for peer in teller.peers() {
                    teller.send(peer, &Request::Topology { topology: BTreeMap::new() });
                }
            }
        });
    }

    fn rearrange(values: &mut BTreeSet<u64>) -> Result<()> {
        values.clear();
        Ok(())
    }
}

pub struct RefusesTheTopology;

impl Flaw for RefusesTheTopology {
    fn rearrange(_values: &mut BTreeSet<u64>) -> Result<()> {
        Err(Error::new(ErrorCode::NotSupported, "no map, please"))
    }
}

pub struct LosesValuesOnRead;

impl Flaw for LosesValuesOnRead {
    fn read(values: &mut BTreeSet<u64>) -> Result<Vec<u64>> {
        Ok(std::mem::take(values).into_iter().collect())
    }
}

pub struct RefusesEveryRead;

impl Flaw for RefusesEveryRead {
    fn read(_values: &mut BTreeSet<u64>) -> Result<Vec<u64>> {
        Err(Error::new(ErrorCode::TemporarilyUnavailable, "come back later"))
    }
}

/// The latest comes first, which is as good as any other order.
pub struct ReadsBackwards;

impl Flaw for ReadsBackwards {
    fn read(values: &mut BTreeSet<u64>) -> Result<Vec<u64>> {
        Ok(values.iter().rev().copied().collect())
    }
}

/// A set is a set, however often it names a value.
pub struct RepeatsValues;

impl Flaw for RepeatsValues {
    fn read(values: &mut BTreeSet<u64>) -> Result<Vec<u64>> {
        Ok(values.iter().chain(values.iter()).copied().collect())
    }
}

//! Good nodes: servers like those of the stages. They log to stderr.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::Duration;

use common::{ErrorCode, Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::bad_nodes;

/// Becomes the node of that name. Every node first prints its process id.
pub fn run(name: &str) -> ExitCode {
    eprintln!("pid {}", std::process::id());
    match name {
        "good" => common::run::<Server<Silent>>(),
        "forwards" => common::run::<Server<Forwards>>(),
        "acknowledges" => common::run::<Server<Acknowledges>>(),
        "counts-in-lin-kv" => common::run::<Counts>(),
        _ => bad_nodes::run(name),
    }
}

/// Becomes the simulation of a cluster of the nodes of that name, as a stage's `simulate` example is.
pub fn simulate(name: &str) -> ExitCode {
    match name {
        "silent" => workbench::simulate::<Server<Silent>>(),
        "forwards" => workbench::simulate::<Server<Forwards>>(),
        "counts-in-lin-kv" => workbench::simulate::<Counts>(),
        _ => {
            eprintln!("there is no simulation of `{name}`");
            ExitCode::FAILURE
        }
    }
}

/// Answers every workload. What it passes on to its peers, and how, is up to `P`.
struct Server<P> {
    node: Node,
    messages: Mutex<BTreeSet<i64>>,
    ids: Mutex<u64>,
    peers: P,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Request {
    Echo { echo: Value },
    Generate,
    Broadcast { message: i64 },
    Read,
    Topology { topology: BTreeMap<String, Vec<String>> },
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol's names")]
enum Response {
    EchoOk { echo: Value },
    GenerateOk { id: String },
    BroadcastOk,
    ReadOk { messages: BTreeSet<i64> },
    TopologyOk,
}

/// A way to pass a value on to a peer.
trait Peers: Default + Send + Sync + 'static {
    fn tell(&self, node: &Node, peer: &str, request: Request);
}

#[derive(Default)]
struct Silent;

impl Peers for Silent {
    fn tell(&self, _node: &Node, _peer: &str, _request: Request) {}
}

/// Sends it once, and wants no reply, as broadcast-3b.
#[derive(Default)]
struct Forwards;

impl Peers for Forwards {
    fn tell(&self, node: &Node, peer: &str, request: Request) {
        node.send(peer, &request);
    }
}

/// Sends it as a request, as broadcast-3c does if no message is lost.
#[derive(Default)]
struct Acknowledges;

impl Peers for Acknowledges {
    fn tell(&self, node: &Node, peer: &str, request: Request) {
        const LIMIT: Duration = Duration::from_secs(60);
        let (cluster, peer) = (node.clone(), peer.to_owned());
        node.spawn(async move {
            if let Err(error) = cluster.rpc::<Response>(&peer, &request, LIMIT).await {
                cluster.log(error);
            }
        });
    }
}

impl<P: Peers> Handler for Server<P> {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Server { node, messages: Mutex::default(), ids: Mutex::default(), peers: P::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Echo { echo } => Ok(Response::EchoOk { echo }),
            Request::Generate => {
                let mut ids = self.ids.lock();
                *ids += 1;
                Ok(Response::GenerateOk { id: format!("{}-{ids}", self.node.id()) })
            }
            Request::Broadcast { message } => {
                if self.messages.lock().insert(message) {
                    for peer in self.node.peers() {
                        self.peers.tell(&self.node, peer, Request::Broadcast { message });
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

/// Makes ids by counting on in `lin-kv`, where all nodes do so.
struct Counts {
    node: Node,
}

impl Counts {
    async fn ask(&self, request: &Value) -> Result<Value> {
        self.node.rpc("lin-kv", request, Duration::from_secs(1)).await
    }
}

impl Handler for Counts {
    type Request = Value;
    type Response = Response;

    fn init(node: Node) -> Self {
        Counts { node }
    }

    async fn handle(&self, _request: Value) -> Result<Response> {
        loop {
            let last = match self.ask(&json!({"type": "read", "key": "ids"})).await {
                Err(error) if error.code == ErrorCode::KeyDoesNotExist => json!(0),
                read => read?["value"].take(),
            };
            let next = last.as_u64().map(|last| last + 1);
            let cas = json!({"type": "cas", "key": "ids", "from": last, "to": next,
                             "create_if_not_exists": true});
            match self.ask(&cas).await {
                Err(error) if error.code == ErrorCode::PreconditionFailed => {}
                done => return done.map(|_| Response::GenerateOk { id: format!("{next:?}") }),
            }
        }
    }
}

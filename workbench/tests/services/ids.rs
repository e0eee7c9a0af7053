//! Servers that make ids with the help of a service: whether they are unique is up to the service, and
//! to how it is used.

use std::marker::PhantomData;
use std::time::Duration;

use common::{Error, ErrorCode, Handler, Node, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use workbench::{Finding, Verdict};

use super::run;

const LIMIT: Duration = Duration::from_secs(1);

/// A way to make ids.
pub trait Recipe: Send + Sync + 'static {
    fn make(node: &Node) -> impl Future<Output = Result<u64>> + Send;
}

/// Makes an id for each request.
pub struct Server<R> {
    node: Node,
    recipe: PhantomData<R>,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    Generate,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Response {
    GenerateOk { id: u64 },
}

impl<R: Recipe> Handler for Server<R> {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Server { node, recipe: PhantomData }
    }

    async fn handle(&self, Request::Generate: Request) -> Result<Response> {
        Ok(Response::GenerateOk { id: R::make(&self.node).await? })
    }
}

/// Asks a service.
pub async fn ask(node: &Node, service: &str, request: Json) -> Result<Json> {
    node.rpc(service, &request, LIMIT).await
}

/// The number under the key `ids`: 0 if there is no such key.
pub async fn read(node: &Node, service: &str) -> Result<u64> {
    match ask(node, service, json!({"type": "read", "key": "ids"})).await {
        Ok(reply) => reply["value"].as_u64().ok_or_else(|| Error::new(ErrorCode::Crash, "no id")),
        Err(error) if error.code == ErrorCode::KeyDoesNotExist => Ok(0),
        Err(error) => Err(error),
    }
}

/// Counts on in a store: reads, compares and sets, until no other write comes in between.
async fn count_on(node: &Node, service: &str) -> Result<u64> {
    loop {
        let last = read(node, service).await?;
        let cas = json!({"type": "cas", "key": "ids", "from": last, "to": last + 1,
                         "create_if_not_exists": true});
        match ask(node, service, cas).await {
            Ok(_) => return Ok(last + 1),
            Err(error) if error.code == ErrorCode::PreconditionFailed => {}
            Err(error) => return Err(error),
        }
    }
}

/// The same, without looking whether somebody has come in between.
async fn count_on_blindly(node: &Node, service: &str) -> Result<u64> {
    let next = read(node, service).await? + 1;
    ask(node, service, json!({"type": "write", "key": "ids", "value": next})).await?;
    Ok(next)
}

/// Takes a timestamp.
pub struct Timestamp;

impl Recipe for Timestamp {
    async fn make(node: &Node) -> Result<u64> {
        let reply = ask(node, "lin-tso", json!({"type": "ts"})).await?;
        reply["ts"].as_u64().ok_or_else(|| Error::new(ErrorCode::Crash, "no timestamp"))
    }
}

/// Counts on in `lin-kv`.
pub struct Linearizable;

impl Recipe for Linearizable {
    async fn make(node: &Node) -> Result<u64> {
        count_on(node, "lin-kv").await
    }
}

/// Counts on in `seq-kv`, where a `cas` that changes something happens in the present.
pub struct Sequential;

impl Recipe for Sequential {
    async fn make(node: &Node) -> Result<u64> {
        count_on(node, "seq-kv").await
    }
}

/// Reads and writes in `lin-kv`: somebody else may do so in between.
pub struct LinearizableBlindly;

impl Recipe for LinearizableBlindly {
    async fn make(node: &Node) -> Result<u64> {
        count_on_blindly(node, "lin-kv").await
    }
}

/// Reads and writes in `seq-kv`, one node alone: what it reads may be old, but never older than what it
/// wrote itself.
pub struct SequentialBlindly;

impl Recipe for SequentialBlindly {
    async fn make(node: &Node) -> Result<u64> {
        count_on_blindly(node, "seq-kv").await
    }
}

/// Reads and writes in `lww-kv`.
pub struct LastWriteWins;

impl Recipe for LastWriteWins {
    async fn make(node: &Node) -> Result<u64> {
        count_on_blindly(node, "lww-kv").await
    }
}

const SEEDS: u64 = 10;

/// Every operation has to succeed, so nothing on the way to a service may be cut off. Latencies differ:
/// with equal ones, a node may always come second, as long as another one is at it.
const PARTITIONS: &str = "--nemesis partition --nemesis-interval 1 --latency 3 \
                          --latency-dist exponential --availability total";

#[test]
fn ids_from_lin_tso_and_from_cas_loops_are_unique_through_partitions() {
    for seed in 0..SEEDS {
        for (name, run) in [
            ("lin-tso", run::<Timestamp>(PARTITIONS, seed)),
            ("lin-kv", run::<Linearizable>(PARTITIONS, seed)),
            ("seq-kv", run::<Sequential>(PARTITIONS, seed)),
        ] {
            assert_eq!(
                run.results.verdict,
                Verdict::Valid,
                "{name}, seed {seed}:\n{}",
                run.printed()
            );
            assert!(!run.info.partitions.is_empty());
        }
    }
}

fn has_duplicates(run: &workbench::simulation::JudgedRun) -> bool {
    run.results.findings().contains(&Finding("duplicated-ids"))
}

#[test]
fn reading_and_then_writing_repeats_ids() {
    for seed in 0..SEEDS {
        assert!(has_duplicates(&run::<LinearizableBlindly>("--latency 3", seed)), "seed {seed}");
    }
}

/// One node, one request at a time: only `lww-kv` forgets what the node itself has written.
#[test]
fn a_lone_node_finds_what_it_wrote_but_in_lww_kv() {
    const ALONE: &str = "--node-count 1 --latency 3 --rate 50 --concurrency 1";
    for seed in 0..SEEDS {
        assert!(!has_duplicates(&run::<LinearizableBlindly>(ALONE, seed)), "lin-kv, seed {seed}");
        assert!(!has_duplicates(&run::<SequentialBlindly>(ALONE, seed)), "seq-kv, seed {seed}");
        assert!(has_duplicates(&run::<LastWriteWins>(ALONE, seed)), "lww-kv, seed {seed}");
    }
}

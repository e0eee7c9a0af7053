//! How fast simulations are: verdicts a minute under the conditions of broadcast-3c, and what a
//! message costs as the cluster grows.
//!
//!     cargo bench --package workbench --bench simulation

#![expect(clippy::print_stdout, reason = "a benchmark speaks to people")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufWriter;
use std::time::{Duration, Instant};

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use workbench::cluster::tasks::Program;
use workbench::journal::Journal;
use workbench::options::Options;
use workbench::simulation::simulate_run;
use workbench::sweep::{Next, Sweep};

/// A server that repeats itself until it is heard, as broadcast-3c does.
struct Server {
    node: Node,
    messages: Mutex<BTreeSet<i64>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Request {
    Broadcast { message: i64 },
    Read,
    Topology,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol's names")]
enum Response {
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
                if self.messages.lock().insert(message) {
                    for peer in self.node.peers() {
                        self.node.spawn(deliver(self.node.clone(), peer.clone(), message));
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology => Ok(Response::TopologyOk),
        }
    }
}

async fn deliver(node: Node, peer: String, message: i64) {
    let (limit, longest) = (Duration::from_secs(1), Duration::from_secs(1));
    let mut pause = Duration::from_millis(50);
    while node.rpc::<Response>(&peer, &Request::Broadcast { message }, limit).await.is_err() {
        tokio::time::sleep(node.random_range(pause / 2..=pause)).await;
        pause = longest.min(pause * 2);
    }
}

fn options(flags: &str) -> Options {
    flags.parse().expect("flags that are right")
}

/// Verdicts a minute, checks included, on all cores.
fn verdicts() {
    const SEEDS: u64 = 1000;
    let flags = "-w broadcast --node-count 5 --time-limit 20 --rate 10 --nemesis partition";
    let start = Instant::now();
    let sweep = Sweep::start(&Program::of::<Server>(), &options(flags), 1..1 + SEEDS);
    let sweep = sweep.expect("threads");
    let mut valid = 0;
    loop {
        match sweep.next(Duration::from_secs(1)) {
            Next::Outcome(outcome) => valid += u64::from(outcome.is_valid()),
            Next::NotYet => {}
            Next::End => break,
        }
    }
    let minutes = start.elapsed().as_secs_f64() / 60.0;
    println!(
        "{SEEDS} runs, {valid} of them valid: {:.0} verdicts a minute",
        SEEDS as f64 / minutes
    );
}

/// What a message costs, with the journal streamed to a file; in microseconds.
fn cost(nodes: usize) -> f64 {
    let flags = format!("-w broadcast --node-count {nodes} --time-limit 5 --rate 10");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut messages = 0;
    let start = Instant::now();
    // A small cluster is simulated more often, so that both take about as long.
    for seed in 1..=(20_000 / (nodes * nodes) as u64).max(1) {
        let file = File::create(folder.path().join("journal.jsonl")).expect("a journal");
        let journal = Journal::new(BufWriter::new(file));
        let run = simulate_run(Program::of::<Server>(), &options(&flags), seed, journal);
        let (recording, outcome) = run.expect("a simulation");
        outcome.expect("a whole run");
        messages += recording.traffic.all.sent;
    }
    let cost = start.elapsed().as_secs_f64() * 1e6 / messages as f64;
    println!("{nodes:4} nodes: {messages:8} messages, {cost:.2} µs a message");
    cost
}

fn main() {
    verdicts();
    let [few, _, many] = [5, 25, 100].map(cost);
    println!("a message among 100 nodes costs {:.2} times what it does among 5", many / few);
}

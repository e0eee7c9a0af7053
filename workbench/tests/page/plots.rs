//! The plots of a simulated seed, the same to the byte every time.

use std::collections::BTreeSet;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use workbench::cluster::tasks::Program;
use workbench::report::history::write_json;
use workbench::report::operations;
use workbench::report::plots::{Plot, plots};
use workbench::report::traffic::Traffic;
use workbench::simulation::{Judged, judge_run};

/// Sends what is new to it to all others, once.
struct Forwarder {
    node: Node,
    messages: Mutex<BTreeSet<u64>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Request {
    Broadcast { message: u64 },
    Read,
    Topology,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol's names")]
enum Response {
    BroadcastOk,
    ReadOk { messages: BTreeSet<u64> },
    TopologyOk,
}

impl Handler for Forwarder {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Forwarder { node, messages: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                if self.messages.lock().insert(message) {
                    for peer in self.node.peers() {
                        self.node.send(peer, &Request::Broadcast { message });
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology => Ok(Response::TopologyOk),
        }
    }
}

fn simulated(flags: &str) -> Judged {
    let flags = format!("-w broadcast {flags}");
    judge_run(Program::of::<Forwarder>(), &flags.parse().unwrap(), 2).unwrap()
}

fn drawn(run: &Judged) -> Vec<Plot> {
    let mut history = vec![];
    write_json(&run.recording.history, &run.facts.nodes, &mut history).unwrap();
    let operations = operations::read(history.as_slice()).unwrap();
    let traffic = Traffic::read(&run.facts, run.journal.as_bytes()).unwrap();
    plots(&run.facts, &operations, &traffic).unwrap()
}

#[test]
fn plots_of_a_run_that_loses_values() {
    let flags = "--time-limit 10 --rate 5 --nemesis partition --nemesis-interval 3 --latency 50";
    let plots = drawn(&simulated(flags));
    assert_eq!(plots, drawn(&simulated(flags)), "the same seed, the same pictures");
    for plot in plots {
        insta::assert_snapshot!(plot.file, plot.svg);
    }
}

#[test]
fn many_marks_are_thinned_out_and_the_plot_says_so() {
    let plots = drawn(&simulated("--time-limit 30 --rate 300 --latency 5 --latency-dist uniform"));
    for plot in &plots {
        assert!(plot.svg.len() < 200_000, "{}: {} bytes", plot.file, plot.svg.len());
    }
    let says = |plot: &Plot| plot.svg.contains("a mark stands for all");
    assert!(says(&plots[0]) && says(&plots[1]), "spread and latency");
}

#[test]
fn the_journal_tells_the_same_of_spreading_as_the_run_itself() {
    let run = simulated("--time-limit 10 --rate 5 --nemesis partition --loss 0.1 --latency 20");
    let traffic = Traffic::read(&run.facts, run.journal.as_bytes()).unwrap();
    let (read, live) = (&traffic.spread, &run.recording.spread);
    assert!(live.values() > 10);
    assert_eq!(read.values(), live.values());
    for value in 0..live.values() {
        assert_eq!(read.complete(value), live.complete(value), "value {value}");
        assert_eq!(read.begun(value), live.begun(value), "value {value}");
    }
    assert_eq!(traffic.sent.total, run.recording.traffic.all.sent);
}

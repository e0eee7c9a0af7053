//! A simulated run is a function of the server, the flags and the seed.

use std::collections::BTreeSet;
use std::time::Duration;

use common::{Handler, Node, Result};
use serde_json::{Value, json};
use tokio::time::sleep;
use workbench::cluster::tasks::Program;
use workbench::report::diagram::{busiest_window, diagram};
use workbench::report::message_window::Window;
use workbench::report::replay::trace::trace;
use workbench::simulation::{JudgedRun, judge_run};
use workbench::time::Time;

const SEEDS: u64 = 25;

/// Every workload, and everything that the network can do to it.
const FLAGS: [&str; 3] = [
    "-w echo --node-count 3 --concurrency 2n --time-limit 10",
    "-w unique-ids --node-count 3 --time-limit 10 --rate 100",
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --concurrency 2n",
];
const FAULTS: &str = "--nemesis partition --nemesis-interval 2 --loss 0.2 --duplicate 0.2 \
                      --latency 50 --latency-dist exponential";

/// Answers by chance, by the clock and by talking to its peers: whatever could differ from run to
/// run. (broadcast-3c does the same for broadcasts.)
struct Server {
    node: Node,
}

impl Handler for Server {
    type Request = Value;
    type Response = Value;

    fn init(node: Node) -> Self {
        Server { node }
    }

    async fn handle(&self, request: Value) -> Result<Value> {
        if request["type"] == "echo" {
            sleep(Duration::from_millis(self.node.random_range(0..5000))).await;
            return Ok(json!({"type": "echo_ok", "echo": request["echo"]}));
        }
        let id = self.node.random_range(0..=u64::MAX);
        let peer = &self.node.peers()[(id % 2) as usize];
        let question = json!({"type": "echo", "echo": id.to_string()});
        // The request may be lost, or its reply.
        let _ = self.node.rpc::<Value>(peer, &question, Duration::from_secs(1)).await;
        Ok(json!({"type": "generate_ok", "id": id}))
    }
}

fn run(flags: &str, seed: u64) -> JudgedRun {
    let options = format!("{flags} {FAULTS}").parse().expect("flags");
    let program = match flags.starts_with("-w broadcast") {
        true => Program::of::<broadcast_3c::Server>(),
        false => Program::of::<Server>(),
    };
    judge_run(program, &options, seed).expect("a verdict")
}

#[test]
fn the_same_seed_gives_the_same_run_to_the_byte() {
    for flags in FLAGS {
        for seed in 0..SEEDS {
            let (once, again) = (run(flags, seed), run(flags, seed));
            let lines = once.journal.lines().zip(again.journal.lines());
            for (line, (once, again)) in lines.enumerate() {
                assert_eq!(once, again, "line {} of the journal, {flags}, seed {seed}", line + 1);
            }
            assert!(once.journal == again.journal, "one is longer: {flags}, seed {seed}");
            let histories = [&once, &again].map(|run| &run.recording.history);
            assert!(histories[0] == histories[1], "two histories: {flags}, seed {seed}");
            assert_eq!(
                once.recording.partitions, again.recording.partitions,
                "{flags}, seed {seed}"
            );
            assert_eq!(once.results, again.results, "{flags}, seed {seed}");
        }
    }
}

#[test]
fn different_seeds_give_different_runs() {
    for flags in FLAGS {
        let mut journals = BTreeSet::new();
        for seed in 0..SEEDS {
            assert!(journals.insert(run(flags, seed).journal), "{flags}: seed {seed} is not new");
        }
    }
}

/// Or the tests above would say little.
#[test]
fn every_fault_occurs() {
    let journal = run(FLAGS[2], 1).journal;
    for fate in ["\"delivered\":", "\"dropped\":", "\"lost\":", "\"duplicate\":true"] {
        assert!(journal.contains(fate), "no message is {fate}");
    }
}

/// Everything that a run shows after the set-up: a topology is a map, in the order of its names.
fn shown(run: &JudgedRun) -> String {
    let is_topology = |line: &&str| line.contains("\"topology\"");
    let journal: Vec<&str> = run.journal.lines().filter(|line| !is_topology(line)).collect();
    let scene = run.scene(Window { from: Time::from_millis(1), to: run.info.end });
    let (window, _) = busiest_window(&scene, &workbench::workload::Explanation::default());
    let picture = diagram(&run.scene(window), &[]);
    format!("{}\n{}\n{picture}\n{}", journal.join("\n"), run.printed(), trace(&scene))
}

/// The names go backwards: nodes are ordered by their places, not by name.
#[test]
fn renaming_the_nodes_changes_nothing_else() {
    const NAMES: &str = "n4,n3,n2,n1,n0";
    for seed in 0..SEEDS {
        let flags = FLAGS[2].replace("--node-count 5", &format!("--nodes {NAMES}"));
        let named = run(&flags, seed);
        let names = serde_json::to_string(&named.info.nodes).expect("JSON");
        let mut named = shown(&named).replace(&format!("\"names\":{names},"), "");
        for (place, name) in NAMES.split(',').enumerate() {
            named = named.replace(name, &format!("n\u{1}{place}"));
        }
        let numbered = shown(&run(FLAGS[2], seed));
        for (named, numbered) in named.replace("n\u{1}", "n").lines().zip(numbered.lines()) {
            assert!(named == numbered, "seed {seed}: {named:.500}\n{numbered:.500}");
        }
    }
}

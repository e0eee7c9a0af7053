//! Scenarios: what they do, what is wrong with them, and that a seed is one.

mod mistakes;
mod written;

use common::Handler;
use workbench::Stage;
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::plan::scenario::ScenarioFile;
use workbench::simulation::{JudgedRun, judge_run};

/// A run of `H` in the scenario of that text.
fn run<H: Handler>(text: &str) -> JudgedRun {
    let options = Options::of_scenario(ScenarioFile::new("scenario", text));
    let options = options.unwrap_or_else(|error| panic!("{error}\n\n{text}"));
    judge_run(Program::of::<H>(), &options, options.seed_or_random()).unwrap()
}

#[test]
fn the_whole_plan_of_a_seed_is_a_scenario_with_the_same_journal() {
    fn check<H: Handler>(flags: &str) {
        let options: Options = flags.parse().unwrap();
        for seed in 1..=5 {
            let drawn = judge_run(Program::of::<H>(), &options, seed).unwrap();
            let text = options.render_scenario(&options.whole_plan(seed).unwrap(), seed);
            let written = run::<H>(&text);
            assert_eq!(written.journal, drawn.journal, "{flags}, seed {seed}");
            assert_eq!(written.results.verdict, drawn.results.verdict);
        }
    }
    check::<broadcast_3b::Server>(&Stage::named("broadcast-3c").flags);
    check::<broadcast_3c::Server>(
        "-w broadcast --node-count 7 --time-limit 20 --nemesis partition --nemesis-interval 2 --rate 9 \
         --latency 300 --latency-dist exponential --loss 0.1 --duplicate 0.1 --concurrency 2n",
    );
    check::<echo::Server>("-w echo --nodes a,b --rate 50 --time-limit 5 --concurrency 3");
}

/// The smallest run in which a node that never retries loses a value.
const CUT: &str = r#"
workload = "broadcast"
node-count = 2

steps = [
  { at = 0, partition = "n0 | n1" },
  { at = 0, node = "n0", op = "broadcast", value = 0 },
]
"#;

#[test]
fn a_partition_and_a_broadcast_are_enough_to_lose_a_value() {
    let lost = run::<broadcast_3b::Server>(CUT);
    insta::assert_snapshot!(lost.printed());
    assert_eq!(run::<broadcast_3b::Server>(CUT).journal, lost.journal);
    let kept = run::<broadcast_3c::Server>(CUT);
    assert_eq!(kept.results.findings(), []);
    let healed =
        CUT.replace("\n  { at = 0, node", "\n  { at = 0, heal = true },\n  { at = 0, node");
    assert_eq!(run::<broadcast_3b::Server>(&healed).results.findings(), []);
}

/// Requests to one node at the same time come from different clients, and so do not wait for each other.
#[test]
fn operations_happen_at_their_node_and_at_their_time() {
    let run = run::<broadcast_3c::Server>(
        r#"
        workload = "broadcast"
        node-count = 3
        final-read = 20.5
        messages = [
          { from = "n1", to = "n2", nth = 1, latency = 2500 },
          { from = "n1", to = "n0", nth = 1, lost = true },
          { from = "n0", to = "n1", nth = 1, duplicated = true },
        ]
        steps = [
          { at = 0.25, node = "n1", op = "broadcast" },
          { at = 0.25, node = "n1", op = "read" },
          { at = 0.25, node = "n1", op = "read" },
          { at = 0.5, partition = ["n0 -> n2", "n1 <-> n0"] },
          { at = 1.123456789, heal = true },
        ]
        "#,
    );
    let events = run.recording.history.operations().iter().map(|operation| {
        let event = &run.recording.history.events()[operation.invoked];
        (operation.node, event.f, event.time.nanos() as f64 / 1e9)
    });
    let mut events: Vec<_> = events.collect();
    events[3..].sort_by_key(|(node, ..)| *node);
    let (early, last) = (0.25, 20.5);
    let reads = [0, 1, 2].map(|node| (node, "read", last));
    let first = [(1, "broadcast", early), (1, "read", early), (1, "read", early)];
    assert_eq!(events, [first, reads].concat());
    let spans = &run.recording.partitions;
    assert_eq!((spans.len(), spans[0].until.unwrap().nanos()), (1, 1_123_456_789));
    assert_eq!(run.results.findings(), []);
    let between_nodes = run.journal.lines().filter(|line| !line.contains("\"c"));
    insta::assert_snapshot!(between_nodes.collect::<Vec<_>>().join("\n"));
}

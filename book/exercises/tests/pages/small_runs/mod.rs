//! Small runs: what `make shrink` finds, and scenarios that readers write.

use std::time::Duration;

use broadcast_3c::Server;
use exercises::make::{Make, leave_out_set_up};
use exercises::mutations;
use workbench::Stage;
use workbench::checker::Finding;
use workbench::cluster::tasks::Program;
use workbench::command::watch::{Took, not_valid};
use workbench::options::Options;
use workbench::plan::scenario::ScenarioFile;
use workbench::report::diagram::diagram;
use workbench::report::message_window::{Fate, Message};
use workbench::report::replay::trace;
use workbench::simulation::shrink::{Shrunk, shrink};
use workbench::simulation::sweep::judge_seed;
use workbench::simulation::{JudgedRun, judge_run};
use workbench::time::Time;

use crate::keep;
use crate::runs::stage;

/// What `make shrink` is told on the pages.
const SHRUNK: [&str; 2] = [SHRINK_3B, SHRINK_FIVE_TRIES];

pub const SHRINK_3B: &str = "make shrink MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=1";

/// After the mutation `five-tries`.
const SHRINK_FIVE_TRIES: &str = "make shrink MODULE=broadcast-3c SEED=1";

/// The scenarios on the pages: the snapshot of each, the command, and the file that it names.
pub const SCENARIOS: [(&str, &str, &str); 4] = [
    (
        "scenario-long-partition",
        "make simulate MODULE=broadcast-3c SCENARIO=long-partition.toml",
        LONG_PARTITION,
    ),
    (
        "scenario-lost-acknowledgement",
        "make simulate MODULE=broadcast-3c SCENARIO=lost-acknowledgement.toml",
        LOST_ACKNOWLEDGEMENT,
    ),
    (
        "scenario-lost-copies",
        "make simulate MODULE=broadcast-3b SCENARIO=lost-copies.toml",
        LOST_COPIES,
    ),
    (
        "scenario-lost-copies-3c",
        "make simulate MODULE=broadcast-3c SCENARIO=lost-copies.toml",
        LOST_COPIES,
    ),
];

const LONG_PARTITION: &str = include_str!("long-partition.toml");
const LOST_ACKNOWLEDGEMENT: &str = include_str!("lost-acknowledgement.toml");
const LATE_REPLY: &str = include_str!("late-reply.toml");
const LOST_COPIES: &str = include_str!("lost-copies.toml");

/// The run of a server in a scenario.
fn run(program: Program, scenario: &str) -> JudgedRun {
    let options = Options::of_scenario(ScenarioFile::new("the scenario", scenario));
    let options = options.unwrap_or_else(|error| panic!("{error}"));
    judge_run(program, &options, options.seed_or_random()).unwrap_or_else(|error| panic!("{error}"))
}

/// The stage with the mutation `five-tries`.
fn five_tries() -> Program {
    let mutation = mutations::ALL.iter().find(|mutation| mutation.name == "five-tries");
    (mutation.expect("the mutation").program)()
}

/// What `command` finds, the run that it came to, and what it prints. How long the search took is not the
/// same each time; the book shows one that took less than 50 ms.
pub fn shrunk(program: &Program, command: &str) -> (Shrunk, JudgedRun, String) {
    let make: Make = command.replace("make shrink", "make simulate").parse().expect("a command");
    let (options, seed) = (make.options(make.module()), 1);
    assert!(command.ends_with("SEED=1"));
    let shrunk = shrink(program, &options, seed, |_, _| true);
    let shrunk = shrunk.unwrap_or_else(|error| panic!("{command}: {error}"));
    let small = shrunk.options(&options, seed).expect("a scenario");
    let run = judge_run(program.clone(), &small, shrunk.case.seed).expect("a verdict");
    let printed = shrunk.in_words(0.0, Some(&run)).trim_end().to_owned() + "\n";
    (shrunk, run, printed)
}

/// A diagram of the run, from its first operation to the answer to its last.
pub fn diagram_of_all(run: &JudgedRun) -> String {
    let mut scene = run.scene_of_all();
    leave_out_set_up(&mut scene);
    let last = scene.messages.iter().map(|message| message.sent).max();
    scene.window.to = last.expect("a message");
    diagram(&scene, &[])
}

#[test]
fn shrinking_finds_what_the_pages_show() {
    let (_, run, printed) = shrunk(&stage("broadcast-3b"), SHRINK_3B);
    keep("shrink-3b.txt", &printed);
    keep("shrink-3b.svg", &diagram_of_all(&run));
    let (found, _, printed) = shrunk(&five_tries(), SHRINK_FIVE_TRIES);
    keep("shrink-five-tries.txt", &printed);
    let file = found.case.options.render_scenario(&found.case.scenario, found.case.seed);
    assert_eq!(file, LONG_PARTITION, "the page says that this file is what was found");
}

/// The time of day, and how long building and sweeping took, are of one round on one machine.
#[test]
fn watching_says_how_many_runs_fail() {
    let (program, options) = (stage("broadcast-3b"), Stage::named("broadcast-3c").flags);
    let options: Options = options.parse().expect("flags");
    let is_invalid = |seed: &u64| !judge_seed(&program, &options, *seed).is_valid();
    let failed: Vec<u64> = (1..=100).filter(is_invalid).collect();
    let [building, sweeping] = [1_900, 400].map(Duration::from_millis);
    let headline = not_valid(failed.len(), 100, failed[0], Took { building, sweeping });
    keep("watch-3b.txt", &format!("10:24:31  {headline}\n"));
}

#[test]
fn a_value_survives_a_partition_of_20_seconds() {
    let stage = Stage::named("broadcast-3c");
    let run = stage.scenario::<Server>(include_str!("long-partition.toml"));
    assert_eq!(run.results.findings(), [], "{run}");
}

#[test]
fn five_tries_fail_the_test_of_the_long_partition() {
    let run = run(five_tries(), LONG_PARTITION);
    assert_eq!(run.results.findings(), [Finding::LOST, Finding::INCOMPLETE]);
}

#[test]
fn a_partition_of_5_seconds_is_long_enough_for_five_tries_to_fail_and_4_are_not() {
    let findings = |seconds: u64| {
        let limit = format!("time-limit = {seconds}");
        let shorter = LONG_PARTITION.replace("time-limit = 20", &limit);
        run(five_tries(), &shorter).results.findings()
    };
    assert_eq!([findings(4), findings(5)], [vec![], vec![Finding::LOST, Finding::INCOMPLETE]]);
}

#[test]
fn scenarios_print_what_the_pages_show() {
    for (name, command, file) in SCENARIOS {
        let module = command.split_whitespace().find_map(|word| word.strip_prefix("MODULE="));
        let run = run(stage(module.expect("a stage")), file);
        keep(&format!("{name}.txt"), run.printed().trim_start_matches('\n'));
    }
}

/// The messages between nodes, as sender, receiver, when they were sent, and whether they arrived.
fn between_nodes(run: &JudgedRun) -> Vec<(String, i64, bool)> {
    let scene = run.scene_of_all();
    let nodes = &run.info.nodes;
    let line = |message: &Message| {
        let [src, dest] = [message.src, message.dest].map(|end| nodes.of_endpoint(end));
        let is_reply = message.body.get().contains("\"in_reply_to\"");
        let kind = if is_reply { "ack" } else { "copy" };
        let arrived = matches!(message.fate, Fate::Delivered(_));
        (format!("{kind} {src} -> {dest}"), message.sent.millis(), arrived)
    };
    scene.messages.iter().filter(|message| message.is_between_servers()).map(line).collect()
}

/// The page shows part of the file as an example.
#[test]
fn a_message_is_duplicated_and_its_reply_late() {
    let run = run(stage("broadcast-3c"), LATE_REPLY);
    let servers = &run.recording.traffic.servers;
    assert_eq!(servers.received, servers.sent + 1);
    let scene = run.scene_of_all();
    let late = scene.messages.iter().filter(|message| {
        let Fate::Delivered(at) = message.fate else { return false };
        at.since(message.sent) == Duration::from_millis(250)
    });
    assert_eq!(late.count(), 1);
}

/// The answer to the page's question, and the times in the captions of the replay.
#[test]
fn a_lost_acknowledgement_costs_one_more_copy_in_each_direction() {
    let run = run(stage("broadcast-3c"), LOST_ACKNOWLEDGEMENT);
    let expected = [
        ("copy n0 -> n1", 0, true),
        ("ack n1 -> n0", 100, false),
        ("copy n1 -> n0", 100, false),
        ("copy n0 -> n1", 1037, true),
        ("ack n1 -> n0", 1137, true),
        ("copy n1 -> n0", 1143, true),
        ("ack n0 -> n1", 1243, true),
    ];
    let expected = expected.map(|(what, sent, arrived)| (what.to_owned(), sent, arrived));
    assert_eq!(between_nodes(&run), expected);
    assert_eq!(run.recording.partitions[0].until, Some(Time::from_millis(500)));
    let mut scene = run.scene_of_all();
    scene.messages.retain(|message| message.sent < Time::from_millis(1500));
    scene.window.to = Time::from_millis(1500);
    keep("trace-lost-acknowledgement.json", &trace(&scene));
}

#[test]
fn without_partition_two_lost_copies_are_the_fewest_that_3b_fails_with() {
    let findings = |file: &str| run(stage("broadcast-3b"), file).results.findings();
    assert_eq!(findings(LOST_COPIES), [Finding::LOST, Finding::INCOMPLETE]);
    for gone in ["n0", "n1"] {
        let is_kept = |line: &&str| !line.contains(&format!("{{ from = \"{gone}\""));
        let one: Vec<&str> = LOST_COPIES.lines().filter(is_kept).collect();
        assert_eq!(findings(&one.join("\n")), [], "without the loss of the copy from {gone}");
    }
}

/// Every `make shrink` and every scenario on the pages of this part is one of those above.
#[test]
fn every_shrink_and_every_scenario_on_these_pages_is_run_by_a_test() {
    for page in ["10-the-workbench", "11-reading-a-run", "12-breaking-it-on-purpose"] {
        let path = format!("{}/../src/{page}.md", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        for line in text.lines().filter(|line| line.starts_with("make ")) {
            let is_scenario = line.contains("SCENARIO=");
            let is_known = SHRUNK.contains(&line) || SCENARIOS.iter().any(|one| one.1 == line);
            let is_shrink = line.starts_with("make shrink ");
            assert!(is_known || !(is_scenario || is_shrink), "{page}: no test runs `{line}`");
        }
    }
}

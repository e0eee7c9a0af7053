//! What readers see in "Your turn": the run that `make watch` shows them before they begin, made as small
//! as it gets.

use exercises::mutations;
use exercises::solutions::ALL;
use serde_json::Value as Json;
use workbench::Stage;
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::record::partitions::PartitionRecord;
use workbench::simulation::{JudgedRun, judge_run};
use workbench::time::Time;

use crate::keep;
use crate::runs::stage;
use crate::small_runs::{diagram_of_all, shrunk};

/// The smallest run of `program` that fails in the challenge of that name as its first one does, and what
/// `make shrink` prints.
fn smallest(program: &Program, challenge: &str) -> (JudgedRun, String) {
    let command = format!("make shrink MODULE=my-stage WORKLOAD={challenge} SEED=1");
    let (_, run, printed) = shrunk(program, &command);
    (run, printed)
}

fn mutation(name: &str) -> Program {
    let mutation = mutations::ALL.iter().find(|mutation| mutation.name == name);
    (mutation.expect("a mutation").program)()
}

#[test]
fn the_starter_fails_as_the_chapter_on_echo_shows() {
    keep("turn-echo.txt", &smallest(&Program::of::<starter::Server>(), "echo").1);
}

#[test]
fn counting_alone_fails_as_the_chapter_on_ids_shows() {
    keep("turn-unique-ids.txt", &smallest(&mutation("ids-counter-alone"), "unique-ids").1);
}

#[test]
fn forgetting_fails_as_the_chapter_on_3a_shows() {
    keep("turn-3a.txt", &smallest(&mutation("forgets"), "broadcast-3a").1);
}

#[test]
fn a_stage_that_forwards_nothing_fails_as_the_chapter_on_3b_shows() {
    let (run, printed) = smallest(&stage("broadcast-3a"), "broadcast-3b");
    keep("turn-3b.txt", &printed);
    keep("turn-3b.svg", &diagram_of_all(&run));
}

#[test]
fn a_counter_that_loses_an_update_fails_as_its_chapter_shows() {
    let solution = ALL.iter().find(|solution| solution.name == "lossy-counter");
    let program = (solution.expect("a solution").program)();
    keep("turn-counter.txt", &smallest(&program, "counter").1);
}

/// Each chapter of a stage lets its readers write it before it shows how.
#[test]
fn every_stage_is_written_by_its_readers_first() {
    for page in
        ["05-echo", "06-unique-ids", "07-broadcast-3a", "08-broadcast-3b", "09-broadcast-3c"]
    {
        let path = format!("{}/../src/{page}.md", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let turn = text.split_once("\n## Your turn\n").map(|(_, turn)| turn);
        let turn = turn.and_then(|turn| turn.split_once("\n## The change\n")).map(|(turn, _)| turn);
        let turn = turn.unwrap_or_else(|| panic!("{page}: `Your turn` comes before `The change`"));
        let hints = turn.matches("<details><summary>Hint ").count();
        assert_eq!(hints, 3, "{page}: hints");
        assert!(turn.contains("\nmake watch MODULE=my-"), "{page}: what to keep open");
        assert!(turn.contains("\nmake diff MODULE=my-"), "{page}: how to compare");
    }
}

/// The values that clients broadcast at `nodes` during the partition of that number.
fn told(run: &JudgedRun, nodes: &[&str], partition: usize) -> Vec<i64> {
    let PartitionRecord { from, until, .. } = run.info.partitions[partition];
    let during = from..until.expect("a heal");
    let messages = run.journal.lines().filter_map(|line| {
        let message: Json = serde_json::from_str(line).expect("a line of JSON");
        let is_client = message["src"].as_str()?.starts_with('c');
        let sent = Time::from_nanos(message["sent"].as_i64()?);
        let is_told = is_client && nodes.contains(&message["dest"].as_str()?);
        message["body"]["message"].as_i64().filter(|_| is_told && during.contains(&sent))
    });
    messages.collect()
}

#[test]
fn what_3b_loses_is_what_the_chapter_on_3c_says() {
    let options: Options = Stage::named("broadcast-3c").flags.parse().expect("flags");
    let run = judge_run(stage("broadcast-3b"), &options, 1).expect("a verdict");
    assert_eq!(told(&run, &["n2"], 0).len(), 14);
    assert_eq!(told(&run, &["n3"], 1), [103, 105]);
    assert_eq!(told(&run, &["n0", "n1", "n2", "n4"], 1).len(), 7);
    let lacked = run.printed();
    for (node, count) in [("n0", 14 + 2), ("n1", 14 + 2), ("n4", 14 + 2), ("n3", 14 + 7)] {
        assert!(lacked.contains(&format!("{node} lacked {count} in its final read")), "{lacked}");
    }
}

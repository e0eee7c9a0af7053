//! The runs of the stages that the pages show.

use exercises::make::Make;
use workbench::cluster::tasks::Program;

use crate::keep;

/// The runs: the name of each snapshot, and the command that prints it.
pub const RUNS: &[(&str, &str)] = &[
    ("run-echo", "make simulate MODULE=echo SEED=1"),
    ("run-unique-ids", "make simulate MODULE=unique-ids SEED=1"),
    ("run-3a", "make simulate MODULE=broadcast-3a SEED=1"),
    ("run-3a-of-five", "make simulate MODULE=broadcast-3a WORKLOAD=broadcast-3b SEED=1"),
    ("run-3b", "make simulate MODULE=broadcast-3b SEED=1"),
    ("run-3b-partitioned", "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=1"),
    ("run-3b-ring", "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=6"),
    ("sweep-3b-partitioned", "make sweep MODULE=broadcast-3b WORKLOAD=broadcast-3c SEEDS=100"),
    ("sweep-3b", "make sweep MODULE=broadcast-3b SEEDS=100"),
    ("sweep-3b-loss", "make sweep MODULE=broadcast-3b FLAGS=\"--loss 0.2\" SEEDS=100"),
    (
        "run-3b-one-value",
        "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c FLAGS=\"--rate 1 --latency 100\" SEED=413",
    ),
    (
        "run-3c-one-value",
        "make simulate MODULE=broadcast-3c FLAGS=\"--rate 1 --latency 100\" SEED=413",
    ),
    ("run-3c", "make simulate MODULE=broadcast-3c SEED=1"),
    ("run-3c-quiet", "make simulate MODULE=broadcast-3c WORKLOAD=broadcast-3b SEED=1"),
    (
        "run-3c-too-slow",
        "make simulate MODULE=broadcast-3c WORKLOAD=broadcast-3b FLAGS=\"--latency 600\" SEED=1",
    ),
    (
        "run-3c-staircase",
        "make simulate MODULE=broadcast-3c FLAGS=\"--rate 1 --latency 100\" SEED=613",
    ),
    (
        "run-3b-one-value-ring",
        "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c FLAGS=\"--rate 1 --latency 100\" SEED=115",
    ),
    (
        "run-3b-one-value-quiet",
        "make simulate MODULE=broadcast-3b FLAGS=\"--rate 1 --latency 100\" SEED=115",
    ),
    ("sweep-3c", "make sweep MODULE=broadcast-3c SEEDS=100"),
    (
        "sweep-3c-all-faults",
        "make sweep MODULE=broadcast-3c FLAGS=\"--loss 0.2 --duplicate 0.2\" SEEDS=20",
    ),
];

/// The snapshot of a comparison, the stage before, and the command.
pub const COMPARISONS: [(&str, &str, &str); 3] = [
    ("compare-3b", "broadcast-3a", "make compare MODULE=broadcast-3b SEEDS=100"),
    ("compare-3c", "broadcast-3b", "make compare MODULE=broadcast-3c SEEDS=100"),
    (
        "compare-3c-quiet",
        "broadcast-3b",
        "make compare MODULE=broadcast-3c WORKLOAD=broadcast-3b SEEDS=100",
    ),
];

/// The server of a stage of the workspace.
///
/// Panics if there is no such stage.
pub fn stage(name: &str) -> Program {
    match name {
        "echo" => Program::of::<echo::Server>(),
        "unique-ids" => Program::of::<unique_ids::Server>(),
        "broadcast-3a" => Program::of::<broadcast_3a::Server>(),
        "broadcast-3b" => Program::of::<broadcast_3b::Server>(),
        "broadcast-3c" => Program::of::<broadcast_3c::Server>(),
        other => panic!("there is no stage {other}"),
    }
}

#[test]
fn the_stages_print_what_the_pages_show() {
    for (name, command) in RUNS {
        let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
        let printed = make.prints(&stage(make.module()), make.module());
        keep(&format!("{name}.txt"), &printed);
    }
}

#[test]
fn what_a_stage_buys_and_costs() {
    for (name, before, command) in COMPARISONS {
        let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
        let printed = make.compares((before, &stage(before)), &stage(make.module()));
        keep(&format!("{name}.txt"), &printed);
    }
}

#[test]
fn a_run_of_3c_sends_40_messages_per_value_and_one_more_per_drop() {
    let make: Make = "make simulate MODULE=broadcast-3c SEED=1".parse().expect("a command");
    let run = make.judged(&stage(make.module()), make.module());
    let dropped = run.journal.lines().filter(|line| line.contains("\"dropped\"")).count() as u64;
    let values = run.recording.propagation.values() as u64;
    assert_eq!(run.recording.traffic.servers.sent, 40 * values + dropped);
    keep("dropped-3c.txt", &format!("{dropped}\n"));
}

//! The solutions to the exercises: what the workbench prints for each, and what some send on the wire.

use std::fmt::Write;

use common::Handler;
use exercises::make::Make;
use exercises::pauses;
use exercises::solutions::{ALL, counting_echo, ordered, restarted_ids};

use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::simulation::judge_run;
use workbench::{Stage, Transcript};

use crate::keep;

/// Comparisons of two solutions: the snapshot, and the command.
pub const COMPARISONS: [(&str, &str); 2] = [
    (
        "compare-3d",
        "make compare MODULE=my-broadcast-3d FROM=my-tree WORKLOAD=broadcast-3d SEEDS=5 FLAGS=\"--topology tree4\"",
    ),
    (
        "compare-3e",
        "make compare MODULE=my-broadcast-3e FROM=my-broadcast-3d WORKLOAD=broadcast-3e SEEDS=5",
    ),
];

/// The server of the solution of that name.
fn program(name: &str) -> Program {
    let solution = ALL.iter().find(|solution| solution.name == name);
    (solution.unwrap_or_else(|| panic!("there is no solution {name}")).program)()
}

/// Runs the commands of the solutions that `names` accepts.
fn run(names: impl Fn(&str) -> bool) {
    for solution in ALL.iter().filter(|solution| names(solution.name)) {
        for (name, command) in solution.runs {
            let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
            let make = make.with_own_flags(solution.flags);
            assert_eq!(make.module(), solution.name);
            let printed = make.prints(&(solution.program)(), solution.from);
            keep(&format!("solution-{name}.txt"), &printed);
        }
    }
}

#[test]
fn solutions_for_3d_print_what_the_pages_show() {
    run(|name| name == "my-broadcast-3d");
}

#[test]
fn solutions_for_3e_print_what_the_pages_show() {
    run(|name| name == "my-broadcast-3e");
}

#[test]
fn all_other_solutions_print_what_the_pages_show() {
    run(|name| !name.starts_with("my-broadcast-"));
}

#[test]
fn what_a_better_solution_buys_and_costs() {
    for (name, command) in COMPARISONS {
        let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
        let from = make.from().expect("FROM=");
        let printed = make.compares((from, &program(from)), &program(make.module()));
        keep(&format!("{name}.txt"), &printed);
    }
}

#[test]
fn the_list_of_solutions_says_how_to_begin_each() {
    let page = include_str!("../../../src/solutions.md");
    for solution in ALL {
        let file = format!("`{}.rs` | `", solution.name.replace('-', "_"));
        let begun = page.lines().find_map(|row| row.split_once(&file));
        let (_, begun) = begun.unwrap_or_else(|| panic!("{} is not listed", solution.name));
        let challenge = begun.split_once("WORKLOAD=").or(begun.split_once("FROM="));
        let (_, challenge) = challenge.unwrap_or_else(|| panic!("{begun}"));
        assert_eq!(challenge.split('`').next(), Some(solution.from), "{}", solution.name);
    }
}

/// A table: what each pause costs and saves in the challenge, with one seed.
#[test]
fn a_longer_pause_of_3e_saves_messages_and_costs_time() {
    let options: Options = Stage::named("broadcast-3e").flags.parse().expect("flags");
    let mut table =
        format!("{:>6}  {:>11}  {:>10}  {:>7}\n", "pause", "msgs-per-op", "median", "max");
    for pauses::Paused { millis, program } in pauses::ALL {
        let run = judge_run(program(), &options, 1).expect("a verdict");
        let measured = run.results.targets.iter().map(|target| target.measured.expect("a number"));
        let [messages, median, max] = measured.collect::<Vec<_>>().try_into().expect("3 targets");
        writeln!(table, "{millis:>3} ms  {messages:>11.2}  {median:>7} ms  {max:>4} ms")
            .expect("writing to a String");
    }
    keep("pauses-3e.txt", &table);
}

/// A node that has answered `init`, with randomness from `seed`.
fn start<H: Handler>(seed: u64) -> Transcript {
    Transcript::new::<H>(seed).send(
        r#"{"src":"c1","dest":"n0","body":{"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]}}"#,
    )
}

#[test]
fn a_counting_echo_logs_its_count() {
    let transcript = start::<counting_echo::Server>(1)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"echo","msg_id":2,"echo":"one"}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"echo","msg_id":3,"echo":"two"}}"#)
        .finish();
    keep("wire-counting-echo.txt", &transcript);
}

#[test]
fn values_are_read_in_order_of_arrival() {
    let transcript = start::<ordered::Server>(1)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":2,"message":7}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":3,"message":-1}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":4,"message":7}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"read","msg_id":5}}"#)
        .finish();
    keep("wire-ordered.txt", &transcript);
}

#[test]
fn a_restarted_node_makes_different_ids() {
    let life = |seed| {
        start::<restarted_ids::Server>(seed)
            .send(r#"{"src":"c1","dest":"n0","body":{"type":"generate","msg_id":2}}"#)
            .finish()
    };
    let ids = [life(1), life(2)].map(|life| life.lines().last().expect("an answer").to_owned());
    assert!(ids[0].contains("generate_ok"), "{}", ids[0]);
    assert_ne!(ids[0], ids[1]);
    let stage = |seed| start::<unique_ids::Server>(seed);
    let generate = r#"{"src":"c1","dest":"n0","body":{"type":"generate","msg_id":2}}"#;
    assert_eq!(
        stage(1).send(generate).finish(),
        stage(2).send(generate).finish(),
        "the stage forgets"
    );
}

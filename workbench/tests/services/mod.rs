//! The services that the workbench offers nodes, as nodes in virtual time find them.

mod ids;
mod messages;
mod pictures;

use serde_json::{Map, Value as Json};
use workbench::cluster::tasks::Program;
use workbench::simulation::{JudgedRun, judge_run};

use self::ids::{Recipe, Server};

/// A run whose ids are made by `R`, at 100 a second unless the flags say otherwise.
fn run<R: Recipe>(flags: &str, seed: u64) -> JudgedRun {
    run_of(Program::of::<Server<R>>(), flags, seed)
}

fn run_of(program: Program, flags: &str, seed: u64) -> JudgedRun {
    let flags = format!("-w unique-ids --node-count 3 --time-limit 5 --rate 100 {flags}");
    judge_run(program, &flags.parse().expect("flags"), seed).expect("a verdict")
}

/// The messages of a run, as its journal has them.
fn messages(run: &JudgedRun) -> Vec<Map<String, Json>> {
    run.journal.lines().map(|line| serde_json::from_str(line).expect("a line")).collect()
}

/// Whether a message is to a service or from one.
fn is_service(message: &Map<String, Json>) -> bool {
    const SERVICES: [&str; 4] = ["seq-kv", "lin-kv", "lww-kv", "lin-tso"];
    ["src", "dest"].iter().any(|end| SERVICES.iter().any(|service| message[*end] == *service))
}

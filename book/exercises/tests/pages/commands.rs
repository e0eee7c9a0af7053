//! Every simulation that a page tells the reader to run is run by a test.

use std::fs;
use std::path::Path;

use exercises::{mutations, solutions};

use crate::chapters;
use crate::pictures::CYCLE;
use crate::runs::{COMPARISONS, RUNS};
use crate::small_runs::SCENARIOS;

/// The pages to check.
const PAGES: [&str; 16] = [
    "01-start-here",
    "02-setup",
    "05-echo",
    "06-unique-ids",
    "07-broadcast-3a",
    "08-broadcast-3b",
    "09-broadcast-3c",
    "10-the-workbench",
    "11-reading-a-run",
    "12-breaking-it-on-purpose",
    "13-the-real-maelstrom",
    "14-from-go-to-rust",
    "15-where-to-go-from-here",
    "broadcast-3d",
    "broadcast-3e",
    "counter",
];

/// Commands whose output no page shows: the help, and a stage that is a plain copy.
const NOT_SHOWN: [&str; 2] =
    ["make simulate MODULE=echo FLAGS=--help", "make simulate MODULE=my-stage SEED=1"];

#[test]
fn every_simulation_on_a_page_is_run_by_a_test() {
    let mut known: Vec<&str> = RUNS.iter().map(|(_, command)| *command).collect();
    known.extend(COMPARISONS.iter().map(|(_, _, command)| *command));
    known.extend(crate::solutions::COMPARISONS.iter().map(|(_, command)| *command));
    known.push(CYCLE);
    known.extend(SCENARIOS.iter().map(|(_, command, _)| *command));
    known.extend(chapters::RUNS.iter().map(|(_, command)| *command));
    known.extend(NOT_SHOWN);
    known.extend(mutations::ALL.iter().map(|mutation| mutation.run));
    known.extend(solutions::ALL.iter().flat_map(|solution| solution.runs).map(|run| run.1));
    let mut unknown = vec![];
    for page in PAGES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../src/{page}.md"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        let goals = ["make simulate ", "make sweep ", "make compare "];
        let commands = text.lines().filter(|line| goals.iter().any(|goal| line.starts_with(goal)));
        unknown.extend(commands.filter(|c| !known.contains(c)).map(|c| format!("{page}: {c}")));
    }
    assert!(unknown.is_empty(), "no test runs these:\n{}", unknown.join("\n"));
}

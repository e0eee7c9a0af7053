//! The tour: what its commands print, and what it says about that.

use std::fs;
use std::path::Path;

use crate::runs::{COMPARISONS, RUNS};
use crate::small_runs::SHRINK_3B;

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/tour.md");
    fs::read_to_string(path).expect("a page")
}

fn snapshot(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(name);
    fs::read_to_string(path).expect("a snapshot")
}

#[test]
fn every_command_of_the_tour_is_run_by_a_test() {
    let mut known =
        vec![SHRINK_3B, "make run MODULE=broadcast-3c SEED=1", "make diff MODULE=broadcast-3c"];
    known.extend(RUNS.iter().map(|(_, command)| *command));
    known.extend(COMPARISONS.iter().map(|(_, _, command)| *command));
    let page = page();
    let commands: Vec<&str> = page.lines().filter(|line| line.starts_with("make ")).collect();
    assert_eq!(commands.len(), 6, "{commands:?}");
    for command in commands {
        assert!(known.contains(&command), "no test runs `{command}`");
    }
}

#[test]
fn what_the_tour_says_of_its_runs_is_true() {
    let lost = snapshot("run-3b-partitioned.txt");
    assert!(lost.contains("16 lost") && lost.lines().nth(21) == Some("Why value 17 was lost"));
    assert!(lost.contains("n2 acknowledged it") && lost.contains("by the partition n2 |"));
    let sweep = snapshot("sweep-3b-partitioned.txt");
    assert!(sweep.starts_with("Runs            100: 14 valid, 86 invalid\n"), "{sweep}");
    assert!(sweep.trim_end().ends_with("SEED=6"), "seed 6 passes: {sweep}");
    let shrunk = snapshot("shrink-3b.txt");
    assert!(shrunk.starts_with("lost: 206 operations"), "{shrunk}");
    assert!(shrunk.contains("-> 1 operation, 2 nodes and 1 partition;"), "{shrunk}");
    assert!(shrunk.contains("1.000 s  the network heals"), "{shrunk}");
    let compared = snapshot("compare-3c.txt");
    let row = |name: &str| compared.lines().find(|line| line.starts_with(name)).expect("a row");
    assert!(row("Valid").contains("14 of 100 runs            100 of 100 runs"));
    assert!(row("Lost").contains("1690 values, in 86 runs   0 values"));
    let medians: Vec<f64> =
        row("Messages per op").split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [before, after] = medians[..] else { panic!("two medians: {medians:?}") };
    assert!((2.5..3.0).contains(&(after / before)), "nearly three times: {medians:?}");
}

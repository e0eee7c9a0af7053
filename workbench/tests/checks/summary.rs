//! The summaries that people read at the end of a run.

use std::io;

use insta::assert_snapshot;
use serde_json::json;
use workbench::checker::WorkloadKind::{Broadcast, Echo, UniqueIds};
use workbench::explain::explain;
use workbench::report::summary::summary;

use crate::examples;
use crate::run::{Run, nodes};

#[test]
fn summary_of_valid_runs() {
    let echo = summary(&examples::valid_echo().check(Echo), &[]);
    let unique_ids = summary(&examples::valid_unique_ids().check(UniqueIds), &[]);
    let broadcast = summary(&examples::valid_broadcast().check(Broadcast), &[]);
    assert_snapshot!(format!("{echo}\n{unique_ids}\n{broadcast}"));
}

#[test]
fn summary_of_invalid_runs() {
    let echo = summary(&examples::invalid_echo().check(Echo), &[]);
    let unique_ids = summary(&examples::invalid_unique_ids().check(UniqueIds), &[]);
    let broadcast = summary(&examples::invalid_broadcast().check(Broadcast), &[]);
    assert_snapshot!(format!("{echo}\n{unique_ids}\n{broadcast}"));
}

/// Whatever a node says, a line of the summary stays a line of at most 80 columns.
#[test]
fn a_summary_is_not_torn_by_what_nodes_say() {
    let mut run = Run::new();
    let echo = run.ask(0, 0, "echo", json!("a"));
    run.ok(1, echo, json!("\u{9b}31m".repeat(99)));
    let mut faulty = examples::invalid_broadcast();
    let faults = &mut faulty.faults[0].first;
    faults[0].line = "\u{1b}[2J\n".repeat(99);
    faults[0].reason = "so ".repeat(99);
    for (run, workload) in [(run, Echo), (faulty, Broadcast)] {
        let results = run.check(workload);
        let explanation = explain(&nodes(), &run.history, &results, io::empty()).unwrap();
        let text = summary(&results, &[]) + &explanation.in_words(&[]);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}

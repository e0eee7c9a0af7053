//! The summaries that people read at the end of a run.

use std::io;

use insta::assert_snapshot;
use serde_json::json;
use workbench::checker::Verdict;
use workbench::output::summary::summary;
use workbench::workload::WorkloadKind::{Broadcast, Echo, UniqueIds};

use crate::checks::examples;
use crate::checks::run::{Run, nodes};

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

#[test]
fn odd_reads_are_reported_and_do_not_change_the_verdict() {
    let mut run = Run::new();
    for _ in 0..4 {
        run.broadcast_ok(100..101, 0);
    }
    let read = run.final_read(200, 1);
    run.returned(201, read, (0..4).chain([3, 1, 1, 99]).map(|value| json!(value)));
    let read = run.final_read(300, 0);
    let odd = [json!("2"), json!(3.0), json!("4"), json!("x"), json!(-7), json!(null)];
    run.returned(301, read, (0..4).map(|value| json!(value)).chain(odd));
    let results = run.check(Broadcast);
    assert_eq!(results.verdict, Verdict::Valid);
    let words = [
        "Odd reads       n0 returned 3.0, \"2\": whole numbers were broadcast\n",
        "                n0 returned null, -7, \"4\", \"x\": never broadcast\n",
        "                n1 returned 99: never broadcast\n",
        "                n1 returned twice in one read: 1, 3\n",
    ];
    let summary = summary(&results, &[]);
    assert!(summary.contains(&words.concat()), "{summary}");
    let json = results.to_edn().to_json()["odd-reads"].clone();
    let expected = json!({
        "n0": {"mistyped": [3.0, "2"], "never-broadcast": [null, -7, "4", "x"]},
        "n1": {"repeated": [1, 3], "never-broadcast": [99]},
    });
    assert_eq!(json, expected);
}

/// Whatever a node says, a line of the summary stays a line of at most 80 columns.
#[test]
fn text_from_nodes_cannot_break_the_lines_of_a_summary() {
    let mut run = Run::new();
    let echo = run.ask(0, 0, "echo", json!("a"));
    run.ok(1, echo, json!("\u{9b}31m".repeat(99)));
    let mut faulty = examples::invalid_broadcast();
    let invalid_output = &mut faulty.invalid_output[0].first;
    invalid_output[0].line = "\u{1b}[2J\n".repeat(99);
    invalid_output[0].reason = "so ".repeat(99);
    for (run, workload) in [(run, Echo), (faulty, Broadcast)] {
        let results = run.check(workload);
        let explanation = results.explain(&nodes(), &run.history, io::empty()).unwrap();
        let text = summary(&results, &[]) + &explanation.in_words(&[]);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}

//! The summaries that people read at the end of a run.

use std::io;

use insta::assert_snapshot;
use serde_json::json;
use workbench::checker::Verdict;
use workbench::output::summary::summary;
use workbench::record::history::{Failure, Value};
use workbench::workload::WorkloadKind::{Broadcast, Echo, GCounter, UniqueIds};
use workbench::workload::{Tile, WorkloadKind};

use crate::checks::examples;
use crate::checks::run::{Run, nodes};

#[test]
fn summary_of_valid_runs() {
    let echo = summary(&examples::valid_echo().check(Echo), &[]);
    let unique_ids = summary(&examples::valid_unique_ids().check(UniqueIds), &[]);
    let broadcast = summary(&examples::valid_broadcast().check(Broadcast), &[]);
    let counter = summary(&examples::valid_counter().check(GCounter), &[]);
    assert_snapshot!(format!("{echo}\n{unique_ids}\n{broadcast}\n{counter}"));
}

#[test]
fn summary_of_invalid_runs() {
    let echo = summary(&examples::invalid_echo().check(Echo), &[]);
    let unique_ids = summary(&examples::invalid_unique_ids().check(UniqueIds), &[]);
    let broadcast = summary(&examples::invalid_broadcast().check(Broadcast), &[]);
    let counter = summary(&examples::invalid_counter().check(GCounter), &[]);
    assert_snapshot!(format!("{echo}\n{unique_ids}\n{broadcast}\n{counter}"));
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

/// The page shows it under the verdict.
#[test]
fn a_line_says_what_went_well_or_what_the_check_found_wrong() {
    let lines = |run: &Run, workload: WorkloadKind| {
        let results = run.check(workload);
        let success = results.workload.success(&results.stats);
        let findings = results.workload.findings().into_iter().map(|finding| finding.0);
        (success, results.workload.failure(), findings.collect::<Vec<_>>())
    };
    for (run, workload, success) in [
        (examples::valid_echo(), Echo, "3 echoes, and each returned what was sent"),
        (examples::valid_unique_ids(), UniqueIds, "3 ids, and no two of them equal"),
        (examples::valid_broadcast(), Broadcast, "All 2 values were there in the end"),
        (examples::valid_counter(), GCounter, "All 3 final reads returned the sum"),
        (Run::new(), GCounter, "No final read succeeded"),
    ] {
        assert_eq!(lines(&run, workload), (success.to_owned(), None, vec![]));
    }

    let wrong = |run: &Run, workload: WorkloadKind| {
        let (_, failure, findings) = lines(run, workload);
        (failure.expect("a failure"), findings)
    };
    for (run, workload, failure, findings) in [
        (examples::invalid_echo(), Echo, "2 echoes did not return what was sent", "wrong-echoes"),
        (
            examples::invalid_unique_ids(),
            UniqueIds,
            "2 ids were given out more than once",
            "duplicated-ids",
        ),
        (examples::invalid_broadcast(), Broadcast, "9 of 20 values were lost", "lost incomplete"),
        (
            examples::invalid_counter(),
            GCounter,
            "1 of 4 final reads returned a wrong sum",
            "wrong-sums",
        ),
    ] {
        let (words, found) = wrong(&run, workload);
        assert_eq!((words.as_str(), found.join(" ").as_str()), (failure, findings));
    }

    let mut one = examples::valid_unique_ids();
    let generate = one.invoke(2, 0, "generate", Value::None);
    one.ok(3, generate, json!("n0-0"));
    assert_eq!(wrong(&one, UniqueIds).0, "1 id was given out more than once");
}

/// They are the first numbers on the page.
#[test]
fn tiles_have_the_number_that_the_workload_is_about() {
    let tiles = |run: Run, workload: WorkloadKind| -> Vec<String> {
        let tiles = run.check(workload).workload.tiles();
        let words = tiles
            .iter()
            .map(|Tile { label, number, words }| format!("{label}: {number} ({words})"));
        words.collect()
    };
    assert_eq!(tiles(examples::valid_echo(), Echo), [""; 0]);
    assert_eq!(tiles(examples::invalid_unique_ids(), UniqueIds), ["Ids: 9 (2 duplicated)"]);
    assert_eq!(
        tiles(examples::valid_broadcast(), Broadcast),
        [
            "Values: 2 (2 stable (1 of them stale), 0 lost)",
            "Stable latency, p50: 1002 ms (the worst after 1002\u{a0}ms)"
        ]
    );
    assert_eq!(
        tiles(examples::invalid_counter(), GCounter),
        ["Sum: 7 or 9 (final reads: 7, 9, 7, 4)"]
    );
}

#[test]
fn summary_of_a_counter_that_no_final_read_could_tell() {
    let mut run = Run::new();
    let read = run.final_read(30_000, 0);
    run.info(35_000, read, Failure::Timeout);
    let summary = summary(&run.check(GCounter), &[]);
    assert!(summary.contains("\nFinal reads     none succeeded\n"), "{summary}");
}

#[test]
fn summary_of_echoes_of_which_not_one_was_returned() {
    let mut run = Run::new();
    let echo = run.ask(0, 0, "echo", json!("a"));
    run.info(5_000, echo, Failure::Timeout);
    let summary = summary(&run.check(Echo), &[]);
    assert!(summary.starts_with("Echoes          1: not one was returned\n"), "{summary}");
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

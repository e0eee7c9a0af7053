//! Nodes that flood the workbench with output: it needs no more memory for that.

use std::time::Duration;

use crate::bench::{Bench, Finished};
use crate::files;

crate::tests![
    a_flood_of_lines_is_counted,
    a_flood_of_messages_to_a_client_is_counted,
    a_node_that_never_reads_ends_the_run,
    a_flood_in_set_up_ends_the_run;
    ignored: a_flood_of_1_gb_is_counted
];

/// A run in which `n0` prints a line again and again, `megabytes` in all.
fn flooded(flags: &str, when: &str, line: &str, megabytes: usize) -> Finished {
    let bench = Bench::of("floods").flags("-w echo").flags(flags);
    let finished = bench.arguments([when, line, &megabytes.to_string()]).run();
    let memory = finished.memory;
    assert!(memory > 0 || !cfg!(target_os = "linux"), "the memory was never measured");
    assert!(memory < 300, "it took {memory} MB of memory");
    finished
}

/// Each line takes `bytes`, including its newline.
fn lines_are_counted(bytes: usize, megabytes: usize) {
    let line = "x".repeat(bytes - 1);
    let finished = flooded("--node-count 1", "echo", &line, megabytes);
    assert!(finished.memory < 100, "it took {} MB of memory", finished.memory);
    let lines = megabytes * 1_000_000 / bytes;
    let told = format!("n0 printed {lines} lines that are not valid messages");
    let finished = finished.ends(0, &[&told]);
    files::check(&finished);
    assert_eq!(finished.json("results.json")["invalid-output"]["n0"]["count"], lines);
}

fn a_flood_of_lines_is_counted() {
    lines_are_counted(100, 20);
}

fn a_flood_of_1_gb_is_counted() {
    // Short lines would take longer than a client waits for an answer.
    lines_are_counted(10_000, 1000);
}

fn a_flood_of_messages_to_a_client_is_counted() {
    let message = r#"{"src":"n0","dest":"c1","body":{"pad":"PAD"}}"#;
    let finished = flooded("--node-count 1", "echo", message, 100);
    let finished = finished.ends(0, &["Unexpected      n0 sent clients "]);
    assert!(files::check_journal(&finished).len() > 90);
}

fn a_node_that_never_reads_ends_the_run() {
    let message = r#"{"src":"n0","dest":"n1","body":{"pad":"PAD"}}"#;
    let finished = flooded("--node-count 2 --time-limit 50", "echo", message, 10_000);
    let words =
        ["n1 does not read: 64 MiB wait for it on its stdin, ", " s into the run", "No verdict."];
    let finished = finished.fails(255, &words);
    assert!(finished.took < Duration::from_secs(20), "it took {:?}", finished.took);
}

fn a_flood_in_set_up_ends_the_run() {
    let message = r#"{"src":"n0","dest":"c0","body":{"pad":"PAD"}}"#;
    let finished = flooded("--node-count 1", "init", message, 10_000);
    let words = "journal.jsonl: the nodes sent more than 64 MiB while they were set up";
    let finished = finished.fails(255, &[words, "No verdict."]);
    assert!(!finished.store.join("latest/journal.jsonl").exists(), "it is not whole");
}

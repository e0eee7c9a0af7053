//! Nodes that end, or never get ready: no verdict, and who, how and why.

use std::time::Duration;

use crate::bench::{Bench, Finished};
use crate::files;

crate::tests![
    a_node_that_hangs_in_init_ends_the_run,
    a_reply_to_init_needs_in_reply_to,
    a_reply_to_init_that_is_not_a_valid_message_is_explained,
    a_node_that_exits_ends_the_run,
    a_node_killed_by_a_signal_ends_the_run,
    a_node_that_ends_after_its_last_reply_ends_the_run,
    a_wrong_reply_to_init_ends_the_run,
    a_wrong_reply_to_topology_ends_the_run,
    a_child_that_keeps_a_dead_nodes_streams_delays_nothing,
];

/// A node that ends should not be waited for.
const PROMPTLY: Duration = Duration::from_secs(5);

/// A run that a bad node ends long before its time.
fn ended_by(node: &str, arguments: &[&str]) -> Finished {
    let bench = Bench::of(node).flags("-w echo --node-count 2 --time-limit 50");
    let finished = bench.arguments(arguments.iter().copied()).run();
    assert!(finished.took < PROMPTLY, "it took {:?}", finished.took);
    assert_eq!(finished.stdout, "", "there is no verdict");
    assert!(!finished.store.join("latest/results.edn").exists(), "there is no verdict");
    files::check_history(&finished);
    finished
}

/// Asserts that 32 of the 40 lines on each stream are told.
#[track_caller]
fn tells_the_last_lines(finished: &Finished) {
    let words = |stream: &str, first: &str, last: &str| {
        let lines: Vec<String> = (9..=40).map(|number| format!("  {first} {number}\n")).collect();
        format!("The last it wrote to {stream}:\n{}\n{last}", lines.concat())
    };
    let expected = words("stdout", "out", &words("stderr", "err", "No verdict."));
    assert!(finished.stderr.contains(&expected), "{}", finished.stderr);
}

fn a_node_that_exits_ends_the_run() {
    let in_set_up = " exited with status 7, while the cluster was set up";
    for (when, words) in [
        ("start", &[in_set_up][..]),
        ("init", &[in_set_up]),
        ("echo", &[" exited with status 7, 0.", " s into the run"]),
    ] {
        let finished = ended_by("exits", &[when]).fails(255, words);
        tells_the_last_lines(&finished);
        assert!(!finished.stderr.contains("closed its stdout"), "{}", finished.stderr);
        assert!(when != "echo" || files::check_journal(&finished).len() > 8);
    }
}

fn a_node_killed_by_a_signal_ends_the_run() {
    let finished = ended_by("exits", &["signal"]);
    let words = [" was killed by signal 6, 0.", "The last it wrote to stdout:\n  {\"body\":"];
    finished.fails(255, &words);
}

fn a_node_that_ends_after_its_last_reply_ends_the_run() {
    for (how, words) in [("exit", "exited with status 0"), ("abort", "was killed by signal 6")] {
        let bench = Bench::of("ends-when-idle").flags("-w echo --node-count 1 --rate 100");
        let finished = bench.arguments([how]).run();
        let finished = finished.fails(255, &[words, "s into the run, after the last operation"]);
        assert_eq!(finished.stdout, "", "there is no verdict");
        files::check_history(&finished);
    }
}

fn a_node_that_hangs_in_init_ends_the_run() {
    let bench = Bench::of("answers").flags("-w echo --node-count 2");
    let finished = bench.arguments(["init", "null", "9"]).run();
    let words = [
        "n0 did not answer with init_ok within 10 s",
        "does it flush its output?",
        "It wrote no line to stdout.",
    ];
    let finished = finished.fails(255, &words);
    assert!(finished.took < Duration::from_secs(15), "it took {:?}", finished.took);
}

fn a_reply_to_init_needs_in_reply_to() {
    let reply = r#"{"src":"n0","dest":"c0","body":{"type":"init_ok"}}"#;
    let script = format!("echo '{reply}'; cat >/dev/null");
    let finished = Bench::of_script(&script).flags("-w echo --node-count 1").run();
    let words = ["it has no in_reply_to):\n  {\"type\":\"init_ok\"}\n", "No verdict"];
    finished.fails(255, &words);
}

fn a_reply_to_init_that_is_not_a_valid_message_is_explained() {
    let reply = r#"{"src":"n0","dest":"c0","body":{"type":"init_ok","in_reply_to":1},"to":"c0"}"#;
    let script = format!("echo '{reply}'; cat >/dev/null");
    let finished = Bench::of_script(&script).flags("-w echo --node-count 1").run();
    let reason = "It printed a line that is not a valid message (a message has no field \"to\"):";
    let finished = finished.fails(255, &[&format!("{reason}\n  {reply}\n"), "No verdict"]);
    assert!(!finished.stderr.contains("flush"), "{}", finished.stderr);
}

fn a_wrong_reply_to_init_ends_the_run() {
    let error = r#"{"type":"error","code":13,"text":"no luck"}"#;
    let finished = ended_by("answers", &["init", error, "9"]);
    finished.fails(255, &[" did not answer with init_ok: ", "\"no luck\""]);
    let other = r#"{"type":"echo_ok","echo":1}"#;
    let finished = ended_by("answers", &["init", other, "9"]);
    finished.fails(255, &[" did not answer with init_ok: ", "\"echo_ok\""]);
}

fn a_wrong_reply_to_topology_ends_the_run() {
    let bench = Bench::of("answers").flags("-w broadcast --node-count 1 --time-limit 50");
    let finished = bench.arguments(["topology", r#"{"type":"ok"}"#, "9"]).run();
    let finished = finished.fails(255, &[" did not answer with topology_ok: ", "\"ok\""]);
    assert!(finished.took < PROMPTLY, "it took {:?}", finished.took);
}

fn a_child_that_keeps_a_dead_nodes_streams_delays_nothing() {
    let script = "sleep 100 & echo pid $! >&2; echo last words >&2; exit 4";
    let finished = Bench::of_script(script).flags("-w echo --node-count 1").run();
    let finished = finished.fails(255, &["n0 exited with status 4", "last words"]);
    assert!(finished.took < PROMPTLY, "it took {:?}", finished.took);
    assert_eq!(finished.pids().len(), 2);
}

//! Lines on a node's stdout that are no messages: dropped, and told of everywhere.

use crate::bench::Bench;
use crate::{Test, files};

pub const TESTS: &[Test] = &[
    ("a_line_of_100_MB_is_dropped", a_line_of_100_mb_is_dropped),
    ("what_is_no_message_is_dropped_and_told", what_is_no_message_is_dropped_and_told),
    ("a_reply_that_cannot_be_read_is_told_of", a_reply_that_cannot_be_read_is_told_of),
    ("a_node_that_closes_its_stdout_is_told_of", a_node_that_closes_its_stdout_is_told_of),
];

/// Asserts that a run goes on after a bad line, and that all places tell of it.
fn is_told(bench: Bench, reason: &str, line: &str) {
    let finished = bench.flags("-w echo --node-count 1").run();
    let told = format!("n0 wrote to stdout what is no message: {reason}");
    assert!(finished.stderr.contains(&told), "\"{told}\" is not in:\n{}", finished.stderr);
    let summary = "FAULTS        n0 printed 1 line that the network could not take";
    let finished = finished.ends(0, &[summary, reason]);
    files::check(&finished);
    let fault = &finished.json("results.json")["faults"]["n0"];
    assert_eq!(fault["count"], 1);
    assert_eq!(fault["first"][0]["line"], line);
    let found = fault["first"][0]["reason"].as_str().expect("a reason");
    assert!(found.contains(reason), "\"{reason}\" is not in: {found}");
    let edn = finished.text("results.edn");
    assert!(edn.contains(":faults {\"n0\" {:count 1"), "{edn}");
}

fn what_is_no_message_is_dropped_and_told() {
    for (line, reason) in [
        ("hello", "it is not JSON: expected value at line 1 column 1"),
        ("", "it is not JSON: EOF while parsing"),
        ("{\"src\":\"n0\",", "it is not JSON: EOF while parsing"),
        (r#"{"src":"n0","body":{}}"#, "it is not a message: missing field `dest`"),
        (r#"{"src":"n0","dest":"n0","body":{},"to":1}"#, "it is not a message: unknown field `to`"),
        (r#"{"src":"n0","dest":"n0","body":"hello"}"#, "its body is not a JSON object"),
    ] {
        is_told(Bench::of("prints").arguments([line]), reason, line);
    }
    // Of what the network refuses, the body is told: the rest is in the reason.
    for (line, reason) in [
        (r#"{"src":"n0","dest":"n1","body":{}}"#, "it names \"n1\", which is neither a node nor"),
        (r#"{"src":"n0","dest":"c99","body":{}}"#, "it names \"c99\", which is neither a node nor"),
        (r#"{"src":"me","dest":"c0","body":{}}"#, "it names \"me\", which is neither a node nor"),
        (r#"{"src":"n0","dest":"lin-kv","body":{}}"#, "it names \"lin-kv\""),
    ] {
        is_told(Bench::of("prints").arguments([line]), reason, "{}");
    }
}

fn a_reply_that_cannot_be_read_is_told_of() {
    // It passes the network, and fails when the client reads it.
    let line = r#"{"src":"n0","dest":"c1","body":{"in_reply_to":1,"echo":1e999}}"#;
    let bench = Bench::of("prints").flags("-w echo --node-count 1").arguments([line]);
    let reason = "it cannot be read: number out of range";
    let finished = bench.run().ends(0, &["Unasked ", reason]);
    assert_eq!(finished.json("results.json")["unasked"]["n0"]["count"], 1);
}

fn a_line_of_100_mb_is_dropped() {
    let line = format!("{}… (100000000 bytes)", "x".repeat(200));
    let reason = "it is 100000000 bytes long, too long for a message";
    is_told(Bench::of("prints-100-MB"), reason, &line);
}

fn a_node_that_closes_its_stdout_is_told_of() {
    let script = "read line; echo '{\"src\":\"n0\",\"dest\":\"c0\",\
                  \"body\":{\"type\":\"init_ok\",\"in_reply_to\":1}}'; exec >&-; exec sleep 100";
    let finished = Bench::of_script(script).flags("-w echo --node-count 1").run();
    let reason = "it closed its stdout, and can be heard no more";
    assert!(finished.stderr.contains(reason), "{}", finished.stderr);
    let finished = finished.ends(1, &[reason, "not one echo was ok"]);
    assert_eq!(finished.json("results.json")["faults"]["n0"]["count"], 1);
}

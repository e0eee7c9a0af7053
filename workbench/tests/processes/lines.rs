//! Lines on a node's stdout that are not messages: dropped, and reported everywhere.

use crate::bench::Bench;
use crate::files;

crate::tests![
    a_reply_without_a_newline_is_reported,
    a_line_of_100_mb_is_dropped,
    trailing_text_and_repeated_fields_do_no_harm,
    invalid_lines_are_dropped_and_reported,
    an_unreadable_reply_is_reported,
    a_node_that_closes_its_stdout_is_reported,
];

/// Asserts that a run goes on after an invalid line, and that every output reports it.
fn is_told(bench: Bench, reason: &str, line: &str) {
    let finished = bench.flags("-w echo --node-count 1").run();
    let told = format!("n0 printed a line that is not a valid message: {reason}");
    assert!(finished.stderr.contains(&told), "\"{told}\" is not in:\n{}", finished.stderr);
    let summary = "Invalid output  n0 printed 1 line that is not a valid message";
    let finished = finished.ends(0, &[summary, reason]);
    files::check(&finished);
    let fault = &finished.json("results.json")["invalid-output"]["n0"];
    assert_eq!(fault["count"], 1);
    assert_eq!(fault["first"][0]["line"], line);
    let found = fault["first"][0]["reason"].as_str().expect("a reason");
    assert!(found.contains(reason), "\"{reason}\" is not in: {found}");
    let edn = finished.text("results.edn");
    assert!(edn.contains(":invalid-output {\"n0\" {:count 1"), "{edn}");
}

fn invalid_lines_are_dropped_and_reported() {
    for (line, reason) in [
        ("hello", "it is not JSON: expected a value, at column 1"),
        ("", "the line is empty"),
        ("42", "it is a number, and a message is a JSON object"),
        ("\"text\"", "it is a string, and a message is a JSON object"),
        ("{\"src\":\"n0\",", "it is not JSON: it ends in the middle of an object"),
        (r#"{"src":"n0","body":{}}"#, "its \"dest\" is missing"),
        (r#"{"src":"n0","dest":"n0","body":{},"to":1}"#, "a message has no field \"to\""),
        (r#"{"src":"n0","dest":"n0","body":"hello"}"#, "its body is not a JSON object"),
    ] {
        is_told(Bench::of("prints").arguments([line]), reason, line);
    }
    // Of what the network refuses, the body is told: the rest is in the reason.
    for (line, reason) in [
        (r#"{"src":"n0","dest":"n1","body":{}}"#, "it names \"n1\", which is neither a node nor"),
        (r#"{"src":"n0","dest":"c99","body":{}}"#, "it names \"c99\", which is neither a node nor"),
        (r#"{"src":"me","dest":"c0","body":{}}"#, "it names \"me\", which is neither a node nor"),
        (r#"{"src":"n0","dest":"kv","body":{}}"#, "it names \"kv\", which is neither a node nor"),
    ] {
        is_told(Bench::of("prints").arguments([line]), reason, "{}");
    }
}

fn an_unreadable_reply_is_reported() {
    // It passes the network, and fails when the client reads it.
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let body = format!(r#"{{"type":"echo_ok","in_reply_to":1,"echo":{deep}}}"#);
    let line = format!(r#"{{"src":"n0","dest":"c1","body":{body}}}"#);
    let bench = Bench::of("prints").flags("-w echo --node-count 1").arguments([&*line]);
    let reason = "Bad replies     1 to echo: it cannot be read: it is nested too deep";
    bench.run().ends(0, &[reason]);
}

fn trailing_text_and_repeated_fields_do_no_harm() {
    let more = "more follows on the line, and is ignored";
    let twice = "its body has \"type\" twice: the last one counts";
    for (before, after, reason) in
        [("", " and so on", more), ("", r#"{"src":"n0"}"#, more), (r#""type":"error","#, "", twice)]
    {
        let bench = Bench::of("writes").flags("-w echo --node-count 1 --availability total");
        let finished = bench.arguments([before, after]).run();
        let told =
            finished.ends(0, &["every reply returned what was sent", "Invalid output ", reason]);
        files::check(&told);
    }
}

fn a_reply_without_a_newline_is_reported() {
    // In set-up, and in the run.
    let bench = Bench::of("ends-no-line").flags("-w echo --node-count 1").arguments(["init"]);
    let words = [
        "n0 did not answer with init_ok within 10 s",
        "It has written 66 bytes without a newline: {\"body\":{",
        "A message ends with a newline.",
        "It wrote no line to stdout.",
    ];
    bench.run().fails(255, &words);
    let bench = Bench::of("ends-no-line").flags("-w echo --node-count 1").arguments(["echo"]);
    let words = [
        "Echoes          1: not one was returned",
        "bytes without a newline, and no answer in time",
    ];
    bench.run().ends(1, &words);
}

fn a_line_of_100_mb_is_dropped() {
    let line = format!("{}… (100000000 bytes)", "x".repeat(200));
    let reason = "it is 100000000 bytes long, too long for a message";
    is_told(Bench::of("prints-100-MB"), reason, &line);
}

fn a_node_that_closes_its_stdout_is_reported() {
    let script = "read line; echo '{\"src\":\"n0\",\"dest\":\"c0\",\
                  \"body\":{\"type\":\"init_ok\",\"in_reply_to\":1}}'; exec >&-; exec sleep 100";
    let finished = Bench::of_script(script).flags("-w echo --node-count 1").run();
    let reason = "it closed its stdout, so it can no longer answer";
    assert!(finished.stderr.contains(reason), "{}", finished.stderr);
    let finished = finished.ends(1, &[reason, "not one echo was ok"]);
    assert_eq!(finished.json("results.json")["invalid-output"]["n0"]["count"], 1);
}

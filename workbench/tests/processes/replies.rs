//! Replies that are wrong, late, doubled or missing.

use std::time::Duration;

use crate::bench::{Bench, Finished};
use crate::files::{check, check_history, count};

crate::tests![
    a_read_answered_with_an_error_is_a_fail,
    a_node_that_answers_nothing_is_invalid,
    replies_of_the_wrong_shape_are_listed,
    errors_are_definite_or_not,
    an_id_of_a_request_is_a_whole_number,
    unexpected_replies_do_no_harm,
];

/// A run in which the first two requests of a type are answered with `body`.
fn answered_with(workload: &str, kind: &str, body: &str) -> Finished {
    let bench = Bench::of("answers").flags("--node-count 1 -w").flags(workload);
    let finished = bench.arguments([kind, body, "2"]).run();
    check(&finished);
    finished
}

fn replies_of_the_wrong_shape_are_listed() {
    for (body, message) in [
        (r#"{"type":"echo_ok"}"#, "the field \"echo\" is missing from echo_ok"),
        (r#"{"type":"echo_ok","echo":1,"to":2}"#, "echo_ok has no field \"to\""),
        (r#"{"type":"read_ok"}"#, "its type should be \"echo_ok\" and is \"read_ok\""),
        (r#"{"echo":1}"#, "its type should be \"echo_ok\" and is none"),
    ] {
        let told = format!("Bad replies     2 to echo: {message}");
        let finished = answered_with("echo", "echo", body).ends(0, &[&told, "the first, by n0:"]);
        let exception = &finished.json("results.json")["exceptions"]["exceptions"][0];
        assert_eq!(exception["count"], 2);
        assert_eq!(exception["message"], message);
        assert_eq!(exception["example"]["node"], "n0");
        let events = check_history(&finished);
        assert_eq!((count(&events, "info"), count(&events, "fail")), (2, 0));
    }
}

fn errors_are_definite_or_not() {
    // A definite error of an echo is a mismatch.
    let later = r#"{"type":"error","code":11,"text":"later"}"#;
    let finished = answered_with("echo", "echo", later).ends(1, &["with error 11: later"]);
    let events = check_history(&finished);
    assert_eq!((count(&events, "info"), count(&events, "fail")), (0, 2));
    assert!(finished.text("history.txt").contains("[:temporarily-unavailable \"later\"]"));

    for (code, told) in [
        ("0", "error 0: oh (2)"),
        ("13", "error 13: oh (2)"),
        ("1000", "error 1000: oh (2)"),
        ("null", "an error without a code: oh (2)"),
        ("\"11\"", "error \"11\": oh (2)"),
        ("11.0", "error 11.0: oh (2)"),
    ] {
        let error = format!(r#"{{"type":"error","code":{code},"text":"oh"}}"#);
        let finished = answered_with("echo", "echo", &error).ends(0, &["0 fail, 2 info", told]);
        let events = check_history(&finished);
        assert_eq!((count(&events, "info"), count(&events, "fail")), (2, 0));
        assert_eq!(finished.json("results.json")["exceptions"].get("exceptions"), None);
    }
}

fn an_id_of_a_request_is_a_whole_number() {
    for (id, found) in [("1.0", "1.0"), ("\"1\"", "\"1\"")] {
        let body = format!(r#"{{"type":"echo_ok","echo":"?","in_reply_to":{id}}}"#);
        let bench = Bench::of("answers").flags("-w echo --node-count 1");
        let finished = bench.arguments(["echo", &body, "1"]).run();
        let reason = format!("its in_reply_to is {found}, which is not a whole number");
        assert!(
            finished.stdout.replace("\n                ", " ").contains(&reason),
            "{}",
            finished.stdout
        );
    }
    // Of an answer's own, any whole number will do.
    let wide = r#"{"type":"echo_ok","msg_id":-340282366920938463463374607431768211456,"echo":"?"}"#;
    let finished = answered_with("echo", "echo", wide).ends(1, &["2 did not return"]);
    assert!(!finished.stdout.contains("Bad replies"), "{}", finished.stdout);
}

fn a_read_answered_with_an_error_is_a_fail() {
    let crash = r#"{"type":"error","code":13,"text":"oh"}"#;
    let finished = answered_with("broadcast", "read", crash);
    let events = check_history(&finished);
    assert_eq!((count(&events, "info"), count(&events, "fail")), (0, 2));
}

fn unexpected_replies_do_no_harm() {
    let finished = Bench::of("repeats-itself").flags("-w echo --node-count 2").run();
    let words = [
        "0 fail, 0 info",
        "Unexpected      n0 sent clients ",
        "it replies to a request that was never sent",
    ];
    let finished = finished.ends(0, &words);
    check(&finished);
    assert!(!finished.stdout.contains("Invalid output"), "{}", finished.stdout);
    let results = finished.json("results.json");
    let operations = results["stats"]["ok-count"].as_u64().expect("a number");
    assert_eq!(results["exceptions"].get("exceptions"), None);
    // The last reply may be under way when the run ends.
    let messages = results["net"]["all"]["msg-count"].as_u64().expect("a number");
    let most = 4 * (operations + 2);
    assert!((most - 2..=most).contains(&messages), "{messages} messages");
}

fn a_node_that_answers_nothing_is_invalid() {
    let bench = Bench::of("answers").flags("-w echo --node-count 2 --rate 100");
    let finished = bench.arguments(["echo", "null", "1000"]).run();
    let words = [
        "Operations      2: 0 ok, 0 fail, 2 info",
        "not ok: no answer in time (2)",
        "not one echo was ok",
    ];
    let finished = finished.ends(1, &words);
    check(&finished);
    assert!(finished.text("history.txt").contains("\t:net-timeout\n"));
    let took = finished.took;
    let limit = Duration::from_secs(5);
    assert!(limit <= took && took < 2 * limit, "a client waits for 5 s, the run took {took:?}");
}

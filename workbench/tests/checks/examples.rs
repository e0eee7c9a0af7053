//! Runs whose results, summaries and histories are shown.

use serde_json::json;
use workbench::checker::Availability;
use workbench::record::history::{Failure, InvalidLine, InvalidOutputOf, Value};
use workbench::time::Time;

use crate::checks::run::Run;

/// Three nodes echo three times.
pub fn valid_echo() -> Run {
    let mut run = Run::new().traffic(8, 8);
    for process in 0..3 {
        let payload = json!(format!("Please echo {process}"));
        let echo = run.ask(0, process, "echo", payload.clone());
        run.ok(1, echo, payload);
    }
    run
}

/// Two of four echoes bring back something else.
pub fn invalid_echo() -> Run {
    let mut run = valid_echo();
    let (mixed_up, refused) = (
        run.ask(2, 1, "echo", json!("Please echo 7")),
        run.ask(2, 2, "echo", json!("Please echo 8")),
    );
    run.ok(3, mixed_up, json!({"words": ["Please", "echo", 8]}));
    let text = "the echo chamber is closed".to_owned();
    run.fail(4, refused, Failure::Reply { code: json!(11), text });
    run
}

/// Three nodes give out an id each.
pub fn valid_unique_ids() -> Run {
    let mut run = Run::new().traffic(12, 12);
    for process in 0..3 {
        let generate = run.invoke(0, process, "generate", Value::None);
        run.ok(1, generate, json!(format!("n{process}-0")));
    }
    run.availability = Some(Availability::Total);
    run
}

/// Ids of all types, some given out more than once, and one answer that never came.
pub fn invalid_unique_ids() -> Run {
    let mut run = valid_unique_ids();
    let ids = [json!("n0-0"), json!(7), json!(7.0), json!([7]), json!(7), json!(7)];
    for (process, id) in (0..).zip(ids) {
        let generate = run.invoke(2, process, "generate", Value::None);
        run.ok(3, generate, id);
    }
    let lost = run.invoke(4, 1, "generate", Value::None);
    run.info(5_004, lost, Failure::Timeout);
    run
}

/// Two values reach everyone, the second of them late.
pub fn valid_broadcast() -> Run {
    let mut run = Run::new().traffic(24, 16);
    run.broadcast_ok(100..101, 0);
    run.broadcast_ok(200..202, 1);
    run.read_ok(1_204..1_205, 2, &[0]);
    for process in 0..3 {
        run.final_read_ok(30_000..30_001, process, &[0, 1]);
    }
    run
}

/// Some values reach n1 late and never get to n2, which prints to stdout and answers strangely.
pub fn invalid_broadcast() -> Run {
    let mut run = Run::new().traffic(68, 32);
    for value in 0..20 {
        run.broadcast_ok(100 * value..100 * value + 1, value as u64 % 3);
    }
    let malformed = run.read(2_500, 2);
    run.info(
        2_501,
        malformed,
        Failure::Malformed {
            text: "the reply has no field `messages`".to_owned(),
            kind: "the reply has no field `messages`".to_owned(),
            body: r#"{"type":"read_ok","values":[1,2,3],"in_reply_to":4}"#.to_owned(),
        },
    );
    let unanswered = run.read(3_000, 0);
    run.fail(8_000, unanswered, Failure::Timeout);
    let reads = [1, 0, 2].map(|process| run.final_read(30_000, process));
    run.found(30_001, reads[0], &Vec::from_iter(0..4));
    run.found(30_001, reads[1], &Vec::from_iter(0..20));
    run.found(30_001, reads[2], &Vec::from_iter(0..11));
    let fault = |ms, line: &str| InvalidLine {
        time: Time::from_millis(ms),
        reason: "the line is not JSON: expected a value, at column 1".to_owned(),
        line: line.to_owned(),
    };
    let first = vec![fault(1_234, "got it: 17"), fault(1_250, "got it: 18")];
    run.invalid_output.push(InvalidOutputOf { node: "n2".to_owned(), count: 4_321, first });
    run.availability = Some(Availability::Fraction(0.5));
    run
}

/// Three nodes return the sum of two adds.
pub fn valid_counter() -> Run {
    let mut run = Run::new().traffic(10, 10);
    for (process, delta) in [(0, 4), (1, 3)] {
        let add = run.ask(0, process, "add", json!(delta));
        run.ok(1, add, json!(delta));
    }
    for process in 0..3 {
        let read = run.final_read(30_000, process);
        run.ok(30_001, read, json!(7));
    }
    run
}

/// An add in doubt counts for one node and not for others; a second read of n0 lacks one that was
/// acknowledged.
pub fn invalid_counter() -> Run {
    let mut run = Run::new().traffic(14, 14);
    for (process, delta) in [(0, 4), (1, 3)] {
        let add = run.ask(0, process, "add", json!(delta));
        run.ok(1, add, json!(delta));
    }
    let in_doubt = run.ask(2, 2, "add", json!(2));
    run.info(5_002, in_doubt, Failure::Timeout);
    for (process, value) in (0..).zip([7, 9, 7, 4]) {
        let read = run.final_read(30_000, process);
        run.ok(30_001, read, json!(value));
    }
    run
}

/// One event of every sort.
pub fn every_event() -> Run {
    let mut run = Run::new();
    let mut nemesis = |ms, f, value| run.history.nemesis(Time::from_millis(ms), f, value);
    let cut = json!(["isolated", {"n0": ["n1"], "n1": ["n0", "n2"], "n2": ["n1"]}]);
    nemesis(0, "start-partition", Value::Json(json!("one")));
    nemesis(0, "start-partition", Value::Json(cut));
    nemesis(9_000, "stop-partition", Value::None);
    nemesis(9_000, "stop-partition", Value::Json(json!("network-healed")));
    let (broadcast, unanswered) = (run.broadcast(10_000, 1), run.broadcast(10_001, 2));
    run.acknowledge(10_002, broadcast);
    let malformed = run.read(10_003, 0);
    let text = "the reply has no field `messages`".to_owned();
    let body = r#"{"type":"read_ok","in_reply_to":4}"#.to_owned();
    run.info(10_004, malformed, Failure::Malformed { kind: text.clone(), text, body });
    run.info(15_001, unanswered, Failure::Timeout);
    let refused = run.read(15_002, 5);
    let text = "say \"please\"".to_owned();
    run.fail(15_003, refused, Failure::Reply { code: json!(11), text });
    run.final_read_ok(20_000..20_001, 1, &[0, 1, 7]);
    run
}

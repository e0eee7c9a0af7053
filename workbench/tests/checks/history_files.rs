//! `history.txt` and `history.json`.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use workbench::output::history::{write_json, write_text};
use workbench::output::reread::read_history;
use workbench::record::history::{Failure, History, Value};

use crate::checks::examples;
use crate::checks::run::{Run, nodes};

fn text(history: &History) -> String {
    let mut out = vec![];
    write_text(history, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json_text(history: &History) -> String {
    let mut out = vec![];
    write_json(history, &nodes(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_history_for_people() {
    assert_snapshot!(text(&examples::every_event().history));
}

#[test]
fn a_history_for_programs() {
    let written = json_text(&examples::every_event().history);
    assert_snapshot!(written);
    let read: Vec<Json> = serde_json::from_str(&written).unwrap();
    assert_eq!(read.len(), written.lines().count());
    assert_eq!(read.len(), examples::every_event().history.events().len());
}

#[test]
fn an_empty_history_is_an_empty_array() {
    assert_eq!(text(&History::new()), "");
    assert_eq!(json_text(&History::new()), "[]\n");
}

/// The errors that the protocol names have their names there, others their codes.
#[test]
fn an_error_without_a_name_has_its_code() {
    let mut run = Run::new();
    let read = run.read(0, 0);
    let text = "no".to_owned();
    run.fail(1, read, Failure::Reply { code: json!(1_001), text });
    assert_eq!(text_lines(&run.history)[1], "0\t:fail\t:read\tnil\t[1001 \"no\"]");
}

fn text_lines(history: &History) -> Vec<String> {
    text(history).lines().map(String::from).collect()
}

/// With reads of values that were never broadcast, `null`, and every kind of error.
#[test]
fn a_history_is_read_back_as_it_was_written() {
    let mut odd = Run::new();
    let wide: Json = serde_json::from_str("1267650600228229401496703205376").unwrap();
    for answer in [json!(null), json!(1.5e300), json!([{"a": []}]), json!(u64::MAX), wide.clone()] {
        let echo = odd.ask(0, 0, "echo", json!("a"));
        odd.ok(1, echo, answer);
    }
    for (process, code) in (1..).zip([0, 11, 13, 30, 99, 1_001, -5]) {
        let generate = odd.invoke(2, process, "generate", Value::None);
        odd.info(3, generate, Failure::Reply { code: code.into(), text: "no\n".to_owned() });
    }
    assert!(text(&odd.history).contains(&format!("\t:ok\t:echo\t{wide}\n")));
    let runs = [
        odd,
        Run::new(),
        examples::every_event(),
        examples::invalid_echo(),
        examples::invalid_unique_ids(),
        examples::invalid_broadcast(),
    ];
    for run in runs {
        let written = json_text(&run.history);
        let read = read_history(written.as_bytes(), &nodes()).unwrap();
        assert_eq!(json_text(&read), written);
        assert_eq!(text(&read), text(&run.history));
        assert_eq!(read.operations(), run.history.operations());
    }
}

#[test]
fn malformed_histories_are_rejected() {
    let event = |fields: &str| format!("[{{\"index\":0,\"time\":1,{fields}}}]\n");
    for fields in [
        r#""type":"invoke","process":0,"f":"dance","node":"n0""#,
        r#""type":"invoke","process":0,"f":"read","node":"n99""#,
        r#""type":"invoke","process":0,"f":"read""#,
        r#""type":"ok","process":0,"f":"read","value":[1],"node":"n0""#,
    ] {
        let refused = read_history(event(fields).as_bytes(), &nodes()).unwrap_err();
        assert!(refused.to_string().contains("no event of a history"), "{refused}");
    }
}

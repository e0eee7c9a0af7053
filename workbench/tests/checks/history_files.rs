//! `history.txt` and `history.json`.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};
use workbench::history::{Failure, History};
use workbench::report::history::{write_json, write_text};

use crate::examples;
use crate::run::{Run, nodes};

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

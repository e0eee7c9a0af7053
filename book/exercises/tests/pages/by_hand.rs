//! The conversations in "The protocol by hand": what a reader types, and what the node replies.

use common::Handler;
use exercises::mutations;
use serde_json::Value as Json;

use crate::keep;
use workbench::Transcript;

const INIT: &str = r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}"#;

/// What a new node prints in reply to these lines.
fn conversation<H: Handler>(lines: &[&str]) -> String {
    lines.iter().fold(Transcript::new::<H>(1), |node, line| node.send(line)).finish()
}

/// What a node that has answered `before` prints in reply to these lines.
fn after<H: Handler>(before: &[&str], lines: &[&str]) -> String {
    let whole = conversation::<H>(&[before, lines].concat());
    let known = conversation::<H>(before);
    whole.strip_prefix(&known).expect("a node that answers at once").to_owned()
}

#[test]
fn before_init_and_after() {
    let echo =
        r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":1,"echo":"Is anybody there?"}}"#;
    let again =
        r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":2,"echo":"Is anybody there?"}}"#;
    let list =
        r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":3,"echo":[1,null,{"deep":[]}]}}"#;
    keep("by-hand-before-init.txt", &conversation::<echo::Server>(&[echo]));
    keep("by-hand-init.txt", &after::<echo::Server>(&[echo], &[INIT]));
    keep("by-hand-echo.txt", &after::<echo::Server>(&[echo, INIT], &[again, list]));
}

#[test]
fn wrong_requests() {
    let lines = [
        r#"{"src":"c1","dest":"n1","body":{"type":"ehco","msg_id":4,"echo":"hello"}}"#,
        r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":5,"text":"hello"}}"#,
        r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":6,"echo":"hello"}}"#,
    ];
    keep("by-hand-errors.txt", &after::<echo::Server>(&[INIT], &lines));
}

#[test]
fn lines_that_get_no_answer() {
    let lines = [
        "hello",
        r#"{"src":"c1","dest":"n1","body":{"type":"echo","echo":"hello"}}"#,
        r#"{"src":"n2","dest":"n1","body":{"type":"echo_ok","in_reply_to":7,"echo":"hello"}}"#,
        r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":7,"node_id":"n1","node_ids":["n1"]}}"#,
    ];
    keep("by-hand-silence.txt", &after::<echo::Server>(&[INIT], &lines));
}

#[test]
fn one_node_of_three() {
    let lines = [
        r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1","n2","n3"]}}"#,
        r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":1,"message":7}}"#,
        r#"{"src":"n2","dest":"n1","body":{"type":"broadcast","message":8}}"#,
        r#"{"src":"n3","dest":"n1","body":{"type":"broadcast","message":8}}"#,
        r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":2}}"#,
    ];
    keep("by-hand-broadcast.txt", &conversation::<broadcast_3b::Server>(&lines));
}

/// With the ids of the first server that comes to mind: others would answer the chapter's question.
#[test]
fn a_request_for_an_id() {
    let init = r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1","n2","n3"]}}"#;
    let generate = r#"{"src":"c1","dest":"n1","body":{"type":"generate","msg_id":2}}"#;
    let printed = after::<mutations::ids_counter_alone::Server>(&[init], &[generate]);
    keep("by-hand-ids.txt", &printed);
}

#[test]
fn a_message_with_an_id() {
    let line =
        r#"{"id":41,"src":"c1","dest":"n1","body":{"type":"echo","msg_id":8,"echo":"hello"}}"#;
    keep("by-hand-id.txt", &after::<echo::Server>(&[INIT], &[line]));
}

/// The bodies of a Python node's replies to these lines; none if Python is not installed.
fn python(node: &str, lines: &str) -> Option<Vec<Json>> {
    use std::io::Write;
    use std::process::{Command, Stdio};

    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("nodes").join(node);
    let python =
        Command::new("python3").arg(path).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let Ok(mut python) = python else {
        eprintln!("skipped: no python3 to run {node} with");
        return None;
    };
    let mut stdin = python.stdin.take().expect("a pipe");
    stdin.write_all(lines.as_bytes()).expect("a node that reads");
    drop(stdin);
    let output = python.wait_with_output().expect("a node that ends");
    assert!(output.status.success(), "{node} ended with {}", output.status);
    let replies = String::from_utf8(output.stdout).expect("text");
    let body = |line| serde_json::from_str::<Json>(line).expect("JSON")["body"].clone();
    Some(replies.lines().map(body).collect())
}

#[test]
fn the_nodes_in_python_answer() {
    let echo = r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":2,"echo":[1,{}]}}"#;
    if let Some(replies) = python("echo.py", &format!("{INIT}\n{echo}\n")) {
        assert_eq!(replies[0], serde_json::json!({"type": "init_ok", "in_reply_to": 1}));
        let echoed = serde_json::json!({"type": "echo_ok", "in_reply_to": 2, "echo": [1, {}]});
        assert_eq!(replies[1..], [echoed]);
    }
    let generate = r#"{"src":"c1","dest":"n1","body":{"type":"generate","msg_id":2}}"#;
    if let Some(replies) = python("unique_ids.py", &format!("{INIT}\n{generate}\n{generate}\n")) {
        let ids: Vec<&Json> = replies[1..].iter().map(|reply| &reply["id"]).collect();
        assert_eq!(ids, ["n1-1", "n1-2"]);
    }
}

#[test]
fn the_readme_has_the_same_node() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path| std::fs::read_to_string(folder.join(path)).expect("a file");
    let node = read("nodes/echo.py");
    assert!(read("../../README.md").contains(&format!("```python\n{node}```\n")));
}

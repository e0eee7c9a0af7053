//! The protocol: lines in, lines out, in virtual time.

use std::time::Duration;

use crate::server::Server;
use workbench::Transcript;

const INIT: &str = r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1","n2"]}}"#;

fn start() -> Transcript {
    Transcript::new::<Server>(1).send(INIT)
}

/// A request from c2 to n1.
fn ask(body: &str) -> String {
    format!(r#"{{"src":"c2","dest":"n1","body":{body}}}"#)
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The transcript without the lines and columns of this test's own server, in which panics happen.
fn without_lines(transcript: &str) -> String {
    let mut parts = transcript.split("server/mod.rs:");
    let mut text = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
        text = text + "server/mod.rs:" + rest;
    }
    text
}

#[test]
fn requests_are_answered() {
    let transcript = start()
        .send(&ask(r#"{"type":"add","msg_id":1,"amount":-3}"#))
        .send(&ask(r#"{"amount":10,"msg_id":2,"type":"add"}"#))
        .send(&ask(r#"{"type":"read","msg_id":3}"#))
        .send(r#"{"id":7,"src":"c2","dest":"n1","body":{"type":"read","msg_id":4,"more":[]}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_handler_can_see_the_sender() {
    let transcript = start()
        .send(&ask(r#"{"type":"who_asks","msg_id":1}"#))
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"who_asks","msg_id":1}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn lines_that_are_not_messages_are_logged() {
    let long = format!(r#"{{"src":"c2","text":"{}"}}"#, "x".repeat(100_000));
    let transcript = start()
        .send("hello")
        .send("{}")
        .send("{")
        .send(r#"["c2","n1",{"type":"read","msg_id":1}]"#)
        .send(r#"{"dest":"n1","body":{"type":"read","msg_id":1}}"#)
        .send(r#"{"src":"c2","body":{"type":"read","msg_id":1}}"#)
        .send(r#"{"src":"c2","dest":"n1"}"#)
        .send(r#"{"src":"c2","dest":"n1","body":["read",1]}"#)
        .send(r#"{"src":2,"dest":"n1","body":{"type":"read","msg_id":1}}"#)
        .send(&long)
        .send(&ask(r#"{"type":"read","msg_id":2}"#))
        .finish()
        // The transcript shows the line, too; once is enough.
        .replace(&long, "(100,000 times x)");
    insta::assert_snapshot!(transcript);
}

#[test]
fn malformed_headers_get_error_replies_if_the_msg_id_is_valid() {
    let transcript = start()
        .send(&ask(r#"{"msg_id":1}"#))
        .send(&ask(r#"{"type":7,"msg_id":2}"#))
        .send(&ask(r#"{"type":"read","msg_id":3,"in_reply_to":"x"}"#))
        .send(&ask(r#"{"type":"read","msg_id":"4"}"#))
        .send(&ask(r#"{"type":"read","msg_id":-5}"#))
        .send(&ask(r#"{}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn untrusted_text_is_escaped_and_truncated() {
    let (escape, long) = (r"\u001b[2J\r\n", "x".repeat(100_000));
    let transcript = Transcript::new::<Server>(1)
        .send(&ask(&format!(r#"{{"type":"{escape}"}}"#)))
        .send(&ask(&format!(r#"{{"type":"{long}","msg_id":1}}"#)))
        .send(INIT)
        .send(&ask(&format!(r#"{{"type":"{escape}","msg_id":2}}"#)))
        .send(&ask(&format!(r#"{{"type":"{long}","msg_id":3}}"#)))
        .send(&ask(&format!(r#"{{"type":"add","msg_id":4,"amount":"{escape}{long}"}}"#)))
        .send(&format!(r#"{{"src":"{escape}{long}","dest":"n1","body":{{"type":"fail"}}}}"#))
        .send("\u{1b}[2J\u{7}")
        .finish();
    let said: Vec<&str> = transcript.lines().filter(|line| !line.starts_with("->")).collect();
    let said = said.join("\n");
    assert!(!said.contains(|c: char| c.is_control() && c != '\n'), "{said}");
    insta::assert_snapshot!(said);
}

#[test]
fn an_unknown_type_gets_error_10() {
    let transcript = start().send(&ask(r#"{"type":"reed","msg_id":1}"#)).finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn malformed_fields_get_error_12() {
    let transcript = start()
        .send(&ask(r#"{"type":"add","msg_id":1}"#))
        .send(&ask(r#"{"type":"add","msg_id":2,"amount":"three"}"#))
        .send(&ask(r#"{"type":"add","msg_id":3,"amount":1e99}"#))
        .send(&ask(r#"{"type":"add","msg_id":4,"amount":1,"amount":2}"#))
        .send(&ask(r#"{"type":"read","msg_id":5}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn requests_before_init_get_error_11() {
    let transcript = Transcript::new::<Server>(1)
        .send(&ask(r#"{"type":"read","msg_id":1}"#))
        .send(&ask(r#"{"type":"reed","msg_id":2}"#))
        .send(&ask(r#"{"type":"read"}"#))
        .send(&ask(r#"{"type":"read_ok","in_reply_to":1,"sum":0}"#))
        .send(INIT)
        .send(&ask(r#"{"type":"read","msg_id":3}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_failed_init_can_be_retried() {
    let transcript = Transcript::new::<Server>(1)
        .send(&ask(r#"{"type":"init","msg_id":1}"#))
        .send(&ask(r#"{"type":"init","msg_id":2,"node_id":"unlucky","node_ids":[]}"#))
        .advance(millis(2000))
        .send(INIT)
        .finish();
    insta::assert_snapshot!(without_lines(&transcript));
}

#[test]
fn a_second_init_keeps_the_state() {
    let transcript = start()
        .send(&ask(r#"{"type":"add","msg_id":1,"amount":3}"#))
        .send(INIT)
        .send(&ask(r#"{"type":"read","msg_id":2}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn an_in_reply_to_deeper_in_the_body_does_not_make_it_a_reply() {
    let transcript = start()
        .send(&ask(r#"{"type":"add","msg_id":7,"amount":3,"note":{"in_reply_to":9}}"#))
        .finish();
    assert!(transcript.contains(r#""in_reply_to":7}"#), "{transcript}");
}

#[test]
fn a_handlers_error_is_the_reply() {
    let transcript = start().send(&ask(r#"{"type":"fail","msg_id":1}"#)).finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_handler_that_panics_gives_error_13_and_the_node_keeps_running() {
    let transcript = start()
        .send(&ask(r#"{"type":"add","msg_id":1,"amount":3}"#))
        .send(&ask(r#"{"type":"panic","msg_id":2}"#))
        .send(&ask(r#"{"type":"read","msg_id":3}"#))
        .finish();
    insta::assert_snapshot!(without_lines(&transcript));
}

#[test]
fn without_a_msg_id_there_is_no_reply() {
    let transcript = start()
        .send(&ask(r#"{"type":"add","amount":3}"#))
        .send(&ask(r#"{"type":"fail"}"#))
        .send(&ask(r#"{"type":"add"}"#))
        .send(&ask(r#"{"type":"read","msg_id":1}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_slow_handler_does_not_delay_other_requests() {
    let transcript = start()
        .send(&ask(r#"{"type":"slow","msg_id":1,"millis":50}"#))
        .send(&ask(r#"{"type":"slow","msg_id":2,"millis":20}"#))
        .send(&ask(r#"{"type":"read","msg_id":3}"#))
        .advance(millis(100))
        .send(&ask(r#"{"type":"read","msg_id":4}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn an_rpc_waits_for_its_reply_until_its_timeout() {
    let transcript = start()
        .send(&ask(r#"{"type":"ask","msg_id":1}"#))
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"read_ok","in_reply_to":99,"sum":6}}"#)
        .advance(millis(30))
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"read_ok","in_reply_to":1,"sum":5}}"#)
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"read_ok","in_reply_to":1,"sum":5}}"#)
        .send(&ask(r#"{"type":"ask","msg_id":2}"#))
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"error","in_reply_to":2,"code":11}}"#)
        .send(&ask(r#"{"type":"ask","msg_id":3}"#))
        .advance(millis(1100))
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"read_ok","in_reply_to":3,"sum":5}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn background_tasks_end_with_the_node() {
    let transcript =
        start().send(&ask(r#"{"type":"tick","msg_id":1}"#)).advance(millis(2500)).finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_background_task_that_panics_is_logged() {
    let transcript = start()
        .send(&ask(r#"{"type":"panic_later","msg_id":1}"#))
        .send(&ask(r#"{"type":"read","msg_id":2}"#))
        .finish();
    insta::assert_snapshot!(without_lines(&transcript));
}

#[test]
fn handlers_get_one_more_second_after_the_input_ends() {
    let transcript = start()
        .send(&ask(r#"{"type":"tick","msg_id":1}"#))
        .advance(millis(500))
        .send(&ask(r#"{"type":"slow","msg_id":2,"millis":900}"#))
        .send(&ask(r#"{"type":"stuck","msg_id":3}"#))
        .finish();
    insta::assert_snapshot!(transcript);
}

//! The stage's protocol: lines in, lines out.

use std::time::Duration;

use broadcast_3c::Server;
use workbench::Transcript;

/// A node that has answered `init`.
fn start() -> Transcript {
    Transcript::new::<Server>(1).send(
        r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1","n2","n3"]}}"#,
    )
}

#[test]
fn broadcast_values_can_be_read() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"topology","msg_id":1,"topology":{"n1":["n2"],"n2":["n1","n3"],"n3":["n2"]}}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":2}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":3,"message":7}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":4,"message":-1}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":5,"message":7}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":6}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn invalid_requests_get_error_replies() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcats","msg_id":1,"message":7}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":2}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":3,"message":"7"}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"topology","msg_id":4,"topology":["n1"]}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":5}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn acknowledged_values_are_not_sent_again() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":1,"message":7}}"#)
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":1}}"#)
        .send(r#"{"src":"n3","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":2}}"#)
        .advance(Duration::from_secs(60))
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":2}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_value_from_a_peer_is_acknowledged_and_forwarded() {
    let transcript = start()
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast","msg_id":5,"message":8}}"#)
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast","msg_id":6,"message":8}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_silent_peer_gets_retries_with_backoff_until_it_acknowledges() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":1,"message":7}}"#)
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":1}}"#)
        .advance(Duration::from_secs(13))
        // This one is late: try 10 has timed out, and try 11 is in flight.
        .send(r#"{"src":"n3","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":10}}"#)
        .send(r#"{"src":"n3","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":11}}"#)
        .advance(Duration::from_secs(60))
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":2}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn an_error_is_not_an_acknowledgement() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":1,"message":7}}"#)
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":1}}"#)
        .send(r#"{"src":"n3","dest":"n1","body":{"type":"error","code":11,"text":"not yet","in_reply_to":2}}"#)
        .advance(Duration::from_millis(100))
        .send(r#"{"src":"n3","dest":"n1","body":{"type":"broadcast_ok","in_reply_to":3}}"#)
        .advance(Duration::from_secs(60))
        .finish();
    insta::assert_snapshot!(transcript);
}

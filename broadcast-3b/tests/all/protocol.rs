//! The stage's protocol: lines in, lines out.

use broadcast_3b::Server;
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
fn each_new_value_is_forwarded_to_every_peer_once() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":1,"message":7}}"#)
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast","message":7}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"broadcast","msg_id":2,"message":7}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

#[test]
fn a_forwarded_copy_gets_no_reply() {
    let transcript = start()
        .send(r#"{"src":"n2","dest":"n1","body":{"type":"broadcast","message":8}}"#)
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"read","msg_id":1}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

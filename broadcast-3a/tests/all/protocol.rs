//! The stage's protocol: lines in, lines out.

use broadcast_3a::Server;
use workbench::Transcript;

/// A node that has answered `init`.
fn start() -> Transcript {
    Transcript::new::<Server>(1).send(
        r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}"#,
    )
}

#[test]
fn broadcast_values_can_be_read() {
    let transcript = start()
        .send(r#"{"src":"c2","dest":"n1","body":{"type":"topology","msg_id":1,"topology":{"n1":[]}}}"#)
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

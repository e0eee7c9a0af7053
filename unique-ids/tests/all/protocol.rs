//! The stage's protocol: lines in, lines out.

use unique_ids::Server;
use workbench::Transcript;

/// The transcript of a node whose client requests `count` ids, one after another.
fn generate(node: &str, count: u64) -> String {
    let message = |body: String| format!(r#"{{"src":"c1","dest":"{node}","body":{{{body}}}}}"#);
    let init = format!(r#""type":"init","msg_id":1,"node_id":"{node}","node_ids":["n1","n2"]"#);
    let started = Transcript::new::<Server>(1).send(&message(init));
    let ask = |node: Transcript, msg_id| {
        node.send(&message(format!(r#""type":"generate","msg_id":{msg_id}"#)))
    };
    (2..2 + count).fold(started, ask).finish()
}

#[test]
fn two_nodes_never_generate_the_same_id() {
    insta::assert_snapshot!(generate("n1", 3) + "\n" + &generate("n2", 3));
}

#[test]
fn invalid_requests_get_error_replies() {
    let transcript = Transcript::new::<Server>(1)
        .send(r#"{"src":"c1","dest":"n1","body":{"type":"generate","msg_id":1}}"#)
        .send(r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":2,"node_id":"n1","node_ids":["n1","n2"]}}"#)
        .send(r#"{"src":"c1","dest":"n1","body":{"type":"degenerate","msg_id":3}}"#)
        .send(r#"{"src":"c1","dest":"n1","body":{"type":"generate","msg_id":4}}"#)
        .finish();
    insta::assert_snapshot!(transcript);
}

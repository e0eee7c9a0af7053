//! The stage's protocol: lines in, lines out.

use echo::Server;
use workbench::Transcript;

const INIT: &str = r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}"#;

/// The transcript of a node whose client sends these bodies, one after another.
fn conversation(bodies: &[&str]) -> String {
    let ask =
        |node: Transcript, body| node.send(&format!(r#"{{"src":"c1","dest":"n1","body":{body}}}"#));
    let node = Transcript::new::<Server>(1).send(INIT);
    bodies.iter().fold(node, ask).finish()
}

#[test]
fn any_value_is_echoed_unchanged() {
    let transcript = conversation(&[
        r#"{"type":"echo","msg_id":2,"echo":"Please echo 35"}"#,
        r#"{"type":"echo","msg_id":3,"echo":null}"#,
        r#"{"type":"echo","msg_id":4,"echo":{"list":[true,[],{"deep":[[[{}]]]}],"text":"\u00e9\n\"é\""}}"#,
        r#"{"type":"echo","msg_id":5,"echo":[0.1,-0.0,1e-7,2.5e300,5e-324,0.30000000000000004]}"#,
        r#"{"type":"echo","msg_id":6,"echo":[9007199254740993,-9223372036854775808,18446744073709551615]}"#,
        // Unchanged, except for the sign of an exponent.
        r#"{"type":"echo","msg_id":7,"echo":[1.10,1E2,123456789012345678901234567890,-18446744073709551617]}"#,
    ]);
    insta::assert_snapshot!(transcript);
}

#[test]
fn floats_are_echoed_exactly() {
    // A thousand floats of every magnitude. An imprecise parser gets the last digit of some wrong.
    let step = u64::MAX / 1000;
    let floats: Vec<f64> = (0..1000)
        .map(|index| f64::from_bits(index * step))
        .filter(|float| float.is_finite())
        .collect();
    let bodies: Vec<String> = floats
        .iter()
        .map(|float| format!(r#"{{"type":"echo","msg_id":2,"echo":{float:e}}}"#))
        .collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    let transcript = conversation(&bodies);
    let before = r#"<- {"src":"n1","dest":"c1","body":{"type":"echo_ok","echo":"#;
    let after = r#","in_reply_to":2}}"#;
    let echoes: Vec<f64> = transcript
        .lines()
        .filter_map(|line| line.strip_prefix(before)?.strip_suffix(after)?.parse().ok())
        .collect();
    assert_eq!(echoes, floats);
}

#[test]
fn invalid_requests_get_error_replies() {
    let transcript = conversation(&[
        r#"{"type":"ehco","msg_id":2,"echo":"Please echo 35"}"#,
        r#"{"type":"echo","msg_id":3,"text":"Please echo 35"}"#,
        r#"{"type":"echo","msg_id":4,"echo":"Please echo 35"}"#,
    ]);
    insta::assert_snapshot!(transcript);
}

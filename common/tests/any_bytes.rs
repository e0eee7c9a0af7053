//! The properties of the fuzz targets, checked by proptest and on the fuzzers' corpus.

use proptest::prelude::*;

use crate::properties;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_line_is_read_as_the_protocol_defines_it(line in line()) {
        properties::wire(&line);
    }

    #[test]
    fn a_node_replies_as_it_should_and_writes_nothing_else(lines in prop::collection::vec(line(), 0..20)) {
        properties::node(&lines.join(&b'\n'));
    }
}

#[test]
fn the_properties_hold_on_the_corpus() {
    for (name, property) in [("wire", properties::wire as fn(&[u8])), ("node", properties::node)] {
        let folder = format!("{}/../fuzz/corpus/{name}", env!("CARGO_MANIFEST_DIR"));
        let files: Vec<_> = std::fs::read_dir(folder).expect("a corpus").collect();
        assert!(!files.is_empty(), "no corpus for {name}");
        for file in files {
            property(&std::fs::read(file.expect("a file").path()).expect("its bytes"));
        }
    }
}

/// A line: usually a message or nearly one, sometimes slightly corrupted.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let broken = (message(), any::<prop::sample::Index>(), any::<Vec<u8>>()).prop_map(
        |(message, place, bytes)| {
            let mut message = message.into_bytes();
            let place = place.index(message.len());
            let end = (place + bytes.len() / 2).min(message.len());
            message.splice(place..end, bytes);
            message
        },
    );
    prop_oneof![
        6 => message().prop_map(String::into_bytes),
        2 => broken,
        1 => any::<Vec<u8>>(),
    ]
}

fn message() -> impl Strategy<Value = String> {
    (one_of(&["\"c1\"", "\"n2\"", "\"\\u001b[2J\"", "7"]), body())
        .prop_map(|(src, body)| format!(r#"{{"id":1,"src":{src},"dest":"n1","body":{body}}}"#))
}

fn body() -> impl Strategy<Value = String> {
    let kind = one_of(&[
        r#""type":"echo""#,
        r#""type":"init","node_id":"n1","node_ids":["n1","n2"]"#,
        r#""type":"ask""#,
        r#""type":"tell""#,
        r#""type":"panic""#,
        r#""type":"fail""#,
        r#""type":"wait""#,
        r#""type":"asked_ok","in_reply_to":1"#,
        r#""type":"asked_ok","in_reply_to":2"#,
        r#""type":"what""#,
        r#""type":null"#,
        r#""kind":"echo""#,
    ]);
    let id = one_of(&[
        "",
        r#","msg_id":3"#,
        r#","msg_id":4"#,
        r#","msg_id":-1"#,
        r#","msg_id":null"#,
        r#","msg_id":18446744073709551617"#,
        r#","msg_id":1.0"#,
    ]);
    let more = prop::collection::vec(
        one_of(&[
            r#","echo":"a""#,
            r#","echo":{"a":[1,1.5,null]}"#,
            r#","echo":1e+999"#,
            r#","echo":-123456789012345678901234567890.10"#,
            r#","msg_id":5"#,
            r#","in_reply_to":null"#,
            "\u{a0}",
        ]),
        0..3,
    );
    (kind, id, more).prop_map(|(kind, id, more)| format!("{{{kind}{id}{}}}", more.concat()))
}

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(choices)
}

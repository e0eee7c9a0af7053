//! What holds for any bytes on a node's stdout, tried with some: the proptest twin of the fuzz
//! target, and the corpus that it began with.

use crate::properties;

use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_is_read_as_a_message_or_reported_as_invalid(
        lines in prop::collection::vec(line(), 0..50),
    ) {
        properties::stdout(&lines.join(&b'\n'));
    }
}

#[test]
fn the_fuzz_corpus_passes() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/stdout");
    let files: Vec<_> = std::fs::read_dir(folder).expect("a corpus").collect();
    assert!(!files.is_empty());
    for file in files {
        properties::stdout(&std::fs::read(file.expect("a file").path()).expect("its bytes"));
    }
}

fn line() -> impl Strategy<Value = Vec<u8>> {
    let field = prop::sample::select(vec![
        r#""src":"n1""#,
        r#""src":"\u001b[2J""#,
        r#""dest":"n2""#,
        r#""dest":null"#,
        r#""body":{"type":"echo_ok","in_reply_to":1}"#,
        r#""body":[]"#,
        r#""body":{"type":1,"type":"x","n":1E2}"#,
        r#""src":"n2","src":"n1""#,
        r#""id":7"#,
        r#""\u001b[2J":7"#,
    ]);
    let fields = prop::collection::vec(field, 0..5);
    prop_oneof![
        fields.prop_map(|fields| format!("{{{}}}", fields.join(",")).into_bytes()),
        Just(br#"{"src":"n1","dest":"n2","body":{}} and more"#.to_vec()),
        Just(br#"{"src":"n1","dest":"n2","body":{}}{"src":"n1"}"#.to_vec()),
        Just(br#"{"src":"n1","dest":"n2","body":{}}"#.to_vec()),
        any::<Vec<u8>>(),
    ]
}

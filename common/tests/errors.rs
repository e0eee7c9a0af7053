//! The protocol's error codes: their numbers, which are definite, and how they serialise.

use common::{Error, ErrorCode};

#[test]
fn every_number_converts_to_a_code_and_back() {
    for number in (0..=40).chain([1000, 1001, u32::MAX]) {
        assert_eq!(u32::from(ErrorCode::from(number)), number);
    }
    assert_eq!(ErrorCode::from(22), ErrorCode::PreconditionFailed);
    assert_eq!(ErrorCode::from(1000), ErrorCode::Other(1000));
}

#[test]
fn every_code_of_the_protocol_but_timeout_and_crash_is_definite() {
    let definite: Vec<u32> =
        (0..2000).filter(|number| ErrorCode::from(*number).is_definite()).collect();
    assert_eq!(definite, [1, 10, 11, 12, 14, 20, 21, 22, 30]);
}

#[test]
fn an_error_serialises_to_a_body_and_back() {
    let error = Error::new(ErrorCode::KeyDoesNotExist, "no key 7");
    let body = serde_json::to_string(&error).expect("JSON");
    assert_eq!(body, r#"{"type":"error","code":20,"text":"no key 7"}"#);
    assert_eq!(serde_json::from_str::<Error>(&body).expect("an error"), error);
    let short = serde_json::from_str::<Error>(r#"{"type":"error","code":1234}"#);
    assert_eq!(short.expect("an error"), Error::new(ErrorCode::Other(1234), ""));
}

#[test]
fn an_error_displays_its_name_number_and_text() {
    let error = Error::new(ErrorCode::TxnConflict, "key 7 was written");
    assert_eq!(error.to_string(), "txn-conflict (error 30): key 7 was written");
    let error = Error::new(ErrorCode::Other(1000), "out of tea");
    assert_eq!(error.to_string(), "the server's own (error 1000): out of tea");
}

//! What the key-value services have in common: requests about one key, and what they do to it.

use std::collections::BTreeMap;

use common::{ErrorCode, excerpt};
use serde_json::Value as Json;

use super::Reply;
use crate::fields::{Fields, in_words};
use crate::json_key::JsonValue;

/// A request to a key-value service.
#[derive(Debug, Clone)]
pub struct KeyRequest {
    /// The key that it is about.
    pub key: JsonValue,
    operation: KeyOperation,
}

#[derive(Debug, Clone)]
enum KeyOperation {
    Read,
    Write {
        value: JsonValue,
    },
    /// Compare and set.
    Cas {
        from: JsonValue,
        to: JsonValue,
        create_if_not_exists: bool,
    },
}

impl KeyRequest {
    /// Reads a request; none if its `type` is unknown. Keys and values may be any JSON, and a missing
    /// one is null. Fails with error 12 (malformed request) if one of them cannot be read.
    pub fn read(fields: &Fields) -> Option<Result<KeyRequest, Reply>> {
        let has_type = |name| fields.is("type", name);
        if !["read", "write", "cas"].into_iter().any(has_type) {
            return None;
        }
        Some(
            KeyRequest::read_known(fields).map_err(|text| error(ErrorCode::MalformedRequest, text)),
        )
    }

    fn read_known(fields: &Fields) -> Result<KeyRequest, String> {
        let value = |name| match fields.get(name) {
            None => Ok(JsonValue(Json::Null)),
            Some(text) => serde_json::from_str(text.get())
                .map(JsonValue)
                .map_err(|error| format!("`{name}` cannot be read: {}", in_words(&error))),
        };
        let operation = if fields.is("type", "read") {
            KeyOperation::Read
        } else if fields.is("type", "write") {
            KeyOperation::Write { value: value("value")? }
        } else {
            // In Clojure, nil and false alone count as false.
            let create = fields.get("create_if_not_exists").map(|flag| flag.get());
            KeyOperation::Cas {
                from: value("from")?,
                to: value("to")?,
                create_if_not_exists: !matches!(create, None | Some("false" | "null")),
            }
        };
        Ok(KeyRequest { key: value("key")?, operation })
    }

    /// The same request, which creates no key.
    pub fn without_creation(mut self) -> KeyRequest {
        if let KeyOperation::Cas { create_if_not_exists, .. } = &mut self.operation {
            *create_if_not_exists = false;
        }
        self
    }

    /// Carries out the request where its key holds that value, or none. Gives the reply, and the value
    /// that the key is to hold from then on, unless it holds an equal one already.
    pub fn apply(&self, held: Option<&JsonValue>) -> (Reply, Option<&JsonValue>) {
        let change = |value| Some(value).filter(|&value| held != Some(value));
        match (&self.operation, held) {
            (KeyOperation::Read, Some(value)) => (Reply::ReadOk { value: value.clone() }, None),
            (KeyOperation::Write { value }, _) => (Reply::WriteOk, change(value)),
            (KeyOperation::Cas { to, create_if_not_exists: true, .. }, None) => {
                (Reply::CasOk, change(to))
            }
            (KeyOperation::Cas { from, to, .. }, Some(value)) if value == from => {
                (Reply::CasOk, change(to))
            }
            (KeyOperation::Cas { from, .. }, Some(value)) => {
                let text = format!("the value is {}, and not {}", in_short(value), in_short(from));
                (error(ErrorCode::PreconditionFailed, text), None)
            }
            (KeyOperation::Read | KeyOperation::Cas { .. }, None) => {
                let text = format!("the key {} does not exist", in_short(&self.key));
                (error(ErrorCode::KeyDoesNotExist, text), None)
            }
        }
    }
}

/// What each key holds.
#[derive(Debug, Default)]
pub struct KeyStore(BTreeMap<JsonValue, JsonValue>);

impl KeyStore {
    /// Carries out a request.
    pub fn carry_out(&mut self, request: KeyRequest) -> Reply {
        let (reply, change) = request.apply(self.0.get(&request.key));
        if let Some(value) = change.cloned() {
            self.0.insert(request.key, value);
        }
        reply
    }
}

fn error(code: ErrorCode, text: String) -> Reply {
    Reply::Error { code, text }
}

fn in_short(JsonValue(value): &JsonValue) -> String {
    excerpt(value.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::service::lin_kv::LinKv;
    use crate::service::{Reply, StateMachine};

    /// A store that these requests have been sent to, and the last reply, `error 20` in short.
    fn last(requests: &[&str]) -> String {
        let mut store = LinKv::default();
        let mut last = String::new();
        for request in requests {
            let fields = Fields::read(request).unwrap();
            last = match store.answer("n0", &fields).unwrap() {
                Reply::Error { code, .. } => format!("error {}", u32::from(code)),
                reply => serde_json::to_string(&reply).unwrap(),
            };
        }
        last
    }

    fn write(key: &str, value: &str) -> String {
        format!(r#"{{"type":"write","key":{key},"value":{value}}}"#)
    }

    fn read(key: &str) -> String {
        format!(r#"{{"type":"read","key":{key}}}"#)
    }

    fn cas(from: &str, to: &str) -> String {
        format!(r#"{{"type":"cas","key":"k","from":{from},"to":{to}}}"#)
    }

    const READ: &str = r#"{"type":"read","key":"k"}"#;

    /// "read → read_ok, 20 if absent; write → write_ok; cas → cas_ok, 20 if absent, 22 if the value is
    /// not A".
    #[test]
    fn requests_are_answered_as_in_the_table() {
        assert_eq!(last(&[READ]), "error 20");
        assert_eq!(last(&[&write("\"k\"", "5")]), r#"{"type":"write_ok"}"#);
        assert_eq!(last(&[&write("\"k\"", "5"), READ]), r#"{"type":"read_ok","value":5}"#);
        assert_eq!(last(&[&cas("5", "6")]), "error 20");
        assert_eq!(last(&[&write("\"k\"", "5"), &cas("5", "6")]), r#"{"type":"cas_ok"}"#);
        let read = last(&[&write("\"k\"", "5"), &cas("5", "6"), READ]);
        assert_eq!(read, r#"{"type":"read_ok","value":6}"#);
        assert_eq!(last(&[&write("\"k\"", "5"), &cas("4", "6")]), "error 22");
        let read = last(&[&write("\"k\"", "5"), &cas("4", "6"), READ]);
        assert_eq!(read, r#"{"type":"read_ok","value":5}"#, "a cas that fails changes nothing");
    }

    /// "an absent key is set to `to` (`from` is ignored); a present one is compared as ever (22).
    /// Anything but false, null and absence counts as true, 0 and "" too."
    #[test]
    fn a_cas_creates_a_key_if_told_to() {
        let cas = |flag: &str| {
            let start = r#"{"type":"cas","key":"k","from":1,"to":2,"create_if_not_exists""#;
            format!("{start}:{flag}}}")
        };
        for flag in ["true", "0", "\"\"", "[]", "{}", "\"false\""] {
            assert_eq!(last(&[&cas(flag)]), r#"{"type":"cas_ok"}"#, "{flag}");
            assert_eq!(last(&[&cas(flag), READ]), r#"{"type":"read_ok","value":2}"#, "{flag}");
            assert_eq!(last(&[&write("\"k\"", "7"), &cas(flag)]), "error 22", "{flag}");
        }
        for flag in ["false", "null"] {
            assert_eq!(last(&[&cas(flag)]), "error 20", "{flag}");
        }
    }

    /// "a missing `key` is the key null, a missing `value`, `from` or `to` is null. null is a value: a
    /// key that holds it exists, reads as `"value":null`, and cas from null works."
    #[test]
    fn what_is_missing_is_null_and_null_is_a_value() {
        let nothing = r#"{"type":"write"}"#;
        let null = r#"{"type":"read_ok","value":null}"#;
        assert_eq!(last(&[nothing, r#"{"type":"read","key":null}"#]), null);
        assert_eq!(last(&[&write("null", "null"), r#"{"type":"read"}"#]), null);
        assert_eq!(last(&[nothing, r#"{"type":"cas","to":3}"#]), r#"{"type":"cas_ok"}"#);
        let without_to = r#"{"type":"cas","key":"k","from":5}"#;
        assert_eq!(last(&[&write("\"k\"", "5"), without_to, READ]), null);
        assert_eq!(last(&[r#"{"type":"read"}"#]), "error 20");
    }

    /// "Equality, of keys and for `from`: by JSON value, integers and floats never equal, big integers
    /// exact, 0.0 = -0.0, lists by order, objects regardless of order."
    #[test]
    fn keys_and_values_are_equal_by_json_value() {
        let big = "340282366920938463463374607431768211456";
        let equal = [
            ("1.0", "1.00"),
            ("0.0", "-0.0"),
            ("\"a\"", "\"\\u0061\""),
            (r#"{"a":1,"b":[2]}"#, r#"{ "b": [2], "a": 1 }"#),
            (big, big),
        ];
        for (one, other) in equal {
            assert_eq!(last(&[&write(one, "7"), &read(other)]), r#"{"type":"read_ok","value":7}"#);
            assert_eq!(last(&[&write("\"k\"", one), &cas(other, "0")]), r#"{"type":"cas_ok"}"#);
        }
        let different = [
            ("2", "2.0"),
            ("[2]", "[2.0]"),
            (r#"{"a":2}"#, r#"{"a":2.0}"#),
            ("1", "\"1\""),
            ("1.0", "\"1.0\""),
            ("[1,2]", "[2,1]"),
            ("false", "0"),
            ("null", "false"),
            (big, "340282366920938463463374607431768211457"),
        ];
        for (one, other) in different {
            assert_eq!(last(&[&write(one, "7"), &read(other)]), "error 20", "{one} and {other}");
            assert_eq!(
                last(&[&write("\"k\"", one), &cas(other, "0")]),
                "error 22",
                "{one} and {other}"
            );
        }
    }

    /// "Keys and values are any JSON", and come back with every digit.
    #[test]
    fn a_value_is_read_as_it_was_written() {
        for value in ["12345678901234567890123", "1.10", "[1,{\"a\":null}]", "\"ü\"", "false"] {
            let expected = format!(r#"{{"type":"read_ok","value":{value}}}"#);
            assert_eq!(last(&[&write("\"k\"", value), READ]), expected);
        }
    }

    /// The text of 20 names the key, that of 22 "which value is there and which was asked for".
    #[test]
    fn errors_say_what_there_is() {
        let text = |request: &str, held: Option<Json>| {
            let fields = Fields::read(request).unwrap();
            let request = KeyRequest::read(&fields).unwrap().unwrap();
            match request.apply(held.map(JsonValue).as_ref()).0 {
                Reply::Error { text, .. } => text,
                reply => panic!("{reply:?}"),
            }
        };
        assert_eq!(text(READ, None), r#"the key "k" does not exist"#);
        assert_eq!(text(&cas("4", "6"), Some(json!([5]))), "the value is [5], and not 4");
    }

    /// An equal value is not a change: seq-kv may answer such a request from the past.
    #[test]
    fn a_write_or_cas_to_an_equal_value_changes_nothing() {
        let held = JsonValue(json!({"a": 1.0, "b": 2}));
        for request in
            [write("\"k\"", r#"{"b":2,"a":1.00}"#), cas(r#"{"b":2,"a":1.0}"#, r#"{"b":2,"a":1e0}"#)]
        {
            let fields = Fields::read(&request).unwrap();
            let request = KeyRequest::read(&fields).unwrap().unwrap();
            assert_eq!(request.apply(Some(&held)).1, None, "{request:?}");
        }
    }
}

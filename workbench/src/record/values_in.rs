//! The broadcast values that a message carries, as far as the workbench can tell.

use serde_json::value::RawValue;

/// The non-negative whole numbers in `body`, each as often as it occurs.
///
/// The workbench does not know what messages between nodes mean. So a message carries the value V if its
/// body contains the number V, at any depth, also as the name of a field (JSON maps have no other keys). The protocol's own numbers do not count: the body's
/// `msg_id` and `in_reply_to`, and anything in an `error`. A node that packs its values in strings
/// carries none by this rule, and one that counts or dates its messages may seem to carry some.
///
/// The text of a `RawValue` is JSON, so it is enough to tell its tokens apart: a string with a colon
/// after it is a name, and what begins with a digit is a number. A simulated run does this for every
/// message between nodes. Names and digits with an escape in them are not looked for.
pub fn values_in(body: &RawValue) -> Vec<usize> {
    let mut found = vec![];
    let mut depth = 0;
    // The field of the body that is being read.
    let mut field: &[u8] = b"";
    let mut rest = body.get().as_bytes();
    while let Some(&first) = rest.first() {
        let (token, after) = rest.split_at(token_length(first, rest));
        rest = after;
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                let text = &token[1..token.len() - 1];
                if let Some(value) = after.trim_ascii_start().strip_prefix(b":") {
                    rest = value;
                    found.extend(number(text));
                    if depth == 1 {
                        field = text;
                    }
                } else if depth == 1 && field == b"type" && text == b"error" {
                    return vec![];
                }
            }
            b'0'..=b'9' if depth > 1 || !matches!(field, b"msg_id" | b"in_reply_to") => {
                found.extend(number(token));
            }
            _ => {}
        }
    }
    found
}

/// The non-negative whole number that is written there.
fn number(text: &[u8]) -> Option<usize> {
    // Most names do not begin with a digit.
    text.first().filter(|first| first.is_ascii_digit())?;
    str::from_utf8(text).ok()?.parse().ok()
}

/// The length of the token that a JSON text begins with.
fn token_length(first: u8, text: &[u8]) -> usize {
    match first {
        b'"' => {
            let mut end = 1;
            while text[end] != b'"' {
                end += if text[end] == b'\\' { 2 } else { 1 };
            }
            end + 1
        }
        b'-' | b'0'..=b'9' => {
            let is_part =
                |byte: &u8| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-');
            text.iter().position(|byte| !is_part(byte)).unwrap_or(text.len())
        }
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;
    use serde_json::{Value as Json, json};

    use super::*;

    fn found(body: Json) -> Vec<usize> {
        let mut found = values_in(&to_raw_value(&body).unwrap());
        found.sort_unstable();
        found
    }

    #[test]
    fn a_body_holds_its_numbers_however_deep_but_not_the_protocols() {
        let fields = json!({"type": "broadcast", "message": 17, "msg_id": 4, "in_reply_to": 5});
        assert_eq!(found(fields), [17]);
        assert_eq!(found(json!({"type": "gossip", "messages": [3, [1, {"deep": 2}]]})), [1, 2, 3]);
        assert_eq!(found(json!({"seen": {"7": true, "n1": {"msg_id": 8}}, "é\n": 9})), [7, 8, 9]);
        assert!(found(json!({"a": "17", "b": -1, "c": 17.0, "d": null, "e": true})).is_empty());
        assert!(found(json!({"a": ["\"1", "\\", {"b\"2": "3:4"}, "é5é"], "b": 6.5})).is_empty());
        assert!(found(json!({"code": 11, "type": "error", "text": "no", "seen": [1]})).is_empty());
    }

    #[test]
    fn huge_numbers_and_deep_lists_do_not_hide_values() {
        let body = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        let long =
            format!(r#"{{"message" : 1 , "number":1e999,"{0}":{0},"5" : []}}"#, "9".repeat(400));
        assert_eq!(values_in(&body(&long)), [1, 5]);
        let deep = format!(r#"{{"message":1,"deep":{}2{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(values_in(&body(&deep)), [1, 2]);
    }
}

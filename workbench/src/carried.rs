//! The broadcast values that a message carries, as far as the bench can tell.

use serde_json::value::RawValue;

use crate::fields::Fields;

/// The whole numbers from 0 on that `body` holds, each as often as it stands there.
///
/// The bench does not know what nodes mean by what they tell each other. So a message carries the
/// value V if its body holds the number V: alone, in a list, or however deep, be it as the name of a
/// field (JSON maps have no other keys). The protocol's own numbers do not count: the body's
/// `msg_id` and `in_reply_to`, and anything in an `error`. A node that packs its values in strings
/// carries none by this rule, and one that counts or dates its messages may seem to carry some.
///
/// None of a body that is not an object.
pub fn carried(body: &RawValue) -> Vec<usize> {
    let mut found = vec![];
    let Ok(fields) = Fields::read(body.get()) else { return found };
    if fields.is("type", "error") {
        return found;
    }
    for (name, value) in fields.iter() {
        if !matches!(name, "type" | "msg_id" | "in_reply_to") {
            found.extend(name.parse::<usize>());
            add_numbers(value.get(), &mut found);
        }
    }
    found
}

/// Adds the whole numbers in a JSON text, and those that are names of fields.
///
/// The text is known to be JSON. So whatever begins with a digit is a number, and a string with a
/// colon after it is a name.
fn add_numbers(json: &str, found: &mut Vec<usize>) {
    let mut rest = json;
    while let Some(start) = rest.find(|c: char| c == '"' || c == '-' || c.is_ascii_digit()) {
        let (token, after) = rest[start..].split_at(token_length(&rest[start..]));
        match token.strip_prefix('"') {
            // An escaped digit is not looked for.
            Some(text) if after.trim_ascii_start().starts_with(':') => {
                found.extend(text.trim_end_matches('"').parse::<usize>());
            }
            Some(_) => {}
            None => found.extend(token.parse::<usize>()),
        }
        rest = after;
    }
}

/// The length of the string or number that a text begins with.
fn token_length(text: &str) -> usize {
    if !text.starts_with('"') {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
        return text.find(|c| !is_part(c)).unwrap_or(text.len());
    }
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|byte| match byte {
        _ if std::mem::take(&mut is_escaped) => false,
        b'\\' => {
            is_escaped = true;
            false
        }
        byte => byte == b'"',
    });
    end.map_or(text.len(), |end| end + 2)
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;
    use serde_json::{Value as Json, json};

    use super::*;

    fn found(body: Json) -> Vec<usize> {
        let mut found = carried(&to_raw_value(&body).unwrap());
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
    fn numbers_beyond_all_bounds_and_deep_lists_hide_nothing() {
        let body = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        let long =
            format!(r#"{{"message" : 1 , "number":1e999,"{0}":{0},"5" : []}}"#, "9".repeat(400));
        assert_eq!(carried(&body(&long)), [1, 5]);
        let deep = format!(r#"{{"message":1,"deep":{}2{}}}"#, "[".repeat(200), "]".repeat(200));
        assert_eq!(carried(&body(&deep)), [1, 2]);
    }
}

//! The bodies of a trace: their shapes, and what their shapes leave open.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::ser::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::fields::Fields;

/// The most bytes of a body that are kept, about as many as a read of 1000 values has.
const MAX_TEXT_CHARS: usize = 4_000;

/// The most digits of a whole number that JavaScript always gives back as it was.
const DIGITS: usize = 15;

/// A field that all bodies of a shape have: its name and, if they all have the same value, that.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Field(String, Option<String>);

/// `["msg_id"]`, or `["type","broadcast"]`.
impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Field(name, Some(value)) => (name, value).serialize(serializer),
            Field(name, None) => (name,).serialize(serializer),
        }
    }
}

/// The shape of a body, and the values that it leaves open, as JSON.
///
/// The value of `type` belongs to the shape. A body that is too long, or no object with a field by
/// each of its names, has no fields, and one value: its text.
pub(super) fn shape(body: &RawValue) -> (Vec<Field>, Vec<Cow<'_, RawValue>>) {
    let Some(fields) = fields(body) else { return (vec![], vec![Cow::Owned(text(body))]) };
    let (mut shape, mut open) = (vec![], vec![]);
    for (name, value) in fields.iter() {
        let name = name.to_owned();
        match serde_json::from_str::<String>(value.get()) {
            Ok(kind) if name == "type" => shape.push(Field(name, Some(kind))),
            _ => {
                shape.push(Field(name, None));
                open.push(exact(value));
            }
        }
    }
    (shape, open)
}

fn fields(body: &RawValue) -> Option<Fields<'_>> {
    if body.get().len() > MAX_TEXT_CHARS {
        return None;
    }
    let fields = Fields::read(body.get()).ok()?;
    // A body without fields would look like one that has no shape.
    (fields.repeated().is_none() && fields.iter().next().is_some()).then_some(fields)
}

/// A value that JavaScript gives back as it was: itself, or `{"": "its text"}`.
fn exact(value: &RawValue) -> Cow<'_, RawValue> {
    let text = value.get();
    let looks_like_text = text.starts_with('{') && text.contains(r#""":"#);
    if has_plain_numbers(text) && !looks_like_text {
        return Cow::Borrowed(value);
    }
    let exact = to_raw_value(&BTreeMap::from([("", text)]));
    exact.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Whether all numbers of a JSON text are whole ones, and none of them is long.
fn has_plain_numbers(text: &str) -> bool {
    let (mut in_string, mut escaped, mut digits) = (false, false, 0);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'0'..=b'9' => {
                digits += 1;
                if digits > DIGITS {
                    return false;
                }
                continue;
            }
            b'.' | b'e' | b'E' if digits > 0 => return false,
            _ => {}
        }
        digits = 0;
    }
    true
}

/// The text of a body as a JSON string, cut if it is too long.
fn text(body: &RawValue) -> Box<RawValue> {
    let text = body.get();
    let kept = (0..=MAX_TEXT_CHARS).rev().find(|&end| text.is_char_boundary(end)).unwrap_or(0);
    let shown = match text.len() - kept {
        0 => Cow::Borrowed(text),
        more => Cow::Owned(format!("{}… and {more} bytes more", &text[..kept])),
    };
    to_raw_value(&shown).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(text: &str) -> String {
        let body = RawValue::from_string(text.to_owned()).unwrap();
        serde_json::to_string(&shape(&body)).unwrap()
    }

    #[test]
    fn a_body_is_its_shape_and_what_that_leaves_open() {
        assert_eq!(
            shaped(r#"{"type":"broadcast","message":17,"msg_id":4}"#),
            r#"[[["type","broadcast"],["message"],["msg_id"]],[17,4]]"#
        );
        assert_eq!(
            shaped(r#"{"type":7,"a":{"b":[true,"1e99"]}}"#),
            r#"[[["type"],["a"]],[7,{"b":[true,"1e99"]}]]"#
        );
    }

    #[test]
    fn what_javascript_would_change_is_text() {
        for number in ["1.0", "1e3", "1E3", "-12345678901234567890", "[1,[1.5]]"] {
            let expected = format!(r#"[[["id"]],[{{"":"{number}"}}]]"#);
            assert_eq!(shaped(&format!(r#"{{"id":{number}}}"#)), expected);
        }
        assert_eq!(shaped(r#"{"id":{"":"1.0"}}"#), r#"[[["id"]],[{"":"{\"\":\"1.0\"}"}]]"#);
        assert_eq!(shaped(r#"{"id":"1.0"}"#), r#"[[["id"]],["1.0"]]"#);
    }

    #[test]
    fn what_has_no_shape_is_text() {
        for (body, text) in
            [(r#"{"a":1,"a":2}"#, r#"{\"a\":1,\"a\":2}"#), ("{}", "{}"), ("[1]", "[1]")]
        {
            assert_eq!(shaped(body), format!(r#"[[],["{text}"]]"#));
        }
        let long = shaped(&format!(r#"{{"echo":"{}"}}"#, "é".repeat(10_000)));
        assert!(long.ends_with("é… and 16012 bytes more\"]]"), "{}", &long[long.len() - 60..]);
    }
}

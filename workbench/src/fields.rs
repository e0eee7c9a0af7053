//! The fields of a JSON object, with their values as they were written.

use std::borrow::Cow;
use std::fmt;

use common::excerpt;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The fields of a JSON object, in order. If a name is given twice, the last value counts, as under
/// Maelstrom.
#[derive(Debug, Clone, Default)]
pub struct Fields<'a> {
    fields: Vec<(Cow<'a, str>, &'a RawValue)>,
    repeated: Option<String>,
}

impl<'a> Fields<'a> {
    /// Parses a JSON object. The error is a sentence for people.
    pub fn read(text: &'a str) -> Result<Fields<'a>, String> {
        serde_json::from_str(text).map_err(|error| in_words(&error))
    }

    /// The value of a field, if there is one.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| *value)
    }

    /// Removes a field, and gives its value.
    pub fn take(&mut self, name: &str) -> Option<&'a RawValue> {
        let place = self.fields.iter().position(|(other, _)| other == name)?;
        Some(self.fields.remove(place).1)
    }

    /// Every field, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.fields.iter().map(|(name, value)| (&**name, *value))
    }

    /// A name that is given more than once, if there is one.
    pub fn repeated(&self) -> Option<&str> {
        self.repeated.as_deref()
    }

    /// Whether a field has that string as its value.
    pub fn is(&self, name: &str, text: &str) -> bool {
        self.get(name).and_then(string).is_some_and(|value| value == text)
    }
}

/// The value of a JSON string; none if the JSON is anything else.
pub fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    serde_json::from_str(value.get()).ok().map(|Text(text)| text)
}

/// Whether a JSON text is a whole number, of any size and sign. `1.0` is not.
pub fn is_whole_number(value: &RawValue) -> bool {
    let text = value.get();
    let digits = text.strip_prefix('-').unwrap_or(text);
    digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is wrong with a JSON text, in plain words instead of serde's.
pub fn in_words(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&place).unwrap_or(&text);
    let words = match text.strip_prefix("EOF while parsing ") {
        Some(what) => format!("it ends in the middle of {what}"),
        None => match text {
            "expected ident" | "expected value" => "expected a value".to_owned(),
            "recursion limit exceeded" => "it is nested too deep".to_owned(),
            _ => excerpt(text),
        },
    };
    format!("{words}, at column {}", error.column())
}

/// A string, borrowed from the JSON where nothing in it is escaped.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'de>, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut found = Fields::default();
        while let Some((Text(name), value)) = map.next_entry()? {
            match found.fields.iter_mut().find(|(other, _)| *other == name) {
                Some((_, earlier)) => {
                    *earlier = value;
                    found.repeated.get_or_insert(name.into_owned());
                }
                None => found.fields.push((name, value)),
            }
        }
        Ok(found)
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_name_counts() {
        let fields = Fields::read(r#"{"a":1.10,"b":2,"\u0061":[3]}"#).unwrap();
        assert_eq!(fields.repeated(), Some("a"));
        assert_eq!(serde_json::to_string(&fields).unwrap(), r#"{"a":[3],"b":2}"#);
    }

    #[test]
    fn errors_are_in_plain_words() {
        for (text, words) in [
            ("", "it ends in the middle of a value, at column 0"),
            (r#"{"a":"#, "it ends in the middle of a value, at column 5"),
            (r#"{"a":tru}"#, "expected a value, at column 9"),
            (r#"{"a" 1}"#, "expected `:`, at column 6"),
        ] {
            assert_eq!(Fields::read(text).unwrap_err(), words, "{text}");
        }
    }
}

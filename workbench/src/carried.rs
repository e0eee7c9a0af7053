//! The broadcast values that a message carries, as far as the bench can tell.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// The whole numbers from 0 on that `body` holds, each as often as it stands there.
///
/// The bench does not know what nodes mean by what they tell each other. So a message carries the
/// value V if its body holds the number V: alone, in a list, or however deep, be it as the name of a
/// field (JSON maps have no other keys). The protocol's own numbers do not count: the body's
/// `msg_id` and `in_reply_to`, and anything in an `error`. A node that packs its values in strings
/// carries none by this rule, and one that counts or dates its messages may seem to carry some.
///
/// None of a body that cannot be read: one nested too deep, or with a number beyond all numbers.
pub fn carried(body: &RawValue) -> Vec<usize> {
    let mut found = vec![];
    let mut deserializer = serde_json::Deserializer::from_str(body.get());
    match (Numbers { found: &mut found, is_body: true }).deserialize(&mut deserializer) {
        Ok(()) => found,
        Err(_) => vec![],
    }
}

/// Visits JSON for its whole numbers.
struct Numbers<'a> {
    found: &'a mut Vec<usize>,
    /// Whether it is the whole body, whose ids are the protocol's.
    is_body: bool,
}

impl Numbers<'_> {
    fn inner(&mut self) -> Numbers<'_> {
        Numbers { found: self.found, is_body: false }
    }
}

impl<'de> DeserializeSeed<'de> for Numbers<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Numbers<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.found.extend(usize::try_from(number));
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self.inner())?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut fields: A) -> Result<(), A::Error> {
        let mut is_error = false;
        while let Some(name) = fields.next_key::<String>()? {
            match name.as_str() {
                "type" if self.is_body => {
                    is_error = fields.next_value::<&RawValue>()?.get() == r#""error""#;
                }
                "msg_id" | "in_reply_to" if self.is_body => {
                    fields.next_value::<IgnoredAny>()?;
                }
                name => {
                    self.found.extend(name.parse::<usize>());
                    fields.next_value_seed(self.inner())?;
                }
            }
        }
        if is_error {
            self.found.clear();
        }
        Ok(())
    }
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
        assert!(found(json!({"code": 11, "type": "error", "text": "no", "seen": [1]})).is_empty());
    }

    #[test]
    fn what_cannot_be_read_carries_nothing() {
        let body = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        assert!(carried(&body(r#"{"message":1,"number":1e999}"#)).is_empty());
        let deep = format!(r#"{{"message":1,"deep":{}{}}}"#, "[".repeat(200), "]".repeat(200));
        assert!(carried(&body(&deep)).is_empty());
    }
}

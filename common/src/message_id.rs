//! Message ids, kept exactly as they were written.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A `msg_id`: an integer of any size and sign (Maelstrom protocol, Message bodies).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageId {
    /// One that fits into 64 bits, as nearly all do.
    Short(i64),
    /// The digits of a longer one, with its sign, exactly as they were written.
    Long(Box<str>),
}

impl MessageId {
    /// Parses JSON text as an id. Returns `None` if it is not an integer.
    fn read(text: &str) -> Option<MessageId> {
        // As an integer, `-0` would be written as `0`.
        if let Ok(number) = text.parse()
            && text != "-0"
        {
            return Some(MessageId::Short(number));
        }
        // The text is valid JSON, in which only an integer consists of digits.
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_whole.then(|| MessageId::Long(text.into()))
    }
}

/// Deserialises from JSON text only: no other format keeps the digits as they were written.
impl<'de> Deserialize<'de> for MessageId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<MessageId, D::Error> {
        let text = <&RawValue>::deserialize(deserializer)?.get();
        MessageId::read(text).ok_or_else(|| {
            D::Error::custom(format!(
                "an id should be a whole number and is {}",
                crate::excerpt(text)
            ))
        })
    }
}

impl Serialize for MessageId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            MessageId::Short(number) => number.serialize(serializer),
            MessageId::Long(digits) => {
                let number = RawValue::from_string(digits.to_string()).map_err(S::Error::custom)?;
                number.serialize(serializer)
            }
        }
    }
}

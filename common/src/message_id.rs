//! Message ids, exactly as they were written.

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// A `msg_id`: any whole number, of any size and sign (Maelstrom protocol, Message bodies).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageId {
    /// One that fits, as nearly all do.
    Short(i64),
    /// The digits of a longer one, with its sign.
    Long(Box<str>),
}

impl MessageId {
    /// The id that JSON text is; none if it is not a whole number.
    fn read(text: &str) -> Option<MessageId> {
        // Written again, `-0` would be 0.
        if let Ok(number) = text.parse()
            && text != "-0"
        {
            return Some(MessageId::Short(number));
        }
        // This is well-formed JSON: nothing but a whole number consists of digits.
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        is_whole.then(|| MessageId::Long(text.into()))
    }
}

/// Reads from JSON text alone: no other format keeps what was written.
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

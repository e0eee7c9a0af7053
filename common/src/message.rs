//! Messages: what nodes and clients send each other, one line of JSON each.
//!
//! The shape is the Maelstrom protocol's: `{"src":…, "dest":…, "body":{"type":…, …}}`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

use crate::{Error, ErrorCode, Result, excerpt};

/// One message. Its body travels as JSON text and is parsed by whoever knows its type.
///
/// Other top-level keys, such as the `id` that Maelstrom's network gives a message, are ignored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message {
    /// Who sent it: `n0`, `n1`, … for nodes, `c0`, `c1`, … for clients.
    pub src: String,
    /// Who is to get it.
    pub dest: String,
    /// What it says: the text of a JSON object.
    #[serde(deserialize_with = "object")]
    pub body: Box<RawValue>,
}

/// The fields that any body may have (Maelstrom protocol, Message bodies).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Header<'a> {
    /// The body's `type`: what kind of message this is.
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    /// Set by a sender who wants a reply; the reply repeats it as `in_reply_to`.
    pub msg_id: Option<u64>,
    /// Set on a reply only: the `msg_id` of the request that it answers.
    pub in_reply_to: Option<u64>,
}

impl Message {
    /// A message that asks for no reply. Fails as [`Message::request`] does.
    pub fn new(src: &str, dest: &str, body: &impl Serialize) -> Result<Message> {
        Ok(Message { src: src.to_string(), dest: dest.to_string(), body: write(body, None, None)? })
    }

    /// A message that asks for a reply: its body carries `msg_id` beside its own fields.
    ///
    /// Fails with [`ErrorCode::MalformedRequest`] if the body does not serialise to a JSON object.
    pub fn request(src: &str, dest: &str, msg_id: u64, body: &impl Serialize) -> Result<Message> {
        let body = write(body, Some(msg_id), None)?;
        Ok(Message { src: src.to_string(), dest: dest.to_string(), body })
    }

    /// The reply to this message, whose `msg_id` the caller has read from its [`Header`].
    ///
    /// Fails as [`Message::request`] does.
    pub fn reply(&self, msg_id: u64, body: &impl Serialize) -> Result<Message> {
        let body = write(body, None, Some(msg_id))?;
        Ok(Message { src: self.dest.clone(), dest: self.src.clone(), body })
    }

    /// Reads one line, with or without its line end.
    ///
    /// Fails with [`ErrorCode::MalformedRequest`] if the line is not a JSON object with the
    /// strings `src` and `dest` and the object `body`. The text says why, and quotes the line's
    /// beginning.
    pub fn parse(line: &[u8]) -> Result<Message> {
        let line = line.trim_ascii();
        // Serde would also take `["n1","n2",{}]` for a message.
        let message = match (line.first(), std::str::from_utf8(line)) {
            (None, _) => Err("empty".to_string()),
            (_, Err(_)) => Err("not UTF-8".to_string()),
            (Some(b'{'), Ok(text)) => serde_json::from_str(text).map_err(|error| words(&error)),
            (Some(_), Ok(_)) => Err("not a JSON object".to_string()),
        };
        message.map_err(|why| {
            let text = format!("this line is not a message ({why}): {}", excerpt(line));
            Error::new(ErrorCode::MalformedRequest, text)
        })
    }

    /// Writes the message as a line, with its line end. A body is JSON already: it is copied.
    pub(crate) fn write(&self, line: &mut Vec<u8>) {
        let Message { src, dest, body } = self;
        let mut string = |before: &str, text: &str| {
            line.extend_from_slice(before.as_bytes());
            // A string is always JSON, and there is always room for it.
            let _ = serde_json::to_writer(&mut *line, text);
        };
        string(r#"{"src":"#, src);
        string(r#","dest":"#, dest);
        line.extend_from_slice(br#","body":"#);
        line.extend_from_slice(body.get().as_bytes());
        line.extend_from_slice(b"}\n");
    }

    /// Reads the fields that any body may have.
    ///
    /// Fails with [`ErrorCode::MalformedRequest`] if `type` is missing or not a string, or an id
    /// is there and not a whole number from 0.
    pub fn header(&self) -> Result<Header<'_>> {
        self.read_body().map_err(|why| {
            let text = format!("`type`, `msg_id` or `in_reply_to` cannot be read: {why}");
            Error::new(ErrorCode::MalformedRequest, text)
        })
    }

    /// The `msg_id` of a body whose header cannot be read, if that much of it makes sense.
    pub(crate) fn usable_msg_id(&self) -> Option<u64> {
        let body: serde_json::Value = self.read_body().ok()?;
        body.get("msg_id")?.as_u64()
    }

    /// Reads the whole body as a `T`. Fails with serde's words, which name a missing field.
    pub(crate) fn read_body<'a, T: Deserialize<'a>>(&'a self) -> Result<T, String> {
        serde_json::from_str(self.body.get()).map_err(|error| words(&error))
    }
}

/// Writes the body of a reply to a request with this `msg_id`; there is none to one without.
///
/// Fails with [`ErrorCode::Crash`] if it is not a JSON object: the request was fine, and what it
/// asked for may have been done.
pub fn write_reply(msg_id: Option<u64>, body: &impl Serialize) -> Result<Option<Box<RawValue>>> {
    let body = msg_id.map(|msg_id| write(body, None, Some(msg_id))).transpose();
    body.map_err(|error| Error::new(ErrorCode::Crash, error.text))
}

/// Writes a body: its own fields, then the ids. Fails if it is not a JSON object.
fn write(
    body: &impl Serialize,
    msg_id: Option<u64>,
    in_reply_to: Option<u64>,
) -> Result<Box<RawValue>> {
    serde_json::value::to_raw_value(&WithIds { body, msg_id, in_reply_to }).map_err(|error| {
        let why = format!("the body cannot be written as a JSON object: {}", words(&error));
        Error::new(ErrorCode::MalformedRequest, why)
    })
}

/// A body's own fields, then the ids.
#[derive(Serialize)]
struct WithIds<'a, B> {
    #[serde(flatten)]
    body: &'a B,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<u64>,
}

/// Reads a body, and refuses what is not an object.
fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<RawValue>, D::Error> {
    let body = Box::<RawValue>::deserialize(deserializer)?;
    if !body.get().starts_with('{') {
        return Err(de::Error::custom("`body` is not a JSON object"));
    }
    Ok(body)
}

/// Serde's words for what is wrong, without the line and column: every message is one line, and a
/// body's columns are not the line's. They may quote the message, so they are cut like a quote.
fn words(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let words = error.to_string();
    excerpt(words.strip_suffix(&place).unwrap_or(&words))
}

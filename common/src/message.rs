//! Messages: what nodes and clients send each other, one line of JSON each.
//!
//! The shape is the Maelstrom protocol's: `{"src":…, "dest":…, "body":{"type":…, …}}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Number, Value};

use crate::{Error, ErrorCode, MessageId, Result, excerpt};

/// One message. Its body stays JSON text until code that knows its type parses it.
///
/// Other top-level keys, such as the `id` that Maelstrom's network gives a message, are ignored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Message<B = Box<RawValue>> {
    /// Who sent it: `n0`, `n1`, … for nodes, `c0`, `c1`, … for clients.
    pub src: String,
    /// Who receives it.
    pub dest: String,
    /// Its content: the text of a JSON object, unless it has been parsed as another type.
    pub body: B,
}

/// The fields that any body may have (Maelstrom protocol, Message bodies).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Header<'a> {
    /// The body's `type`: what kind of message this is.
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    /// Set by a sender who wants a reply; the reply repeats it as `in_reply_to`.
    pub msg_id: Option<MessageId>,
    /// Set on a reply only: the `msg_id` of the request that it answers.
    pub in_reply_to: Option<MessageId>,
}

impl Message {
    /// A message with this body.
    ///
    /// Fails with [`ErrorCode::MalformedRequest`] if the body does not serialise to a JSON object.
    pub fn new(src: &str, dest: &str, body: &impl Serialize) -> Result<Message> {
        Outgoing { src, dest, body: Body { fields: body, msg_id: None, in_reply_to: None } }
            .to_message()
    }

    /// Reads one line, with or without its line end.
    ///
    /// Fails with [`ErrorCode::MalformedRequest`] if the line is not a JSON object with the
    /// strings `src` and `dest` and the object `body`. The text says why, and quotes the line's
    /// beginning.
    pub fn parse(line: &[u8]) -> Result<Message> {
        let message = text(line).map_err(String::from).and_then(|text| {
            let message: Message = serde_json::from_str(text).map_err(|error| describe(&error))?;
            let is_object = message.body.get().starts_with('{');
            if is_object { Ok(message) } else { Err("`body` is not a JSON object".to_string()) }
        });
        message.map_err(|why| {
            let line = excerpt(line.trim_ascii());
            let text = format!("this line is not a message ({why}): {line}");
            Error::new(ErrorCode::MalformedRequest, text)
        })
    }

    /// Reads the fields that any body may have.
    ///
    /// Fails with [`ErrorCode::MalformedRequest`] if `type` is missing or not a string, or an id
    /// is there and not a whole number.
    pub fn header(&self) -> Result<Header<'_>> {
        self.read_body().map_err(|why| {
            let text = format!("`type`, `msg_id` or `in_reply_to` cannot be read: {why}");
            Error::new(ErrorCode::MalformedRequest, text)
        })
    }

    /// Whether the body has the field `in_reply_to`, or a text that looks like it.
    pub(crate) fn may_be_a_reply(&self) -> bool {
        self.body.get().contains("\"in_reply_to\"")
    }

    /// The `msg_id` of a body whose header cannot be read, if that field alone is valid.
    pub(crate) fn usable_msg_id(&self) -> Option<MessageId> {
        let mut body: BTreeMap<String, &RawValue> = self.read_body().ok()?;
        serde_json::from_str(body.remove("msg_id")?.get()).ok()
    }

    /// Reads the whole body as a `T`. Fails with serde's message, which names a missing field.
    pub(crate) fn read_body<'a, T: Deserialize<'a>>(&'a self) -> Result<T, String> {
        serde_json::from_str(self.body.get()).map_err(|error| describe(&error))
    }

    /// Reads the whole body as a `T` that may have floats where serde hides them: see [`floats`].
    pub(crate) fn read_body_with_floats<T: DeserializeOwned>(&self) -> Result<T, String> {
        let body = self.body.get();
        let exact = serde_json::from_str(body);
        exact
            .or_else(|_| T::deserialize(floats(serde_json::from_str(body)?)))
            .map_err(|error| describe(&error))
    }
}

/// A message to be sent, whose body is not serialised yet.
pub struct Outgoing<'a, B> {
    pub src: &'a str,
    pub dest: &'a str,
    pub body: Body<'a, B>,
}

/// The fields of a body, then the ids.
#[derive(Serialize)]
pub struct Body<'a, B> {
    #[serde(flatten)]
    pub fields: &'a B,
    /// Asks for a reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<i64>,
    /// Says which request this answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<&'a MessageId>,
}

impl<B: Serialize> Outgoing<'_, B> {
    /// Appends the message as a line, with its newline, to `lines`. Fails as [`Message::new`] does;
    /// then, and if the body panics, nothing is appended.
    pub fn write_line(&self, lines: &mut Vec<u8>) -> Result<()> {
        let mut line = Line { complete: lines.len(), lines };
        line.write(br#"{"src":"#, self.src)?;
        line.write(br#","dest":"#, self.dest)?;
        line.write(br#","body":"#, &self.body)?;
        line.lines.extend_from_slice(b"}\n");
        line.complete = line.lines.len();
        Ok(())
    }

    /// The message itself. Fails as [`Message::new`] does.
    pub fn to_message(&self) -> Result<Message> {
        let body = serde_json::value::to_raw_value(&self.body).map_err(not_an_object)?;
        Ok(Message { src: self.src.to_string(), dest: self.dest.to_string(), body })
    }
}

/// A line that is being written. If dropped before it is complete, it is removed.
struct Line<'a> {
    lines: &'a mut Vec<u8>,
    complete: usize,
}

impl Line<'_> {
    /// Appends `before` as it is, and then the value.
    fn write(&mut self, before: &[u8], value: &(impl Serialize + ?Sized)) -> Result<()> {
        self.lines.extend_from_slice(before);
        serde_json::to_writer(&mut *self.lines, value).map_err(not_an_object)
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.lines.truncate(self.complete);
    }
}

/// `json` with every number that is not a whole one of 64 bits as the float nearest to it.
///
/// serde_json keeps such a number as it was written, and hands it to serde in a map of its own. An
/// enum with `#[serde(tag = …)]`, or a field with `#[serde(flatten)]`, cannot make a float of that
/// map, but takes a float for one.
pub fn floats(mut json: Value) -> Value {
    fn make_floats(json: &mut Value) {
        match json {
            Value::Number(number) if !number.is_i64() && !number.is_u64() => {
                if let Some(float) = number.as_f64().and_then(Number::from_f64) {
                    *number = float;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(make_floats),
            Value::Object(fields) => fields.values_mut().for_each(make_floats),
            _ => {}
        }
    }
    make_floats(&mut json);
    json
}

fn not_an_object(error: serde_json::Error) -> Error {
    let why = format!("the body cannot be written as a JSON object: {}", describe(&error));
    Error::new(ErrorCode::MalformedRequest, why)
}

/// The text of a line that may be a message. Fails, saying why, if it cannot be one.
pub fn text(line: &[u8]) -> Result<&str, &'static str> {
    let line = line.trim_ascii();
    // Serde would also take `["n1","n2",{}]` for a message.
    match (line.first(), std::str::from_utf8(line)) {
        (None, _) => Err("empty"),
        (_, Err(_)) => Err("not UTF-8"),
        (Some(b'{'), Ok(text)) => Ok(text),
        (Some(_), Ok(_)) => Err("not a JSON object"),
    }
}

/// What serde says is wrong, without the line and column: every message is one line, and columns in a
/// body are not columns in the line. It may quote the message, so it is truncated like a quote.
pub fn describe(error: &serde_json::Error) -> String {
    let location = format!(" at line {} column {}", error.line(), error.column());
    let description = error.to_string();
    excerpt(description.strip_suffix(&location).unwrap_or(&description))
}

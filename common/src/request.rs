//! Reads a request: the handler's fields, the id, and, if that fails, what is wrong with it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{BorrowedStrDeserializer, MapAccessDeserializer, MapDeserializer};
use serde::de::{
    self, Deserialize, DeserializeOwned, DeserializeSeed, Deserializer, Error as _,
    IntoDeserializer, MapAccess, Visitor,
};

use crate::{Error, ErrorCode, Message, MessageId, Result, excerpt, message};

/// The body of a request to a handler: no reply, and not `init`.
///
/// One pass over the JSON reads the ids and the handler's fields. Reading a
/// [`Header`](crate::Header) first would take two.
pub struct Request<T> {
    /// Set by a sender who wants a reply.
    pub msg_id: Option<MessageId>,
    /// The `type`, and every field but the ids.
    pub fields: T,
}

/// Reads a line as a request of type `T`. Returns `None` if it is anything else.
pub fn read_line<T: DeserializeOwned>(line: &[u8]) -> Option<Message<Request<T>>> {
    serde_json::from_str(message::text(line).ok()?).ok()
}

/// Reads a message, known to be a request, as one of type `T`.
///
/// Fails with [`ErrorCode::NotSupported`] if its `type` is none of `T`'s, and otherwise with
/// [`ErrorCode::MalformedRequest`], with serde's description.
pub fn read<T: DeserializeOwned>(message: &Message) -> Result<Message<Request<T>>> {
    let exact = message.read_body();
    let body = exact.or_else(|_| read_floats(message)).map_err(|why| {
        let kind = message.header().map(|header| header.kind).unwrap_or_default();
        let known = probe::<T>(&kind);
        let kind = excerpt(&*kind);
        match known {
            Some(known) => {
                let known = match known[..] {
                    [] => "no request yet".to_owned(),
                    _ => format!("`{}`", known.join("`, `")),
                };
                let text = format!("unknown type `{kind}`; this node knows {known}");
                Error::new(ErrorCode::NotSupported, text)
            }
            None => Error::new(ErrorCode::MalformedRequest, format!("`{kind}`: {why}")),
        }
    })?;
    Ok(Message { src: message.src.clone(), dest: message.dest.clone(), body })
}

/// Reads a body as a request that has floats: see [`floats`](message::floats).
fn read_floats<T: DeserializeOwned>(message: &Message) -> Result<Request<T>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(message.body.get());
    let visitor = BodyVisitor { has_floats: true, fields: PhantomData };
    deserializer.deserialize_map(visitor).map_err(|error| message::describe(&error))
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Request<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Request<T>, D::Error> {
        deserializer.deserialize_map(BodyVisitor { has_floats: false, fields: PhantomData })
    }
}

struct BodyVisitor<T> {
    has_floats: bool,
    fields: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for BodyVisitor<T> {
    type Value = Request<T>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Request<T>, A::Error> {
        let has_floats = self.has_floats;
        let mut body = BodyAccess {
            map,
            has_floats,
            kind: None,
            at_kind: false,
            msg_id: None,
            in_reply_to: None,
        };
        let fields = T::deserialize(MapAccessDeserializer::new(&mut body))?;
        match (body.kind.as_deref(), body.in_reply_to.flatten()) {
            (None, _) => Err(A::Error::missing_field("type")),
            (Some("init"), _) | (_, Some(_)) => Err(A::Error::custom("not for a handler")),
            (Some(_), None) => Ok(Request { msg_id: body.msg_id.flatten(), fields }),
        }
    }
}

/// The fields of a body, as a handler's request sees them: without the ids, which stay here.
struct BodyAccess<'de, A> {
    map: A,
    /// Whether numbers other than integers are read as floats.
    has_floats: bool,
    kind: Option<Cow<'de, str>>,
    /// Whether the last key was `type`, so that its value is next.
    at_kind: bool,
    msg_id: Option<Option<MessageId>>,
    in_reply_to: Option<Option<MessageId>>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for BodyAccess<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(Text(name)) = self.map.next_key()? {
            match &*name {
                "msg_id" => set_once(&mut self.msg_id, self.map.next_value()?, "msg_id")?,
                "in_reply_to" => {
                    set_once(&mut self.in_reply_to, self.map.next_value()?, "in_reply_to")?
                }
                "type" => {
                    let Text(kind) = self.map.next_value()?;
                    set_once(&mut self.kind, kind, "type")?;
                    self.at_kind = true;
                    return seed.deserialize("type".into_deserializer()).map(Some);
                }
                _ => return forward_str(&name, seed).map(Some),
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        match &self.kind {
            Some(kind) if std::mem::take(&mut self.at_kind) => forward_str(kind, seed),
            _ if self.has_floats => {
                let value = message::floats(self.map.next_value()?);
                seed.deserialize(value).map_err(A::Error::custom)
            }
            _ => self.map.next_value_seed(seed),
        }
    }
}

/// A string, borrowed from the JSON where nothing in it is escaped.
#[derive(serde::Deserialize)]
#[serde(transparent)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

fn set_once<T, E: de::Error>(field: &mut Option<T>, value: T, name: &'static str) -> Result<(), E> {
    match field.replace(value) {
        None => Ok(()),
        Some(_) => Err(E::duplicate_field(name)),
    }
}

/// Passes a string to `seed`, borrowed if it is borrowed here.
fn forward_str<'de, S: DeserializeSeed<'de>, E: de::Error>(
    text: &Cow<'de, str>,
    seed: S,
) -> Result<S::Value, E> {
    match text {
        Cow::Borrowed(text) => seed.deserialize(BorrowedStrDeserializer::new(text)),
        Cow::Owned(text) => seed.deserialize(text.as_str().into_deserializer()),
    }
}

/// The types that `T` knows, if `kind` is none of them.
///
/// Serde says only in prose which failed, the type or its fields. So deserialise again, from a body
/// with nothing but the type, and with an error type that tells the two apart.
fn probe<T: DeserializeOwned>(kind: &str) -> Option<&'static [&'static str]> {
    let body = MapDeserializer::<_, Probe>::new(std::iter::once(("type", kind)));
    match T::deserialize(body) {
        Err(Probe::UnknownType(known)) => Some(known),
        Ok(_) | Err(Probe::Fields) => None,
    }
}

/// Why the probe's body could not be read.
#[derive(Debug)]
enum Probe {
    UnknownType(&'static [&'static str]),
    Fields,
}

impl de::Error for Probe {
    fn custom<T: fmt::Display>(_: T) -> Probe {
        Probe::Fields
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Probe {
        Probe::UnknownType(known)
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{self:?}")
    }
}

impl std::error::Error for Probe {}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    /// Reads a body as a handler's request, by the fast path and by the slow one.
    fn read_both<T: DeserializeOwned>(body: &str) -> Option<(Option<MessageId>, T)> {
        let line = format!(r#" {{"src":"c1","dest":"n1","body":{body},"id":7}}"#);
        let Message { body, .. } = read_line::<T>(line.as_bytes())?;
        let message = Message::parse(line.as_bytes()).unwrap();
        assert_eq!(read::<T>(&message).unwrap().body.msg_id, body.msg_id);
        Some((body.msg_id, body.fields))
    }

    #[test]
    fn a_handler_sees_its_own_fields_and_not_the_ids() {
        let body = r#"{"msg_id":3,"ech\u006f":[1],"type":"ec\u0068o","in_reply_to":null}"#;
        let own = json!({"type": "echo", "echo": [1]});
        assert_eq!(read_both::<Value>(body), Some((Some(MessageId::Short(3)), own)));

        #[derive(Deserialize, PartialEq, Debug)]
        #[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
        enum Strict {
            Echo { echo: u8 },
        }
        let body = r#"{"type":"echo","msg_id":3,"echo":1}"#;
        assert_eq!(read_both(body), Some((Some(MessageId::Short(3)), Strict::Echo { echo: 1 })));
        assert_eq!(read_both::<Strict>(r#"{"type":"echo","echo":1,"more":1}"#), None);
        assert_eq!(
            read_both(r#"{"echo":1,"type":"echo"}"#),
            Some((None, Strict::Echo { echo: 1 }))
        );
    }

    #[derive(Deserialize, PartialEq, Debug)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Numbers {
        Signed { n: i64 },
        Unsigned { n: u64 },
        Float { n: f64 },
        Floats { n: Vec<f64> },
        Mixed { n: (f64, u64, i64) },
        Any { n: Value },
    }

    #[test]
    fn a_server_that_knows_no_request_yet_says_so() {
        #[derive(Deserialize, Debug)]
        #[serde(tag = "type")]
        enum NoRequest {}
        let line = r#"{"src":"c1","dest":"n1","body":{"type":"echo","msg_id":1}}"#;
        let message = Message::parse(line.as_bytes()).unwrap();
        let error = read::<NoRequest>(&message).err().unwrap();
        assert_eq!(error.code, ErrorCode::NotSupported);
        assert_eq!(error.text, "unknown type `echo`; this node knows no request yet");
    }

    /// Reads a body with the type first and with the type last, by the slow path, which accepts every number.
    fn read_numbers(kind: &str, n: &str) -> Numbers {
        let read_body = |body: String| {
            let line = format!(r#"{{"src":"c1","dest":"n1","body":{body}}}"#);
            read::<Numbers>(&Message::parse(line.as_bytes()).unwrap()).unwrap().body.fields
        };
        let own = read_body(format!(r#"{{"type":"{kind}","n":{n},"msg_id":1}}"#));
        assert_eq!(own, read_body(format!(r#"{{"n":{n},"type":"{kind}"}}"#)));
        own
    }

    #[test]
    fn a_field_of_any_type_of_number_can_be_read() {
        assert_eq!(read_numbers("signed", "-9223372036854775808"), Numbers::Signed { n: i64::MIN });
        assert_eq!(
            read_numbers("unsigned", "18446744073709551615"),
            Numbers::Unsigned { n: u64::MAX }
        );
        for (text, n) in [("3", 3.0), ("3.5", 3.5), ("1.10", 1.1), ("1E2", 100.0), ("1e-7", 1e-7)] {
            assert_eq!(read_numbers("float", text), Numbers::Float { n });
            let list = format!("[{text},-0.25]");
            assert_eq!(read_numbers("floats", &list), Numbers::Floats { n: vec![n, -0.25] });
        }
        let mixed = format!("[0.5,{},{}]", u64::MAX, i64::MIN);
        assert_eq!(read_numbers("mixed", &mixed), Numbers::Mixed { n: (0.5, u64::MAX, i64::MIN) });
        let long = "123456789012345678901234567890";
        assert_eq!(
            read_numbers("float", long),
            Numbers::Float { n: 123456789012345678901234567890.0 }
        );
    }

    #[test]
    fn a_value_keeps_its_numbers_as_they_were_written() {
        let digits = "7".repeat(400);
        for text in ["1.10", "0.1e-7", "1e+2", "-18446744073709551617", "[1,[2.50]]", &digits] {
            let Numbers::Any { n } = read_numbers("any", text) else { panic!("another type") };
            assert_eq!(n.to_string(), text);
        }
    }

    #[test]
    fn an_id_may_be_any_whole_number() {
        for id in ["0", "-1", "-9223372036854775809", "340282366920938463463374607431768211456"] {
            let body = format!(r#"{{"type":"echo","msg_id":{id}}}"#);
            let (msg_id, _) = read_both::<Value>(&body).expect("a request");
            assert_eq!(serde_json::to_string(&msg_id).unwrap(), id);
        }
    }

    #[test]
    fn what_is_not_for_a_handler_is_none_of_its_requests() {
        for body in [
            r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":[]}"#,
            r#"{"type":"echo_ok","in_reply_to":1}"#,
            r#"{"echo":1}"#,
            r#"{"type":1}"#,
            r#"{"type":"echo","type":"echo"}"#,
            r#"{"type":"echo","msg_id":1,"msg_id":1}"#,
            r#"{"type":"echo","msg_id":1.0}"#,
            r#"{"type":"echo","msg_id":"1"}"#,
            r#"["echo"]"#,
            r#""echo""#,
        ] {
            assert!(read_both::<Value>(body).is_none(), "{body}");
        }
        assert!(read_line::<Value>(br#"["c1","n1",{"type":"echo"}]"#).is_none());
    }
}

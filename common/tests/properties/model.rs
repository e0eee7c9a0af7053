//! A model of a node: predicts its replies to any bytes in the simplest way, field by field.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The fields of a JSON object, in order, duplicates included.
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn read(text: &str) -> Option<Fields> {
        if !text.starts_with('{') {
            return None;
        }
        serde_json::from_str(text).ok()
    }

    /// A field's text: `Some(None)` if it is missing, `None` if there are several.
    fn get(&self, name: &str) -> Option<Option<&RawValue>> {
        let mut found = self.0.iter().filter(|(other, _)| other == name);
        let first = found.next().map(|(_, value)| &**value);
        if found.next().is_some() { None } else { Some(first) }
    }

    /// A field that must occur exactly once, and be a `T`.
    fn required<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)??.get()).ok()
    }

    /// An id that may be missing or null.
    fn optional_id(&self, name: &str) -> Option<Option<String>> {
        match self.get(name)? {
            Some(value) if value.get() != "null" => id(value).map(Some),
            _ => Some(None),
        }
    }

    /// A field's text, the last if there are several.
    fn last(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().rev().find(|(other, _)| other == name).map(|(_, value)| &**value)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = vec![];
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

/// A message whose body is not parsed yet.
pub struct Envelope {
    pub src: String,
    pub dest: String,
    pub body: Box<RawValue>,
}

impl Envelope {
    /// Reads a line; `None` if it is not a message.
    pub fn read(line: &[u8]) -> Option<Envelope> {
        let fields = Fields::read(std::str::from_utf8(line.trim_ascii()).ok()?)?;
        let body = fields.get("body")??;
        let is_object = body.get().starts_with('{');
        let (src, dest) = (fields.required("src")?, fields.required("dest")?);
        is_object.then(|| Envelope { src, dest, body: body.to_owned() })
    }
}

/// The kind of reply that a request gets.
#[derive(Clone, PartialEq)]
enum Answer {
    /// One of this type, with these fields besides.
    Body(Value),
    /// An error with this code.
    Error(u64),
    Nothing,
}

/// An id as it was written: the text of a whole number.
fn id(value: &RawValue) -> Option<String> {
    let digits = value.get().strip_prefix('-').unwrap_or(value.get());
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.get().to_owned())
}

/// Checks the replies to `input` of a node that runs [`Server`](super::server::Server).
pub fn check(input: &[u8], said: &[Value]) {
    let mut node = Foretold::default();
    for line in input.split(|byte| *byte == b'\n') {
        if let Some(envelope) = Envelope::read(line) {
            node.receive(envelope);
        }
    }
    let Foretold { node_id, mut answers, asked, mut told } = node;
    let mut asked = asked.len();
    answers.retain(|(_, _, msg_id, answer)| msg_id.is_some() && *answer != Answer::Nothing);
    for message in said {
        assert_eq!(message.as_object().map(|fields| fields.len()), Some(3), "{message}");
        let body = &message["body"];
        if let Some(in_reply_to) = body.get("in_reply_to").map(Value::to_string) {
            let is_this = |(src, dest, msg_id, answer): &Addressed| {
                message["src"] == **src
                    && message["dest"] == **dest
                    && Some(&in_reply_to) == msg_id.as_ref()
                    && fits(body, answer)
            };
            let place = answers.iter().position(is_this);
            answers.remove(place.unwrap_or_else(|| panic!("unexpected message: {message}")));
        } else {
            let count = match body["type"].as_str() {
                Some("asked") => &mut asked,
                Some("told") => &mut told,
                _ => panic!("unexpected message: {message}"),
            };
            *count = count.checked_sub(1).expect("no more messages to n2 than there should be");
            assert_eq!(message["dest"], "n2");
            assert_eq!(message["src"].as_str(), node_id.as_deref());
        }
    }
    assert!(answers.is_empty(), "{} requests were not answered", answers.len());
    assert_eq!((asked, told), (0, 0), "messages to n2 that were not sent");
}

fn fits(body: &Value, answer: &Answer) -> bool {
    match answer {
        Answer::Body(expected) => {
            let mut body = body.clone();
            body.as_object_mut().is_some_and(|fields| fields.remove("in_reply_to").is_some())
                && body == *expected
        }
        Answer::Error(code) => body["type"] == "error" && body["code"] == *code,
        Answer::Nothing => false,
    }
}

/// A reply, with its sender, its recipient, and the id of the request.
type Addressed = (String, String, Option<String>, Answer);

/// The state that a node should have, and the replies that it should have sent.
#[derive(Default)]
struct Foretold {
    node_id: Option<String>,
    answers: Vec<Addressed>,
    /// For every RPC to n2, the reply that waits for it.
    asked: Vec<usize>,
    told: usize,
}

impl Foretold {
    fn receive(&mut self, Envelope { src, dest, body }: Envelope) {
        let header = Fields::read(body.get()).and_then(|fields| {
            let kind: String = fields.required("type")?;
            let msg_id = fields.optional_id("msg_id")?;
            let in_reply_to = fields.optional_id("in_reply_to")?;
            Some((kind, msg_id, in_reply_to, fields))
        });
        let (msg_id, answer) = match header {
            None => {
                let fields = Fields::read(body.get());
                let msg_id = fields.and_then(|fields| id(fields.last("msg_id")?));
                (msg_id, Answer::Error(12))
            }
            Some((kind, _, Some(rpc), _)) => return self.reply(&rpc, &kind, body.get()),
            Some((kind, msg_id, None, fields)) => (msg_id, self.answer(&kind, &fields, &body)),
        };
        self.answers.push((dest, src, msg_id, answer));
    }

    /// The reply to a request, as far as it is known when the request arrives.
    fn answer(&mut self, kind: &str, fields: &Fields, body: &RawValue) -> Answer {
        let is_readable = serde_json::from_str::<Value>(body.get()).is_ok();
        match (kind, &self.node_id) {
            ("init", None) => {
                let node_ids: Option<Vec<String>> = fields.required("node_ids");
                self.node_id = node_ids.and_then(|_| fields.required("node_id"));
                match self.node_id {
                    Some(_) => Answer::Body(json!({"type": "init_ok"})),
                    None => Answer::Error(12),
                }
            }
            ("init", Some(_)) => Answer::Body(json!({"type": "init_ok"})),
            (_, None) => Answer::Error(11),
            // Of a request that the server knows, every field is read.
            ("echo" | "fail" | "panic" | "wait" | "ask" | "tell", _) if !is_readable => {
                Answer::Error(12)
            }
            ("echo", _) => match fields.required::<Value>("echo") {
                Some(echo) => Answer::Body(json!({"type": "echo_ok", "echo": echo})),
                None => Answer::Error(12),
            },
            ("fail", _) => Answer::Error(22),
            ("panic", _) => Answer::Error(13),
            ("wait", _) => Answer::Nothing,
            ("ask", _) => {
                self.asked.push(self.answers.len());
                // Unless a reply still arrives.
                Answer::Error(0)
            }
            ("tell", _) => {
                self.told += 1;
                Answer::Body(json!({"type": "tell_ok"}))
            }
            _ => Answer::Error(10),
        }
    }

    /// A reply reaches the RPC that still waits for it. RPCs are numbered from 1.
    fn reply(&mut self, rpc: &str, kind: &str, body: &str) {
        let place = rpc.parse::<usize>().ok().and_then(|rpc| rpc.checked_sub(1));
        let Some(&asker) = place.and_then(|place| self.asked.get(place)) else { return };
        let answer = &mut self.answers[asker].3;
        if *answer != Answer::Error(0) {
            return;
        }
        *answer = match kind {
            "error" => match serde_json::from_str::<common::Error>(body) {
                Ok(error) => Answer::Error(u32::from(error.code).into()),
                Err(_) => Answer::Error(13),
            },
            _ if serde_json::from_str::<Value>(body).is_err() => Answer::Error(13),
            _ => Answer::Body(json!({"type": "ask_ok"})),
        };
    }
}

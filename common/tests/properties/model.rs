//! What a node has to say to given bytes, foretold in the plainest way: field by field.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The fields of a JSON object, in their order, repeated ones too.
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn read(text: &str) -> Option<Fields> {
        if !text.starts_with('{') {
            return None;
        }
        serde_json::from_str(text).ok()
    }

    /// A field's text; `Some(None)` if there is none, none if there is more than one.
    fn get(&self, name: &str) -> Option<Option<&RawValue>> {
        let mut found = self.0.iter().filter(|(other, _)| other == name);
        let first = found.next().map(|(_, value)| &**value);
        if found.next().is_some() { None } else { Some(first) }
    }

    /// A field that has to be there, once, and to be a `T`.
    fn required<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)??.get()).ok()
    }

    /// A field that may be missing or null.
    fn optional<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<Option<T>> {
        match self.get(name)? {
            Some(value) => serde_json::from_str(value.get()).ok(),
            None => Some(None),
        }
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

/// The outside of a message.
pub struct Envelope {
    pub src: String,
    pub dest: String,
    pub body: Box<RawValue>,
}

impl Envelope {
    /// Reads a line; none if it is no message.
    pub fn read(line: &[u8]) -> Option<Envelope> {
        let fields = Fields::read(std::str::from_utf8(line.trim_ascii()).ok()?)?;
        let body = fields.get("body")??;
        let is_object = body.get().starts_with('{');
        let (src, dest) = (fields.required("src")?, fields.required("dest")?);
        is_object.then(|| Envelope { src, dest, body: body.to_owned() })
    }
}

/// The kind of answer that a request gets.
#[derive(Clone, PartialEq)]
enum Answer {
    /// With this type, and these fields beside it.
    Body(Value),
    /// With this code.
    Error(u64),
    /// With whatever came of asking n2.
    AskOkOrError,
    Nothing,
}

/// Checks what a node that runs [`Server`](super::server::Server) has said to `input`.
pub fn check(input: &[u8], said: &[Value]) {
    let mut node_id = None;
    let (mut answers, mut asked, mut told) = (vec![], 0, 0);
    for line in input.split(|byte| *byte == b'\n') {
        let Some(Envelope { src, dest, body }) = Envelope::read(line) else { continue };
        let (msg_id, answer) = answer(body.get(), &mut node_id, &mut asked, &mut told);
        if let (Some(msg_id), true) = (msg_id, answer != Answer::Nothing) {
            answers.push((dest, src, msg_id, answer));
        }
    }
    // What fits only one answer is looked for first.
    answers.sort_by_key(|(.., answer)| *answer == Answer::AskOkOrError);
    for message in said {
        assert_eq!(message.as_object().map(|fields| fields.len()), Some(3), "{message}");
        let body = &message["body"];
        if let Some(in_reply_to) = body["in_reply_to"].as_u64() {
            let is_this = |(src, dest, msg_id, answer): &(String, String, u64, Answer)| {
                message["src"] == **src
                    && message["dest"] == **dest
                    && in_reply_to == *msg_id
                    && fits(body, answer)
            };
            let place = answers.iter().position(is_this);
            answers.remove(place.unwrap_or_else(|| panic!("nobody asked for {message}")));
        } else {
            let count = match body["type"].as_str() {
                Some("asked") => &mut asked,
                Some("told") => &mut told,
                _ => panic!("nobody asked for {message}"),
            };
            *count -= 1;
            assert_eq!(message["dest"], "n2");
            assert_eq!(message["src"].as_str(), node_id.as_deref());
        }
    }
    assert!(answers.is_empty(), "{} requests were not answered", answers.len());
    assert_eq!(asked, 0, "requests to n2 that were not sent");
    // Background tasks end with the node, some before they have begun.
    assert!(told >= 0, "more messages to n2 than there were tasks");
}

fn fits(body: &Value, answer: &Answer) -> bool {
    match answer {
        Answer::Body(expected) => {
            let mut body = body.clone();
            body.as_object_mut().is_some_and(|fields| fields.remove("in_reply_to").is_some())
                && body == *expected
        }
        Answer::Error(code) => body["type"] == "error" && body["code"] == *code,
        Answer::AskOkOrError => body["type"] == "ask_ok" || body["type"] == "error",
        Answer::Nothing => false,
    }
}

/// What one body gets, and which `msg_id` it has. Counts what is sent to n2.
fn answer(
    body: &str,
    node_id: &mut Option<String>,
    asked: &mut i64,
    told: &mut i64,
) -> (Option<u64>, Answer) {
    let value: Option<Value> = serde_json::from_str(body).ok();
    let header = Fields::read(body).and_then(|fields| {
        let kind: String = fields.required("type")?;
        Some((kind, fields.optional("msg_id")?, fields.optional("in_reply_to")?, fields))
    });
    let Some((kind, msg_id, in_reply_to, fields)) = header else {
        let msg_id = value.and_then(|value| value.get("msg_id")?.as_u64());
        return (msg_id, Answer::Error(12));
    };
    if in_reply_to.is_some_and(|_: u64| true) {
        return (None, Answer::Nothing);
    }
    let answer = match (kind.as_str(), &node_id) {
        ("init", None) => {
            let node_ids: Option<Vec<String>> = fields.required("node_ids");
            *node_id = node_ids.and_then(|_| fields.required("node_id"));
            match node_id {
                Some(_) => Answer::Body(json!({"type": "init_ok"})),
                None => Answer::Error(12),
            }
        }
        ("init", Some(_)) => Answer::Body(json!({"type": "init_ok"})),
        (_, None) => Answer::Error(11),
        // Of a request that the server knows, every field is read.
        ("echo" | "fail" | "panic" | "wait" | "ask" | "tell", _) if value.is_none() => {
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
            *asked += 1;
            Answer::AskOkOrError
        }
        ("tell", _) => {
            *told += 1;
            Answer::Body(json!({"type": "tell_ok"}))
        }
        _ => Answer::Error(10),
    };
    (msg_id, answer)
}

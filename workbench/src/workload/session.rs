//! The clients' side of a run: what they ask next, and whether a reply fits.

use std::fmt;

use common::{ErrorCode, excerpt};
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

use crate::fields::{Fields, in_words, is_whole_number, string};
use crate::record::history::{Failure, Kind, Value};

/// An operation that a client is to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its name in the history, such as `broadcast`.
    pub f: &'static str,
    /// What the history says it asks for.
    pub value: Value,
    /// The body to send, still without `msg_id`.
    pub body: Json,
}

impl Request {
    /// A read, as every workload with reads has it.
    pub(super) fn read() -> Request {
        Request { f: "read", value: Value::None, body: json!({"type": "read"}) }
    }
}

/// Fails, in a sentence, if an operation that takes no argument has one.
pub(super) fn without_value(f: &str, value: Option<&Json>) -> Result<(), String> {
    match value {
        None => Ok(()),
        Some(_) => Err(format!("{f} takes no value")),
    }
}

/// What the clients of one run have asked so far, and so what they ask next.
pub trait Session {
    /// The next operation, drawn from `rng` alone.
    fn next(&mut self, rng: &mut StdRng) -> Request;

    /// The operation `f`, one of the workload's, with that argument, as a scenario asks for it.
    ///
    /// Fails, in a sentence, if the argument does not fit.
    fn request(&mut self, f: &str, value: Option<&Json>) -> Result<Request, String>;

    /// The operation that every worker tries when all is quiet again, if the workload has one.
    fn last(&self) -> Option<Request> {
        None
    }

    /// What the reply to an operation named `f` brings, or what is wrong with it.
    fn accept(&self, f: &str, reply: Fields) -> Result<Value, Misfit>;

    /// How an operation ends that was answered with an error, or not in time. `is_definite` says
    /// whether it is certain that it was not carried out. A read changes nothing: if it did not
    /// succeed, it did not happen.
    fn after_error(&self, f: &str, is_definite: bool) -> Kind {
        let has_failed = !self.is_always_in_doubt() && (is_definite || f == "read");
        if has_failed { Kind::Fail } else { Kind::Info }
    }

    /// Whether an operation may have happened whatever error it was answered with.
    fn is_always_in_doubt(&self) -> bool {
        false
    }
}

/// What is wrong with an answer that does not fit the workload.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    kind: String,
    found: String,
}

impl Misfit {
    /// What should be, in a sentence, and what is instead, to be said after it.
    pub(super) fn new(kind: impl Into<String>, found: impl Into<String>) -> Misfit {
        Misfit { kind: kind.into(), found: found.into() }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind, self.found)
    }
}

/// How an operation named `f` ends that was answered with `reply` (Maelstrom's rules): after an error,
/// as [`Session::after_error`] says; with a reply that does not fit the workload, in an `info`. `written`
/// is the reply as its sender wrote it.
pub fn outcome(
    session: &dyn Session,
    f: &str,
    reply: Fields,
    written: &str,
) -> Result<Value, (Kind, Failure)> {
    if reply.is("type", "error") {
        let code = reply.get("code").and_then(|code| serde_json::from_str(code.get()).ok());
        let code: Json = code.unwrap_or_default();
        let text = reply.get("text").and_then(string).unwrap_or_default().into_owned();
        return Err((session.after_error(f, is_definite(&code)), Failure::Reply { code, text }));
    }
    session.accept(f, reply).map_err(|misfit| {
        let (text, body) = (misfit.to_string(), excerpt(written));
        (Kind::Info, Failure::Malformed { text, kind: misfit.kind, body })
    })
}

/// How an operation named `f` ends that was not answered in time.
pub fn timed_out(session: &dyn Session, f: &str) -> (Kind, Failure) {
    (session.after_error(f, false), Failure::Timeout)
}

/// Whether an error says for certain that the request was not carried out (Maelstrom protocol,
/// Errors).
fn is_definite(code: &Json) -> bool {
    let code = code.as_u64().and_then(|code| u32::try_from(code).ok());
    code.is_some_and(|code| ErrorCode::from(code).is_definite())
}

/// Takes the reply apart: it must be of type `kind` and hold the fields named, and no others.
pub(super) fn fields<'a, const N: usize>(
    mut reply: Fields<'a>,
    kind: &str,
    names: [&str; N],
) -> Result<[&'a RawValue; N], Misfit> {
    let found = reply.take("type");
    if found.and_then(string).is_none_or(|found| found != kind) {
        let found = found.map_or("none".into(), |found| excerpt(found.get()));
        let should = format!("its type should be \"{kind}\"");
        return Err(Misfit::new(should, format!(" and is {found}")));
    }
    // Maelstrom refuses `"msg_id":null`, which serde writes for an `Option` that is not skipped.
    if let Some(msg_id) = reply.take("msg_id").filter(|msg_id| !is_whole_number(msg_id)) {
        let should = "its \"msg_id\" should be a whole number or left out";
        return Err(Misfit::new(should, format!(" and is {}", excerpt(msg_id.get()))));
    }
    reply.take("in_reply_to");
    let mut values = [RawValue::NULL; N];
    for (value, name) in values.iter_mut().zip(names) {
        let missing = || Misfit::new(format!("the field \"{name}\" is missing from {kind}"), "");
        *value = reply.take(name).ok_or_else(missing)?;
    }
    match reply.iter().next() {
        Some((name, _)) => {
            let name = excerpt(name);
            Err(Misfit::new(format!("{kind} has no field"), format!(" \"{name}\"")))
        }
        None => Ok(values),
    }
}

/// Reads a value of a reply.
pub(super) fn read(value: &RawValue) -> Result<Json, Misfit> {
    let read = serde_json::from_str(value.get());
    read.map_err(|error| Misfit::new("it cannot be read", format!(": {}", in_words(&error))))
}

/// Whether `reply` is the answer of type `kind` that says that a node is ready; fails with what is
/// wrong with it, in a sentence. Of `init_ok`, Maelstrom looks at the type alone; `topology_ok` must
/// fit as every answer must.
pub fn is_ready(kind: &str, reply: Fields) -> Result<(), Misfit> {
    if kind == "init_ok" && reply.is("type", kind) {
        return Ok(());
    }
    if reply.is("type", "error") {
        let code = reply.get("code").map_or_else(String::new, |code| format!(" {code}"));
        let text = reply.get("text").and_then(string).unwrap_or_else(|| "no text".into());
        return Err(Misfit::new(format!("it sent error{code}"), format!(": {}", excerpt(&*text))));
    }
    fields(reply, kind, []).map(|[]| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::WorkloadKind;

    fn ending(f: &str, reply: Json) -> String {
        let kind = if f == "generate" { WorkloadKind::UniqueIds } else { WorkloadKind::Broadcast };
        let written = reply.to_string();
        let reply = Fields::read(&written).unwrap();
        match outcome(kind.session().as_ref(), f, reply, &written) {
            Ok(value) => format!("ok {value:?}"),
            Err((kind, Failure::Malformed { text, .. })) => format!("{} {text}", kind.name()),
            Err((kind, failure)) => format!("{} {failure:?}", kind.name()),
        }
    }

    #[test]
    fn errors_end_operations_as_maelstrom_has_it() {
        let definite = json!({"type": "error", "code": 11, "text": "later", "in_reply_to": 1});
        let indefinite = json!({"type": "error", "code": 13});
        let custom = json!({"type": "error", "code": 1000});
        assert!(ending("broadcast", definite).starts_with("fail Reply { code: Number(11)"));
        assert!(
            ending("broadcast", indefinite.clone()).starts_with("info Reply { code: Number(13)")
        );
        assert!(ending("broadcast", custom.clone()).starts_with("info"));
        assert!(ending("read", indefinite).starts_with("fail"), "a read changes nothing");
        assert!(ending("read", custom).starts_with("fail"));
        let session = WorkloadKind::Broadcast.session();
        assert_eq!(timed_out(session.as_ref(), "read").0, Kind::Fail);
        assert_eq!(timed_out(session.as_ref(), "broadcast").0, Kind::Info);
    }

    #[test]
    fn a_node_is_ready_when_its_answer_has_the_type_and_for_a_topology_nothing_else() {
        let is_ready = |kind: &str, fields: &str| {
            let reply = format!(r#"{{"type":"{kind}"{fields}}}"#);
            is_ready(kind, Fields::read(&reply).unwrap()).map_err(|misfit| misfit.to_string())
        };
        let extra = r#","msg_id":1,"in_reply_to":1,"extra":1"#;
        assert_eq!(is_ready("init_ok", extra), Ok(()));
        let refused = is_ready("topology_ok", extra).unwrap_err();
        assert_eq!(refused, "topology_ok has no field \"extra\"");
        assert_eq!(is_ready("topology_ok", ""), Ok(()));
        let refusal = r#"{"type":"error","code":13,"text":"no disk"}"#;
        let refused = super::is_ready("init_ok", Fields::read(refusal).unwrap()).unwrap_err();
        assert_eq!(refused.to_string(), "it sent error 13: no disk");
    }

    #[test]
    fn an_answer_that_does_not_fit_leaves_the_operation_open_and_says_why() {
        for (f, reply, expected) in [
            (
                "read",
                json!({"type": "read_ok"}),
                "info the field \"messages\" is missing from read_ok",
            ),
            (
                "read",
                json!({"type": "read_ok", "messages": 1}),
                "info \"messages\" should be a list and is 1",
            ),
            (
                "broadcast",
                json!({"type": "broadcast_ok", "extra": 1}),
                "info broadcast_ok has no field \"extra\"",
            ),
            (
                "broadcast",
                json!({"type": "read_ok"}),
                "info its type should be \"broadcast_ok\" and is \"read_ok\"",
            ),
            (
                "broadcast",
                json!({"type": "broadcast_ok", "msg_id": null}),
                "info its \"msg_id\" should be a whole number or left out and is null",
            ),
            ("broadcast", json!({"type": "broadcast_ok", "msg_id": -7}), "ok None"),
            ("generate", json!({"id": 1}), "info its type should be \"generate_ok\" and is none"),
            ("generate", json!({"type": "error"}), "info Reply { code: Null, text: \"\" }"),
            (
                "generate",
                json!({"type": "error", "code": "11", "text": "no"}),
                "info Reply { code: String(\"11\"), text: \"no\" }",
            ),
            ("read", json!({"type": "error"}), "fail Reply { code: Null, text: \"\" }"),
        ] {
            assert_eq!(ending(f, reply), expected);
        }
    }

    #[test]
    fn replies_that_are_wrong_alike_are_of_one_kind_whatever_they_say() {
        let session = WorkloadKind::Echo.session();
        for (reply, expected) in [
            (r#"{"type":"ok COUNT"}"#, "its type should be \"echo_ok\""),
            (
                r#"{"type":"echo_ok","msg_id":"COUNT"}"#,
                "its \"msg_id\" should be a whole number or left out",
            ),
            (r#"{"type":"echo_ok","echo":1,"COUNT":1}"#, "echo_ok has no field"),
        ] {
            for reply in ["1", "2"].map(|count| reply.replace("COUNT", count)) {
                let fields = Fields::read(&reply).unwrap();
                match outcome(session.as_ref(), "echo", fields, &reply) {
                    Err((Kind::Info, Failure::Malformed { kind, .. })) => {
                        assert_eq!(kind, expected)
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

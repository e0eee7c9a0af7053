//! The workloads: what clients ask, and which answers fit.

mod broadcast;
mod echo;
mod unique_ids;

use common::{ErrorCode, excerpt};
use rand::rngs::StdRng;
use serde_json::{Map, Value as Json};

use crate::checker::WorkloadKind;
use crate::history::{Failure, Kind, Value};

/// The body of a message, field by field.
pub type Body = Map<String, Json>;

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

/// One kind of conversation between clients and nodes.
pub trait Workload {
    /// The next operation, drawn from `rng` alone.
    fn next(&mut self, rng: &mut StdRng) -> Request;

    /// The operation that every worker tries when all is quiet again, if the workload has one.
    fn last(&self) -> Option<Request> {
        None
    }

    /// Whether nodes are told their neighbours before it begins.
    fn has_topology(&self) -> bool {
        false
    }

    /// What the answer to an operation named `f` brings, or what is wrong with it, in a sentence.
    fn accept(&self, f: &str, reply: Body) -> Result<Value, String>;
}

/// The workload of that kind, at its beginning.
pub fn of_kind(kind: WorkloadKind) -> Box<dyn Workload> {
    match kind {
        WorkloadKind::Echo => Box::new(echo::Echo),
        WorkloadKind::UniqueIds => Box::new(unique_ids::UniqueIds),
        WorkloadKind::Broadcast => Box::new(broadcast::Broadcast::default()),
    }
}

/// How an operation named `f` ends that was answered with `reply` (Maelstrom's rules): an error
/// that leaves no doubt, or any error of a read, is a `fail`; another error, or an answer that
/// does not fit the workload, is an `info`. `written` is the reply as its sender wrote it.
pub fn outcome(
    workload: &dyn Workload,
    f: &str,
    reply: Body,
    written: &str,
) -> Result<Value, (Kind, Failure)> {
    let malformed =
        |text: String| (Kind::Info, Failure::Malformed { text, body: excerpt(written) });
    if reply.get("type").and_then(Json::as_str) == Some("error") {
        let Some(code) = reply.get("code").and_then(Json::as_i64) else {
            return Err(malformed("an error without a whole number as its `code`".into()));
        };
        let text = reply.get("text").and_then(Json::as_str).unwrap_or_default().to_owned();
        return Err((after_error(f, is_definite(code)), Failure::Reply { code, text }));
    }
    workload.accept(f, reply).map_err(malformed)
}

/// How an operation named `f` ends that was not answered in time.
pub fn timed_out(f: &str) -> (Kind, Failure) {
    (after_error(f, false), Failure::Timeout)
}

/// A read changes nothing: if it did not succeed, it did not happen.
fn after_error(f: &str, definite: bool) -> Kind {
    if definite || f == "read" { Kind::Fail } else { Kind::Info }
}

/// Whether an error says for certain that the request was not carried out (Maelstrom protocol,
/// Errors).
fn is_definite(code: i64) -> bool {
    u32::try_from(code).is_ok_and(|code| ErrorCode::from(code).is_definite())
}

/// Takes the answer apart: it must be of type `kind` and hold the fields named, and no others.
fn fields<const N: usize>(
    mut reply: Body,
    kind: &str,
    names: [&str; N],
) -> Result<[Json; N], String> {
    let found = reply.remove("type");
    if found.as_ref().and_then(Json::as_str) != Some(kind) {
        let found = found.map_or("none".into(), |found| excerpt(found.to_string()));
        return Err(format!("its type should be \"{kind}\" and is {found}"));
    }
    // Maelstrom refuses `"msg_id":null`, which serde writes for an `Option` that is not skipped.
    if let Some(msg_id) = reply.remove("msg_id").filter(|msg_id| !is_integer(msg_id)) {
        let msg_id = excerpt(msg_id.to_string());
        return Err(format!("its \"msg_id\" should be a whole number or left out and is {msg_id}"));
    }
    reply.remove("in_reply_to");
    let mut values = [const { Json::Null }; N];
    for (value, name) in values.iter_mut().zip(names) {
        *value =
            reply.remove(name).ok_or(format!("the field \"{name}\" is missing from {kind}"))?;
    }
    match reply.keys().next() {
        Some(name) => Err(format!("{kind} has no field \"{}\"", excerpt(name))),
        None => Ok(values),
    }
}

fn is_integer(value: &Json) -> bool {
    value.is_i64() || value.is_u64()
}

/// Whether `reply` is the answer of type `kind` that says that a node is ready; fails with what is
/// wrong with it, in a sentence. Of `init_ok`, Maelstrom looks at the type alone; `topology_ok` must
/// fit as every answer must.
pub fn is_ready(kind: &str, reply: Body) -> Result<(), String> {
    if kind == "init_ok" && reply.get("type").and_then(Json::as_str) == Some(kind) {
        return Ok(());
    }
    if reply.get("type").and_then(Json::as_str) == Some("error") {
        let code = reply.get("code").map_or_else(String::new, |code| format!(" {code}"));
        let text = reply.get("text").and_then(Json::as_str).unwrap_or("no text");
        return Err(format!("it sent error{code}: {}", excerpt(text)));
    }
    fields(reply, kind, []).map(|[]| ())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(json: Json) -> Body {
        let Json::Object(body) = json else { panic!("not an object") };
        body
    }

    fn ending(f: &str, reply: Json) -> String {
        let kind = if f == "generate" { WorkloadKind::UniqueIds } else { WorkloadKind::Broadcast };
        let written = reply.to_string();
        match outcome(of_kind(kind).as_ref(), f, body(reply), &written) {
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
        assert!(ending("broadcast", definite).starts_with("fail Reply { code: 11"));
        assert!(ending("broadcast", indefinite.clone()).starts_with("info Reply { code: 13"));
        assert!(ending("broadcast", custom.clone()).starts_with("info"));
        assert!(ending("read", indefinite).starts_with("fail"), "a read changes nothing");
        assert!(ending("read", custom).starts_with("fail"));
        assert_eq!(timed_out("read").0, Kind::Fail);
        assert_eq!(timed_out("broadcast").0, Kind::Info);
    }

    #[test]
    fn a_node_is_ready_when_its_answer_has_the_type_and_for_a_topology_nothing_else() {
        let extra = |kind| body(json!({"type": kind, "msg_id": 1, "in_reply_to": 1, "extra": 1}));
        assert_eq!(is_ready("init_ok", extra("init_ok")), Ok(()));
        let refused = is_ready("topology_ok", extra("topology_ok")).unwrap_err();
        assert_eq!(refused, "topology_ok has no field \"extra\"");
        let refusal = json!({"type": "error", "code": 13, "text": "no disk"});
        assert_eq!(is_ready("init_ok", body(refusal)).unwrap_err(), "it sent error 13: no disk");
        assert_eq!(is_ready("topology_ok", body(json!({"type": "topology_ok"}))), Ok(()));
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
            (
                "generate",
                json!({"type": "error"}),
                "info an error without a whole number as its `code`",
            ),
        ] {
            assert_eq!(ending(f, reply), expected);
        }
    }
}

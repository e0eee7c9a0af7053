//! The services that the workbench offers nodes in every run, as Maelstrom does: stores of keys and
//! values, and a source of timestamps.
//!
//! Each is a state machine: it takes one request at a time and answers at once. What is common to all of
//! them is here: who there is, and how a request becomes a reply.

mod key_value;
mod lin_kv;
mod lin_tso;
mod lww_kv;
mod seq_kv;

use std::collections::BTreeMap;
use std::fmt;

use common::ErrorCode;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use self::lin_kv::LinKv;
use self::lin_tso::LinTso;
use self::lww_kv::LwwKv;
use self::seq_kv::SeqKv;
use crate::fields::Fields;
use crate::json_key::JsonValue;

/// A service, which a node reaches under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Service {
    /// A sequentially consistent store: it may answer from the past, but for no sender backwards.
    SeqKv,
    /// A linearizable store.
    LinKv,
    /// An eventually consistent store, where the last write wins.
    LwwKv,
    /// A linearizable source of timestamps.
    LinTso,
}

impl Service {
    /// All of them.
    pub const ALL: [Service; 4] = [Service::SeqKv, Service::LinKv, Service::LwwKv, Service::LinTso];

    /// Maelstrom's name for it, which is the `dest` of a request.
    pub fn name(self) -> &'static str {
        match self {
            Service::SeqKv => "seq-kv",
            Service::LinKv => "lin-kv",
            Service::LwwKv => "lww-kv",
            Service::LinTso => "lin-tso",
        }
    }

    /// The service of that name, if there is one.
    pub fn of_name(name: &str) -> Option<Service> {
        Service::ALL.into_iter().find(|service| service.name() == name)
    }

    /// Its state at the beginning of a run. What is left to chance in it is drawn from `seed`.
    fn start(self, seed: u64) -> Box<dyn StateMachine> {
        match self {
            Service::SeqKv => Box::new(SeqKv::new(seed)),
            Service::LinKv => Box::new(LinKv::default()),
            Service::LwwKv => Box::new(LwwKv::new(seed)),
            Service::LinTso => Box::new(LinTso::default()),
        }
    }
}

/// What a service does with a request.
trait StateMachine: fmt::Debug {
    /// Carries out a request from `src` and gives the reply; none if its `type` is unknown.
    fn answer(&mut self, src: &str, request: &Fields) -> Option<Reply>;
}

/// What a service replies, without `in_reply_to`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Reply {
    ReadOk { value: JsonValue },
    WriteOk,
    CasOk,
    TsOk { ts: u64 },
    Error { code: ErrorCode, text: String },
}

/// The body of a reply. It has no `msg_id`.
#[derive(Serialize)]
struct ReplyBody<'a> {
    #[serde(flatten)]
    reply: Reply,
    /// The `msg_id` of the request, whatever that is, as it was written; null if there is none.
    in_reply_to: Option<&'a RawValue>,
}

/// The services of a run.
#[derive(Debug)]
pub struct Services(BTreeMap<Service, Box<dyn StateMachine>>);

impl Services {
    /// The services at the beginning of a run. What is left to chance in them is drawn from `seed`.
    pub fn new(seed: u64) -> Services {
        Services(Service::ALL.into_iter().map(|service| (service, service.start(seed))).collect())
    }

    /// Carries out a request that a service gets from `src`, and gives the body of the reply. There is
    /// none to a request whose `type` is missing or unknown. A request without `msg_id` is answered, too.
    pub fn answer(
        &mut self,
        service: Service,
        src: &str,
        request: &RawValue,
    ) -> Option<Box<RawValue>> {
        let request = Fields::read(request.get()).ok()?;
        let reply = self.0.get_mut(&service)?.answer(src, &request)?;
        to_raw_value(&ReplyBody { reply, in_reply_to: request.get("msg_id") }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a service replies to that request.
    fn answer(services: &mut Services, service: Service, request: &str) -> Option<String> {
        let request = RawValue::from_string(request.to_owned()).unwrap();
        services.answer(service, "n0", &request).map(|reply| reply.get().to_owned())
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for service in Service::ALL {
            assert_eq!(Service::of_name(service.name()), Some(service));
        }
        assert_eq!(Service::of_name("seq-kv2"), None);
    }

    /// "`in_reply_to` = the request's `msg_id` as it was, of any JSON type. It has no `msg_id`."
    #[test]
    fn a_reply_names_the_message_id_as_it_was_written() {
        let mut services = Services::new(1);
        for msg_id in ["7", "-1", "1.50", "\"\\u0061\"", "[1, 2]", "{\"b\":1,\"a\":2}", "true"] {
            let request = format!(r#"{{"type":"ts","msg_id":{msg_id}}}"#);
            let reply = answer(&mut services, Service::LinTso, &request).unwrap();
            assert!(reply.ends_with(&format!(",\"in_reply_to\":{msg_id}}}")), "{reply}");
            assert!(!reply.contains("msg_id"), "{reply}");
        }
    }

    /// "A request without `msg_id` (or with null) is carried out and answered, with
    /// `"in_reply_to":null`."
    #[test]
    fn a_request_without_a_message_id_is_carried_out_and_answered() {
        let mut services = Services::new(1);
        for (ts, request) in
            [r#"{"type":"ts"}"#, r#"{"type":"ts","msg_id":null}"#].iter().enumerate()
        {
            let expected = format!(r#"{{"type":"ts_ok","ts":{ts},"in_reply_to":null}}"#);
            assert_eq!(answer(&mut services, Service::LinTso, request), Some(expected));
        }
    }

    /// "A `type` the service does not know, or none: no reply at all, no error."
    #[test]
    fn a_request_of_an_unknown_type_gets_no_reply() {
        let mut services = Services::new(1);
        for service in Service::ALL {
            for request in [
                r#"{"type":"raed","key":1,"msg_id":1}"#,
                r#"{"type":"Read","key":1,"msg_id":1}"#,
                r#"{"type":7,"msg_id":1}"#,
                r#"{"type":null,"msg_id":1}"#,
                r#"{"msg_id":1}"#,
                r#"{"type":"error","code":20,"text":"","in_reply_to":1}"#,
            ] {
                assert_eq!(answer(&mut services, service, request), None, "{request}");
            }
        }
        // Each knows its own requests, and no other's.
        assert_eq!(answer(&mut services, Service::LinTso, r#"{"type":"read","key":1}"#), None);
        assert_eq!(answer(&mut services, Service::LinKv, r#"{"type":"ts"}"#), None);
    }

    /// "Extra fields are ignored."
    #[test]
    fn extra_fields_are_ignored() {
        let mut services = Services::new(1);
        let request = r#"{"type":"write","key":"k","value":1,"ttl":5,"msg_id":2}"#;
        let expected = r#"{"type":"write_ok","in_reply_to":2}"#;
        assert_eq!(answer(&mut services, Service::LinKv, request).as_deref(), Some(expected));
    }

    /// What the workbench makes of JSON that it cannot hold: an error, not silence.
    #[test]
    fn a_value_that_cannot_be_read_is_a_malformed_request() {
        let mut services = Services::new(1);
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for value in [deep.as_str(), r#""\ud83d""#] {
            let request = format!(r#"{{"type":"write","key":1,"value":{value},"msg_id":3}}"#);
            let reply = answer(&mut services, Service::SeqKv, &request).unwrap();
            assert!(reply.starts_with(r#"{"type":"error","code":12,"text":"#), "{reply}");
            assert!(reply.ends_with(r#","in_reply_to":3}"#), "{reply}");
        }
    }

    /// "Each service" has a state of its own.
    #[test]
    fn what_one_service_stores_another_does_not() {
        let mut services = Services::new(1);
        answer(&mut services, Service::LinKv, r#"{"type":"write","key":"k","value":1}"#).unwrap();
        let read = answer(&mut services, Service::SeqKv, r#"{"type":"read","key":"k"}"#).unwrap();
        assert!(read.contains("\"code\":20"), "{read}");
    }
}

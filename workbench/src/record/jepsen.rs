//! Events as Jepsen writes them, in EDN.

use common::ErrorCode;

use crate::record::edn::Edn;
use crate::record::history::{Event, Failure, Process, Value};

/// An event as Jepsen writes it. Its set-full calls a broadcast `:add`.
pub fn operation(event: &Event) -> Edn {
    let process = match event.process {
        Process::Client(number) => Edn::from(number),
        Process::Nemesis => Edn::keyword("nemesis"),
    };
    let f = match event.f {
        "broadcast" => "add",
        other => other,
    };
    let is_final = event.is_final.then_some(("final?", Edn::Bool(true)));
    let fields = [
        ("index", Edn::from(event.index)),
        ("time", Edn::from(event.time.nanos())),
        ("type", Edn::keyword(event.kind.name())),
        ("process", process),
        ("f", Edn::keyword(f)),
        ("value", value(event)),
    ];
    let fields = Edn::map(fields.into_iter().chain(is_final));
    Edn::Tagged("jepsen.history.Op", Box::new(fields))
}

/// An event's value in EDN. As in Jepsen, the nemesis' words are keywords, and whom a node does not
/// hear is a set: `[:isolated {"n1" #{"n2"}}]`.
pub fn value(event: &Event) -> Edn {
    match &event.value {
        Value::None => Edn::Nil,
        Value::Set(elements) => Edn::Vector(elements.iter().map(|json| Edn::from(&json)).collect()),
        Value::Json(json) if event.process == Process::Nemesis => match Edn::from(json) {
            Edn::Vector(items) => {
                Edn::Vector(items.into_iter().map(|item| sets(word(item))).collect())
            }
            other => word(other),
        },
        Value::Json(json) => Edn::from(json),
    }
}

/// A map's lists as sets.
fn sets(edn: Edn) -> Edn {
    let set = |value| if let Edn::Vector(items) = value { Edn::Set(items) } else { value };
    match edn {
        Edn::Map(entries) => {
            Edn::Map(entries.into_iter().map(|(key, value)| (key, set(value))).collect())
        }
        other => other,
    }
}

fn word(edn: Edn) -> Edn {
    let is_word = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    match edn {
        Edn::String(text) if is_word(&text) => Edn::Keyword(text),
        other => other,
    }
}

/// Why an operation failed, as Maelstrom writes it: `:net-timeout`, or the error's name and text.
/// An error without a name has its code there. A reply that does not fit is ours to write.
pub fn error(failure: &Failure) -> Edn {
    match failure {
        Failure::Timeout => Edn::keyword("net-timeout"),
        Failure::Reply { code, text } => {
            let number = code.as_u64().and_then(|code| u32::try_from(code).ok());
            let named = number.and_then(|code| ErrorCode::from(code).name());
            let name = named.map_or(Edn::from(code), Edn::keyword);
            Edn::Vector(vec![name, Edn::from(text.as_str())])
        }
        Failure::Malformed { text, body, .. } => Edn::Vector(vec![
            Edn::keyword("malformed-reply"),
            Edn::from(text.as_str()),
            Edn::from(body.as_str()),
        ]),
    }
}

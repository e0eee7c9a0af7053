//! What wrong echoes were asked and answered.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::EXPLAINED;
use crate::checker::EchoError;
use crate::record::history::{Event, Failure, Value};
use crate::time::Time;

/// An echo that did not bring back what was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrongEcho {
    /// The name of the node that was asked.
    pub node: String,
    /// What it was sent.
    pub asked: Json,
    /// When.
    pub at: Time,
    /// What it sent back; none if that was an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered: Option<Json>,
    /// The error, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When it came back.
    pub until: Time,
}

/// Tells of the first of `errors`.
pub(super) fn explain(errors: &[EchoError]) -> Vec<WrongEcho> {
    let wrong = |error: &EchoError| WrongEcho {
        node: error.node.clone(),
        asked: payload(&error.invocation),
        at: error.invocation.time,
        answered: error.completion.failure.is_none().then(|| payload(&error.completion)),
        error: error.completion.failure.as_ref().map(|failure: &Failure| failure.in_words()),
        until: error.completion.time,
    };
    errors.iter().take(EXPLAINED).map(wrong).collect()
}

fn payload(event: &Event) -> Json {
    match &event.value {
        Value::Json(json) => json.clone(),
        Value::None | Value::Set(_) => Json::Null,
    }
}

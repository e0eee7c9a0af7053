//! What wrong echoes were asked and answered.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::check::EchoError;
use crate::record::history::{Event, Failure, Value};
use crate::record::partitions::PartitionRecord;
use crate::text::{ID, cut};
use crate::time::Time;
use crate::workload::explanation::{Focus, FocusMessages, Paragraph, Reason};

/// How much of an error is shown.
const MAX_ERROR_CHARS: usize = 100;

/// An echo that did not return what was sent.
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

impl WrongEcho {
    /// The facts of `error`.
    pub fn new(error: &EchoError) -> WrongEcho {
        WrongEcho {
            node: error.node.clone(),
            asked: payload(&error.invocation),
            at: error.invocation.time,
            answered: error.completion.failure.is_none().then(|| payload(&error.completion)),
            error: error.completion.failure.as_ref().map(Failure::in_words),
            until: error.completion.time,
        }
    }
}

impl Reason for WrongEcho {
    fn noun(&self) -> &'static str {
        "wrong echo"
    }

    fn to_json(&self) -> Json {
        json!(self)
    }

    fn in_words(&self, _partitions: &[PartitionRecord]) -> Paragraph {
        let WrongEcho { node, asked, at, until, .. } = self;
        let asked = cut(asked, ID);
        let mut paragraph = Paragraph::new(format!("What {node} made of {asked}"), *at);
        paragraph.line(match (&self.answered, &self.error) {
            (Some(answered), _) => {
                format!("asked at {at}, it answered {} at {until}", cut(answered, ID))
            }
            (None, error) => {
                let error = cut(error.as_deref().unwrap_or_default(), MAX_ERROR_CHARS);
                format!("asked at {at}, it answered at {until} with {error}")
            }
        });
        paragraph
    }

    fn focus(&self) -> Focus {
        let words = format!("what {} made of {}", self.node, cut(&self.asked, ID));
        Focus { words, messages: FocusMessages::Requests(self.asked.clone(), vec![self.at]) }
    }
}

fn payload(event: &Event) -> Json {
    match &event.value {
        Value::Json(json) => json.clone(),
        Value::None | Value::Set(_) => Json::Null,
    }
}

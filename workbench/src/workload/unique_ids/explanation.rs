//! Who gave out the same id twice.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::json_key::JsonKey;
use crate::names::NodeNames;
use crate::record::history::{History, Kind, Process, Value};
use crate::record::partitions::PartitionRecord;
use crate::text::{ID, counted, cut};
use crate::time::Time;
use crate::workload::explanation::{
    ENDS, Focus, FocusMessages, MAX_EXPLAINED, Paragraph, Reason, keep_ends,
};

/// An id that was given out more than once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DuplicatedId {
    /// The id.
    pub id: Json,
    /// How often it was given out.
    pub count: usize,
    /// Each time, in order; of many, the first four and the last four.
    pub issues: Vec<Issued>,
}

/// One time that an id was given out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// When the answer came.
    pub at: Time,
    /// The name of the node that gave it.
    pub node: String,
    /// The client's process that asked.
    pub process: u64,
}

/// Finds who gave out the first of the `duplicated` ids, which are in rising order.
pub(super) fn explain(
    nodes: &NodeNames,
    history: &History,
    duplicated: &[(Json, usize)],
) -> Vec<DuplicatedId> {
    let first = &duplicated[..duplicated.len().min(MAX_EXPLAINED)];
    let keys: Vec<JsonKey> = first.iter().map(|(id, _)| JsonKey::from(id)).collect();
    let mut issues = vec![vec![]; first.len()];
    // Most runs have none, and a long history.
    let operations = history.pairs().filter(|_| !first.is_empty());
    for (operation, invocation, completion) in operations {
        let Some(event) = completion.filter(|event| event.kind == Kind::Ok) else { continue };
        let ("generate", Value::Json(id), Process::Client(process)) =
            (invocation.f, &event.value, event.process)
        else {
            continue;
        };
        if let Ok(place) = keys.binary_search(&JsonKey::from(id)) {
            keep_ends(&mut issues[place], (event.time, operation.node, process));
        }
    }
    let issue = |(at, node, process)| Issued { at, node: nodes[node].to_owned(), process };
    let explain = |((id, count), issues): (&(Json, usize), Vec<_>)| DuplicatedId {
        id: id.clone(),
        count: *count,
        issues: issues.into_iter().map(issue).collect(),
    };
    first.iter().zip(issues).map(explain).collect()
}

impl Reason for DuplicatedId {
    fn noun(&self) -> &'static str {
        "duplicated id"
    }

    fn to_json(&self) -> Json {
        json!(self)
    }

    fn in_words(&self, _partitions: &[PartitionRecord]) -> Paragraph {
        let DuplicatedId { id, count, issues } = self;
        let first = issues.first().map_or(Time::ZERO, |issue| issue.at);
        let heading = format!("Who gave out id {} ({count} times)", cut(id, ID));
        let mut paragraph = Paragraph::new(heading, first);
        for (index, issue) in issues.iter().enumerate() {
            if index == ENDS && *count > issues.len() {
                paragraph.line(counted(count - issues.len(), "more time"));
            }
            let Issued { at, node, process } = issue;
            paragraph.line(format!("{node} at {at}, to process {process}"));
        }
        paragraph
    }

    fn focus(&self) -> Focus {
        let words = format!("who gave out id {}", cut(&self.id, ID));
        let issues = self.issues.iter().map(|issue| (issue.node.clone(), issue.at));
        Focus { words, messages: FocusMessages::Replies(self.id.clone(), issues.collect()) }
    }
}

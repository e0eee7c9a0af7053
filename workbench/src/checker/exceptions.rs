//! Replies that do not fit the workload (Jepsen's `unhandled-exceptions`).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::names::NodeNames;
use crate::record::history::{Failure, History};

/// A way in which replies did not fit the workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// How many replies were so.
    pub count: usize,
    /// What was wrong with them, in a sentence for people: what they have in common.
    pub message: String,
    /// The operation that the first of them answered.
    pub f: &'static str,
    /// The node that sent the first of them.
    pub node: String,
    /// The body of the first of them, cut to a readable length.
    pub body: String,
}

/// Groups the replies by operation and by the kind of what is wrong with them, the largest group
/// first.
pub fn check(history: &History, nodes: &NodeNames) -> Vec<Exception> {
    let mut groups: BTreeMap<(&str, &str), Exception> = BTreeMap::new();
    for (operation, _, completion) in history.pairs() {
        let Some(completion) = completion else {
            continue;
        };
        if let Some(Failure::Malformed { text, kind, body }) = &completion.failure {
            let group = groups.entry((completion.f, kind));
            let group = group.or_insert_with(|| Exception {
                count: 0,
                message: text.clone(),
                f: completion.f,
                node: nodes[operation.node].to_owned(),
                body: body.clone(),
            });
            group.count += 1;
            if group.message != *text {
                group.message.clone_from(kind);
            }
        }
    }
    let mut exceptions: Vec<Exception> = groups.into_values().collect();
    exceptions.sort_by_key(|exception| Reverse(exception.count));
    exceptions
}

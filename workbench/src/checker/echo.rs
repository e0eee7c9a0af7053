//! Every echo brings back what was sent (Maelstrom's `echo` check).

use super::Verdict;
use crate::names::NodeNames;
use crate::record::history::{Event, History, Kind};

/// Which echoes did not bring back what was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct EchoResults {
    /// Invalid if there is an error.
    pub verdict: Verdict,
    /// Every echo that ended ok or fail without its own payload, in the order of their invocations.
    pub errors: Vec<EchoError>,
}

/// An echo that did not bring back what was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct EchoError {
    /// The node that was asked.
    pub node: String,
    /// What was sent.
    pub invocation: Event,
    /// What came back: another payload, or a definite error.
    pub completion: Event,
}

pub(super) fn check(history: &History, nodes: &NodeNames) -> EchoResults {
    let errors: Vec<EchoError> = history
        .pairs()
        .filter_map(|(operation, invocation, completion)| {
            let completion = completion?;
            let wrong = match completion.kind {
                Kind::Ok => completion.value != invocation.value,
                Kind::Fail => true,
                // Nobody knows what an operation that ended so would have brought back.
                Kind::Info | Kind::Invoke => false,
            };
            wrong.then(|| EchoError {
                node: nodes[operation.node].to_owned(),
                invocation: invocation.clone(),
                completion: completion.clone(),
            })
        })
        .collect();
    EchoResults { verdict: Verdict::from_bool(errors.is_empty()), errors }
}

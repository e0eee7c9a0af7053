//! Every echo returns what was sent (Maelstrom's `echo` check).

use std::io::{self, BufRead};

use super::WrongEcho;
use crate::checker::{Finding, StatsResults, Verdict};
use crate::names::NodeNames;
use crate::record::edn::Edn;
use crate::record::history::{Event, History, Kind};
use crate::record::jepsen::{error, value};
use crate::text::counted;
use crate::workload::{Explanation, WorkloadResults};

/// Which echoes did not return what was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct EchoResults {
    /// Invalid if there is an error.
    pub verdict: Verdict,
    /// Every echo that ended ok or fail without its own payload, in the order of their invocations.
    pub errors: Vec<EchoError>,
}

/// An echo that did not return what was sent.
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
                // Its outcome is unknown.
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

impl WorkloadResults for EchoResults {
    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn findings(&self) -> Vec<Finding> {
        (!self.errors.is_empty()).then_some(Finding("wrong-echoes")).into_iter().collect()
    }

    fn to_edn(&self) -> Edn {
        Edn::map([
            ("valid?", Edn::from(self.verdict)),
            ("errors", Edn::list(self.errors.iter().map(EchoError::to_edn))),
        ])
    }

    fn success(&self, stats: &StatsResults) -> String {
        match stats.total.count() {
            1 => "The one echo returned what was sent".to_owned(),
            count => format!("{count} echoes, and each returned what was sent"),
        }
    }

    fn failure(&self) -> Option<String> {
        let errors = self.errors.len();
        (errors > 0).then(|| format!("{} did not return what was sent", counted(errors, "echo")))
    }

    fn rows(&self, stats: &StatsResults) -> Vec<(&'static str, String)> {
        let echoes = stats.total.count();
        let mismatches = match self.errors.len() {
            0 if stats.total.ok == 0 => "not one was returned".to_owned(),
            0 => "every reply returned what was sent".to_owned(),
            count => format!("{count} did not return what was sent"),
        };
        vec![("Echoes", format!("{echoes}: {mismatches}"))]
    }

    fn explain(
        &self,
        _nodes: &NodeNames,
        _history: &History,
        _journal: &mut dyn BufRead,
    ) -> io::Result<Explanation> {
        let wrong = self.errors.iter().map(WrongEcho::new);
        Ok(Explanation::new(wrong, [("wrong echo", self.errors.len())]))
    }
}

impl EchoError {
    /// In Maelstrom's words. What came back has the key `:echo` or, for an error, `:error`.
    fn to_edn(&self) -> Edn {
        let received = match &self.completion.failure {
            Some(failure) => ("error", error(failure)),
            None => ("echo", value(&self.completion)),
        };
        let node = ("node", Edn::from(self.node.as_str()));
        Edn::Vector(vec![
            Edn::from("Expected a message with :echo"),
            value(&self.invocation),
            Edn::from("But received"),
            Edn::map([received, node]),
        ])
    }
}

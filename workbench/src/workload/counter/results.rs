//! What there is to say of a counter that was checked.

use std::io::{self, BufRead};

use super::check::CounterResults;
use super::explanation;
use crate::checker::{Finding, StatsResults, Verdict};
use crate::names::NodeNames;
use crate::record::edn::Edn;
use crate::record::history::History;
use crate::record::jepsen::operation;
use crate::text::{counted, listed};
use crate::workload::{Explanation, Tile, WorkloadResults};

impl WorkloadResults for CounterResults {
    fn verdict(&self) -> Verdict {
        self.verdict
    }

    fn findings(&self) -> Vec<Finding> {
        (!self.errors.is_empty()).then_some(Finding("wrong-sums")).into_iter().collect()
    }

    fn to_edn(&self) -> Edn {
        let errors = self.errors.iter().map(|error| operation(&error.completion));
        let errors = if self.errors.is_empty() { Edn::Nil } else { Edn::list(errors) };
        let ranges = self.acceptable.iter();
        let ranges = ranges.map(|range| Edn::Vector(vec![range.low.into(), range.high.into()]));
        Edn::map([
            ("valid?", Edn::from(self.verdict)),
            ("errors", errors),
            ("final-reads", Edn::list(self.final_reads.iter().copied())),
            ("acceptable", Edn::list(ranges)),
        ])
    }

    fn success(&self, _stats: &StatsResults) -> String {
        match self.final_reads.len() {
            0 => "No final read succeeded".to_owned(),
            1 => "The one final read returned the sum".to_owned(),
            reads => format!("All {reads} final reads returned the sum"),
        }
    }

    fn failure(&self) -> Option<String> {
        let errors = self.errors.len();
        let reads = counted(self.final_reads.len(), "final read");
        (errors > 0).then(|| format!("{errors} of {reads} returned a wrong sum"))
    }

    fn tiles(&self) -> Vec<Tile> {
        let words = format!("final reads: {}", listed(self.final_reads.iter()));
        vec![Tile { label: "Sum", number: self.acceptable_in_words(), words }]
    }

    fn rows(&self, _stats: &StatsResults) -> Vec<(&'static str, String)> {
        let doubt = match self.in_doubt {
            0 => String::new(),
            in_doubt => format!(", {in_doubt} in doubt"),
        };
        let sum = self.acceptable_in_words();
        let adds = counted(self.acknowledged, "acknowledged add");
        let mut rows = vec![("Sum", format!("{sum}, of {adds}{doubt}"))];
        let reads = match self.final_reads.len() {
            0 => "none succeeded".to_owned(),
            _ => listed(self.final_reads.iter()),
        };
        rows.push(("Final reads", reads));
        if !self.errors.is_empty() {
            let wrong =
                self.errors.iter().map(|error| format!("{} from {}", error.value, error.node));
            rows.push(("Wrong", listed(wrong)));
        }
        rows
    }

    fn explain(
        &self,
        nodes: &NodeNames,
        history: &History,
        journal: &mut dyn BufRead,
    ) -> io::Result<Explanation> {
        let wrong = explanation::explain(self, nodes, history, journal)?;
        let count = wrong.len();
        Ok(Explanation::new(wrong, [("wrong sum", count)]))
    }
}

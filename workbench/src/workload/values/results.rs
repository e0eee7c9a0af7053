//! The values of a run checked, and what there is to say of them.

use std::io::{self, BufRead};

use serde_json::Value as Json;

use super::{ValueOperation, missing};
use crate::checker::{
    Finding, OddReads, Outcome, Quantiles, SetFullResults, StaleElement, StatsResults,
    ValuesResults, Verdict, values,
};
use crate::names::NodeNames;
use crate::record::edn::Edn;
use crate::record::history::History;
use crate::record::jepsen::operation;
use crate::text::{ID, counted, cut, listed};
use crate::workload::{Explanation, Input, Tile, WorkloadResults};

/// Keys of quantile maps, as Maelstrom writes [`crate::checker::QUANTILE_POINTS`].
const QUANTILE_KEYS: [Edn; 5] =
    [Edn::Int(0), Edn::Float(0.5), Edn::Float(0.95), Edn::Float(0.99), Edn::Int(1)];

/// What became of the values that an operation handed over.
#[derive(Debug, Clone)]
pub struct CheckedValues {
    operation: ValueOperation,
    values: ValuesResults,
}

/// Checks the values that `operation` handed over.
pub fn check(operation: ValueOperation, input: &Input) -> CheckedValues {
    let values = values::check(input.history, input.nodes, operation.f, input.strict);
    CheckedValues { operation, values }
}

impl WorkloadResults for CheckedValues {
    fn verdict(&self) -> Verdict {
        self.values.verdict()
    }

    fn findings(&self) -> Vec<Finding> {
        let ValuesResults { set_full, incomplete, odd_reads, .. } = &self.values;
        let all = [
            (Finding::LOST, set_full.lost_latencies.is_some()),
            (Finding::INCOMPLETE, !incomplete.is_empty()),
            (Finding::ODD_READS, !odd_reads.is_empty()),
        ];
        all.into_iter().filter(|(_, found)| *found).map(|(finding, _)| finding).collect()
    }

    fn values(&self) -> Option<&ValuesResults> {
        Some(&self.values)
    }

    fn to_edn(&self) -> Edn {
        set_full(&self.values.set_full)
    }

    /// `:incomplete` maps a node to the acknowledged values that its final read lacked; `:odd-reads`
    /// maps a node to the values that its reads returned twice, as another type, or though no client
    /// had handed them over.
    fn more_edn(&self) -> Vec<(&'static str, Edn)> {
        let ValuesResults { incomplete, odd_reads, .. } = &self.values;
        let incomplete = incomplete
            .iter()
            .map(|(node, lacked)| (Edn::from(node.as_str()), Edn::list(lacked.iter().copied())));
        let odd_reads =
            odd_reads.iter().map(|(node, odd)| (Edn::from(node.as_str()), odd_edn(odd)));
        let all: [(_, Vec<_>); 2] =
            [("incomplete", incomplete.collect()), ("odd-reads", odd_reads.collect())];
        let some = all.into_iter().filter(|(_, nodes)| !nodes.is_empty());
        some.map(|(key, nodes)| (key, Edn::Map(nodes))).collect()
    }

    fn success(&self, _stats: &StatsResults) -> String {
        match self.values.set_full.with(Outcome::Stable).len() {
            1 => "The one value was there in the end".to_owned(),
            values => format!("All {values} values were there in the end"),
        }
    }

    fn failure(&self) -> Option<String> {
        let lost = self.values.set_full.with(Outcome::Lost).len();
        let values = counted(self.values.set_full.elements.len(), "value");
        let were = if lost == 1 { "was" } else { "were" };
        (lost > 0).then(|| format!("{lost} of {values} {were} lost"))
    }

    fn tiles(&self) -> Vec<Tile> {
        let set_full = &self.values.set_full;
        let [stable, lost] = [Outcome::Stable, Outcome::Lost].map(|o| set_full.with(o).len());
        let stale = set_full.stale().len();
        let words = format!("{stable} stable ({stale} of them stale), {lost} lost");
        let number = set_full.elements.len().to_string();
        let values = Tile { label: "Values", number, words };
        let latency = set_full.stable_latencies.map(|[_, median, .., worst]| Tile {
            label: "Stable latency, p50",
            number: format!("{median} ms"),
            words: format!("the worst after {worst}\u{a0}ms"),
        });
        [values].into_iter().chain(latency).collect()
    }

    fn rows(&self, _stats: &StatsResults) -> Vec<(&'static str, String)> {
        let mut rows = set_full_rows(&self.values.set_full);
        rows.extend(self.incomplete_rows());
        rows.extend(self.odd_reads_rows());
        rows
    }

    fn explain(
        &self,
        nodes: &NodeNames,
        history: &History,
        journal: &mut dyn BufRead,
    ) -> io::Result<Explanation> {
        missing::explain(nodes, history, self.operation.f, &self.values, journal)
    }
}

fn set_full_rows(results: &SetFullResults) -> Vec<(&'static str, String)> {
    let values = results.elements.len();
    let stable = results.with(Outcome::Stable).len();
    let stale = results.stale().len();
    let lost = results.with(Outcome::Lost);
    let never_read = results.with(Outcome::NeverRead).len();
    let counts = format!(
        "{values}: {stable} stable ({stale} of them stale), {} lost, {never_read} never read",
        lost.len()
    );
    let mut rows = vec![("Values", counts)];
    if !lost.is_empty() {
        rows.push(("Lost", listed(lost.into_iter())));
    }
    if let Some([_, median, p95, _, max]) = results.stable_latencies {
        rows.push(("Stable latency", format!("p50 {median} ms, p95 {p95} ms, max {max} ms")));
    }
    rows
}

impl CheckedValues {
    fn incomplete_rows(&self) -> Vec<(&'static str, String)> {
        let ValuesResults { incomplete, strict, .. } = &self.values;
        let lacked = incomplete.iter().map(|(node, lacked)| {
            let (count, lacked) = (lacked.len(), listed(lacked.iter()));
            format!("{node} lacked {count} in its final read: {lacked}")
        });
        let so = "and that makes the run invalid (--strict)";
        let so = (*strict && !incomplete.is_empty()).then(|| so.to_owned());
        labelled("Incomplete", lacked.chain(so))
    }

    fn odd_reads_rows(&self) -> Vec<(&'static str, String)> {
        let done = self.operation.done;
        let remarks = self.values.odd_reads.iter().flat_map(|(node, odd)| {
            let OddReads { repeated, mistyped, never_issued } = odd;
            let ids = |values: &[Json]| listed(values.iter().map(|value| cut(value, ID)));
            let remarks = [
                (!mistyped.is_empty()).then(|| {
                    format!("{node} returned {}: whole numbers were {done}", ids(mistyped))
                }),
                (!never_issued.is_empty())
                    .then(|| format!("{node} returned {}: never {done}", ids(never_issued))),
                (!repeated.is_empty()).then(|| {
                    format!("{node} returned twice in one read: {}", listed(repeated.iter()))
                }),
            ];
            remarks.into_iter().flatten()
        });
        labelled("Odd reads", remarks)
    }
}

/// Rows of which the first has the label.
fn labelled(
    label: &'static str,
    rows: impl Iterator<Item = String>,
) -> Vec<(&'static str, String)> {
    rows.enumerate().map(|(place, words)| (if place == 0 { label } else { "" }, words)).collect()
}

/// The order of the keys is Maelstrom's, whose map has none of its own.
fn set_full(results: &SetFullResults) -> Edn {
    let stable = results.with(Outcome::Stable);
    let lost = results.with(Outcome::Lost);
    let never_read = results.with(Outcome::NeverRead);
    let stale = results.stale();
    let worst_stale = results.worst_stale.iter().map(stale_element);
    let latencies = |key, latencies: &Option<Quantiles>| {
        latencies.as_ref().map(|latencies| (key, quantiles(latencies)))
    };
    let entries = [
        ("worst-stale", Edn::list(worst_stale)),
        ("duplicated-count", Edn::Int(0)),
        ("valid?", Edn::from(results.verdict)),
        ("lost-count", Edn::from(lost.len())),
        ("lost", Edn::list(lost)),
        ("stable-count", Edn::from(stable.len())),
        ("stale-count", Edn::from(stale.len())),
        ("stale", Edn::list(stale)),
        ("never-read-count", Edn::from(never_read.len())),
    ];
    let attempts = ("attempt-count", Edn::from(results.elements.len()));
    let rest = [("never-read", Edn::list(never_read)), ("duplicated", Edn::Map(vec![]))];
    Edn::map(
        entries
            .into_iter()
            .chain(latencies("stable-latencies", &results.stable_latencies))
            .chain([attempts])
            .chain(latencies("lost-latencies", &results.lost_latencies))
            .chain(rest),
    )
}

fn quantiles(latencies: &Quantiles) -> Edn {
    let latencies = latencies.iter().map(|&latency| Edn::from(latency));
    Edn::Map(QUANTILE_KEYS.into_iter().zip(latencies).collect())
}

fn stale_element(stale: &StaleElement) -> Edn {
    Edn::map([
        ("element", Edn::from(stale.value)),
        ("outcome", Edn::keyword("stable")),
        ("stable-latency", Edn::from(stale.latency)),
        ("lost-latency", Edn::Nil),
        ("known", operation(&stale.known)),
        ("last-absent", operation(&stale.last_absent)),
    ])
}

/// Only what there is: a node may be odd in one way.
fn odd_edn(odd: &OddReads) -> Edn {
    let repeated: Vec<Edn> = odd.repeated.iter().map(|value| Edn::from(*value)).collect();
    let entries = [
        ("repeated", repeated),
        ("mistyped", odd.mistyped.iter().map(Edn::from).collect()),
        ("never-broadcast", odd.never_issued.iter().map(Edn::from).collect()),
    ];
    let some = entries.into_iter().filter(|(_, values)| !values.is_empty());
    Edn::map(some.map(|(key, values)| (key, Edn::List(values))))
}

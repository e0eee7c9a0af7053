//! `summary.json`: the numbers of a judged run, few enough to be read of a thousand runs at once.

use serde::{Deserialize, Serialize};

use crate::checker::Outcome;
use crate::error::Error;
use crate::record::store::Store;
use crate::workload::Results;

/// The name of the file.
pub const SUMMARY: &str = "summary.json";

/// The numbers of a run that has a verdict, as `summary.json` has them, with keys in kebab case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RunNumbers {
    /// The names of its findings.
    pub findings: Vec<String>,
    /// How many operations ended.
    pub operations: usize,
    /// How many of them were ok.
    pub ok: usize,
    /// Messages per operation, those of clients included; none if there was no operation.
    pub msgs_per_op: Option<f64>,
    /// What became of the values; none if the workload has none.
    pub values: Option<ValueNumbers>,
}

/// The numbers of the values that clients handed to the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ValueNumbers {
    /// How many there were.
    pub values: usize,
    /// How many of them were lost.
    pub lost: usize,
    /// The median stable latency, in milliseconds; none if no value was stable.
    pub median_latency: Option<u64>,
    /// The longest stable latency, in milliseconds.
    pub max_latency: Option<u64>,
}

impl RunNumbers {
    /// The numbers in what the checks found.
    pub fn of(results: &Results) -> RunNumbers {
        let total = &results.stats.total;
        let values = results.workload.values().map(|values| {
            let set_full = &values.set_full;
            ValueNumbers {
                values: set_full.elements.len(),
                lost: set_full.with(Outcome::Lost).len(),
                median_latency: set_full.stable_latencies.map(|[_, median, ..]| median),
                max_latency: set_full.stable_latencies.map(|[.., max]| max),
            }
        });
        RunNumbers {
            findings: results.findings().into_iter().map(|finding| finding.0.to_owned()).collect(),
            operations: total.count(),
            ok: total.ok,
            msgs_per_op: results.net.messages_per_operation(&results.net.traffic.all),
            values,
        }
    }

    /// The numbers of the run in a store.
    ///
    /// Fails if they cannot be read, or are none of the workbench's.
    pub fn read(store: &Store) -> Result<RunNumbers, Error> {
        store.read(SUMMARY, |file| Ok(serde_json::from_reader(file)?))
    }
}

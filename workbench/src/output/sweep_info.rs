//! `sweep.json`: what a sweep was, and what came of it in numbers. What became of each seed is in
//! `runs.jsonl`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::checker::at_points;
use crate::error::Error;
use crate::options::Options;
use crate::record::store::Store;
use crate::text::counted;
use crate::workload::WorkloadKind;

/// The name of the file.
pub const SWEEP: &str = "sweep.json";

/// Where the seed is in a command that is for any seed. It has no character that a shell knows.
const ANY_SEED: &str = "@seed@";

/// The facts of a sweep, as `sweep.json` has them, with keys in kebab case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SweepInfo {
    /// The workload.
    pub workload: WorkloadKind,
    /// What each run was, in a line for people.
    pub introduction: String,
    /// The command that simulates one of its seeds, which is `@seed@` here.
    reproduce: String,
    /// The first seed.
    pub first_seed: u64,
    /// How many seeds it was to judge. An interrupted sweep has judged fewer.
    pub seeds: u64,
    /// What came of it.
    pub numbers: SweepNumbers,
}

/// The runs of a sweep, counted and measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SweepNumbers {
    /// How many seeds were judged.
    pub runs: u64,
    /// How many runs were valid.
    pub valid: u64,
    /// How many were invalid.
    pub invalid: u64,
    /// How many the checks could not tell.
    pub unknown: u64,
    /// How many did not finish.
    pub no_verdict: u64,
    /// How many values were lost, over all runs.
    pub lost: u64,
    /// How many runs had each finding, by its name.
    pub findings: BTreeMap<String, u64>,
    /// Messages per operation.
    pub msgs_per_op: Option<Spread>,
    /// From the last heal until every node had every value, in milliseconds, of the runs in which that
    /// happened.
    pub converged_millis: Option<Spread>,
    /// In how many runs it never did.
    pub never_converged: u64,
    /// The median stable latency of each run, in milliseconds.
    pub stable_median_millis: Option<Spread>,
    /// The longest stable latency of each run, in milliseconds.
    pub stable_max_millis: Option<Spread>,
}

/// How a number is spread over the runs of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// The least.
    pub min: f64,
    /// The median.
    pub p50: f64,
    /// 19 of 20 are below it.
    pub p95: f64,
    /// The greatest.
    pub max: f64,
}

impl SweepInfo {
    /// The facts of the sweep of `options` over those seeds.
    pub fn new(options: &Options, seeds: &Range<u64>, numbers: SweepNumbers) -> SweepInfo {
        SweepInfo {
            workload: options.workload,
            introduction: options.introduction(),
            reproduce: options.reproduce(ANY_SEED),
            first_seed: seeds.start,
            seeds: seeds.end - seeds.start,
            numbers,
        }
    }

    /// The facts of the sweep in a store.
    ///
    /// Fails if they cannot be read, or are none of the workbench's.
    pub fn read(store: &Store) -> Result<SweepInfo, Error> {
        store.read(SWEEP, |file| Ok(serde_json::from_reader(file)?))
    }

    /// The command that simulates that seed.
    pub fn command(&self, seed: u64) -> String {
        self.reproduce.replace(ANY_SEED, &seed.to_string())
    }

    /// `seeds 1 to 100`
    pub fn seeds_in_words(&self) -> String {
        match self.seeds {
            1 => format!("seed {}", self.first_seed),
            seeds => format!("seeds {} to {}", self.first_seed, self.first_seed + (seeds - 1)),
        }
    }
}

impl SweepNumbers {
    /// How many runs were not valid.
    pub fn failed(&self) -> u64 {
        self.runs.saturating_sub(self.valid)
    }

    /// `86 of 100 runs failed`
    pub fn in_words(&self) -> String {
        match (self.failed(), self.runs) {
            (0, 1) => "The one run is valid".to_owned(),
            (0, runs) => format!("All {} are valid", counted(runs, "run")),
            (failed, runs) => format!("{failed} of {} failed", counted(runs, "run")),
        }
    }
}

impl Spread {
    /// The spread of `values`; none of no values.
    pub fn of(values: &[f64]) -> Option<Spread> {
        let mut values = values.to_vec();
        values.sort_unstable_by(f64::total_cmp);
        let [min, p50, p95, max] = at_points(&values, [0.0, 0.5, 0.95, 1.0])?;
        Some(Spread { min, p50, p95, max })
    }
}

//! The runs of a sweep, read from `runs.jsonl`: what their numbers are, and which of them failed.

use std::io::{self, BufRead};

use crate::output::seed_outcome::SeedOutcome;
use crate::output::sweep_info::SweepInfo;
use crate::report::plots::histogram::Histogram;
use crate::report::verdict_sign::VerdictSign;
use crate::text::{counted, escape_control, truncate};

/// How many failing runs are listed.
const MAX_LISTED: usize = 50;

/// How many characters of a reason are shown.
const MAX_REASON_CHARS: usize = 200;

/// The runs of a sweep, as far as the page shows them.
pub struct SweepRuns {
    /// The numbers of all runs.
    pub distributions: [Histogram; 4],
    /// The first of the failing runs.
    pub failing: Vec<FailingRun>,
}

/// A failing run, in words.
pub struct FailingRun {
    /// Its seed.
    pub seed: u64,
    /// Its verdict at a glance.
    pub sign: VerdictSign,
    /// Why it failed.
    pub reason: String,
    /// Messages per operation; a dash if there is no such number.
    pub msgs_per_op: String,
    /// The longest stable latency.
    pub latency: String,
    /// The command that simulates it.
    pub command: String,
}

impl SweepRuns {
    /// Reads a `runs.jsonl`, a line at a time: it may be large.
    pub fn read(info: &SweepInfo, file: impl BufRead) -> io::Result<SweepRuns> {
        let mut runs = SweepRuns { distributions: distributions(info), failing: vec![] };
        for line in file.lines() {
            let outcome: SeedOutcome = serde_json::from_str(&line?)?;
            runs.add(info, &outcome);
        }
        Ok(runs)
    }

    fn add(&mut self, info: &SweepInfo, outcome: &SeedOutcome) {
        let millis = |millis: Option<u64>| millis.map(|millis| millis as f64);
        let numbers = [
            outcome.verdict.map(|_| outcome.msgs_per_op),
            millis(outcome.converged_millis),
            millis(outcome.stable_median_millis),
            millis(outcome.stable_max_millis),
        ];
        for (distribution, number) in self.distributions.iter_mut().zip(numbers) {
            let numbers = match outcome.is_valid() {
                true => &mut distribution.valid,
                false => &mut distribution.failing,
            };
            numbers.extend(number);
        }
        if !outcome.is_valid() && self.failing.len() < MAX_LISTED {
            self.failing.push(FailingRun::new(info, outcome));
        }
    }
}

/// What is measured, without any numbers yet.
fn distributions(info: &SweepInfo) -> [Histogram; 4] {
    let empty = |file, title, words, resolution| Histogram {
        file,
        title,
        words,
        resolution,
        valid: vec![],
        failing: vec![],
        missing: String::new(),
    };
    let never = match info.numbers.never_converged {
        0 => String::new(),
        runs => format!("Not shown: {} in which that never happened.", counted(runs, "run")),
    };
    [
        empty("msgs-per-op.svg", "Messages per operation", "messages per operation", 0.01),
        Histogram {
            missing: never,
            ..empty(
                "converged.svg",
                "How long until every node had every value",
                "from the last heal or a later broadcast (ms)",
                1.0,
            )
        },
        empty("stable-median.svg", "The median stable latency", "stable latency, p50 (ms)", 1.0),
        empty("stable-max.svg", "The longest stable latency", "stable latency, max (ms)", 1.0),
    ]
}

impl FailingRun {
    fn new(info: &SweepInfo, outcome: &SeedOutcome) -> FailingRun {
        let dash = || "–".to_owned();
        let msgs_per_op = outcome.verdict.map(|_| format!("{:.2}", outcome.msgs_per_op));
        let latency = outcome.stable_max_millis.map(|millis| format!("{millis}\u{a0}ms"));
        FailingRun {
            seed: outcome.seed,
            sign: outcome
                .verdict
                .map_or(VerdictSign::NONE, |verdict| VerdictSign::of(&verdict.into())),
            reason: truncate(&outcome.reason(), MAX_REASON_CHARS),
            msgs_per_op: msgs_per_op.unwrap_or_else(dash),
            latency: latency.unwrap_or_else(dash),
            command: escape_control(&info.command(outcome.seed)).into_owned(),
        }
    }
}

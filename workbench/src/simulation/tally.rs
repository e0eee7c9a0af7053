//! The summary of a sweep: how many runs are valid, why the others are not, and what may have helped those
//! that passed.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use crate::checker::Verdict;
use crate::output::LABELS;
use crate::output::seed_outcome::SeedOutcome;
use crate::output::sweep_info::{Spread, SweepNumbers};
use crate::text::{counted, wrap};

/// How many failing seeds are listed.
const MAX_LISTED_SEEDS: usize = 5;

/// How many kinds of partitions that runs passed with are listed.
const MAX_LISTED_SHAPES: usize = 5;

/// The sums over a sweep's outcomes.
#[derive(Debug, Default)]
pub struct Tally {
    runs: u64,
    /// None counts the runs without a verdict.
    verdicts: BTreeMap<Option<Verdict>, u64>,
    lost: (u64, u64),
    incomplete: (u64, u64),
    findings: BTreeMap<String, u64>,
    msgs_per_op: Vec<f64>,
    converged: Vec<f64>,
    median_latencies: Vec<f64>,
    max_latencies: Vec<f64>,
    never_converged: u64,
    failed: Vec<SeedOutcome>,
    passed: BTreeMap<String, Passed>,
}

/// Runs that passed with partitions of the same shapes.
#[derive(Debug, Default)]
struct Passed {
    runs: u64,
    dropped: u64,
    delivered_before_heal: u64,
    first: u64,
}

impl Tally {
    /// Adds an outcome. Call this in the order of the seeds.
    pub fn add(&mut self, outcome: SeedOutcome) {
        self.runs += 1;
        *self.verdicts.entry(outcome.verdict).or_default() += 1;
        for finding in &outcome.findings {
            *self.findings.entry(finding.clone()).or_default() += 1;
        }
        for (sum, count) in
            [(&mut self.lost, outcome.lost), (&mut self.incomplete, outcome.incomplete)]
        {
            sum.0 += count as u64;
            sum.1 += u64::from(count > 0);
        }
        if outcome.verdict.is_some() {
            self.msgs_per_op.push(outcome.msgs_per_op);
            for (all, millis) in [
                (&mut self.converged, outcome.converged_millis),
                (&mut self.median_latencies, outcome.stable_median_millis),
                (&mut self.max_latencies, outcome.stable_max_millis),
            ] {
                all.extend(millis.map(|millis| millis as f64));
            }
            let never = outcome.has_values() && outcome.converged_millis.is_none();
            self.never_converged += u64::from(never);
        }
        if outcome.is_valid() {
            self.pass(&outcome);
        } else if self.failed.len() < MAX_LISTED_SEEDS {
            self.failed.push(outcome);
        }
    }

    fn pass(&mut self, outcome: &SeedOutcome) {
        let mut shapes: Vec<&str> =
            outcome.partitions.iter().map(|partition| partition.shape.name()).collect();
        shapes.sort_unstable();
        shapes.dedup();
        let shapes = if shapes.is_empty() { "no partition".into() } else { shapes.join(" and ") };
        let passed = self.passed.entry(shapes).or_default();
        if passed.runs == 0 {
            passed.first = outcome.seed;
        }
        passed.runs += 1;
        for partition in &outcome.partitions {
            passed.dropped += partition.dropped as u64;
            passed.delivered_before_heal += partition.delivered_before_heal as u64;
        }
    }

    /// How many runs are valid, and how many are not.
    pub fn counts(&self) -> (u64, u64) {
        let valid = self.verdicts.get(&Some(Verdict::Valid)).copied().unwrap_or_default();
        (valid, self.runs - valid)
    }

    /// The first seed whose run has a verdict and is not valid.
    pub fn first_failing(&self) -> Option<u64> {
        self.failed.iter().find(|outcome| outcome.verdict.is_some()).map(|outcome| outcome.seed)
    }

    /// The exit status of the worst run. No verdict is worse than any verdict.
    pub fn exit_status(&self) -> u8 {
        if self.verdicts.contains_key(&None) {
            return NO_VERDICT;
        }
        Verdict::merge(self.verdicts.keys().flatten().copied()).exit_status()
    }

    /// What is counted and measured, to be stored.
    pub fn numbers(&self) -> SweepNumbers {
        let count = |verdict| self.verdicts.get(&verdict).copied().unwrap_or_default();
        SweepNumbers {
            runs: self.runs,
            valid: count(Some(Verdict::Valid)),
            invalid: count(Some(Verdict::Invalid)),
            unknown: count(Some(Verdict::Unknown)),
            no_verdict: count(None),
            lost: self.lost.0,
            findings: self.findings.clone(),
            msgs_per_op: Spread::of(&self.msgs_per_op),
            converged_millis: Spread::of(&self.converged),
            never_converged: self.never_converged,
            stable_median_millis: Spread::of(&self.median_latencies),
            stable_max_millis: Spread::of(&self.max_latencies),
        }
    }

    /// The summary. `reproduce` gives the command for a seed.
    pub fn summary(&self, reproduce: impl Fn(u64) -> String) -> String {
        let mut lines = SummaryLines::default();
        let name = |verdict: &Option<Verdict>| verdict.map_or("without verdict", Verdict::name);
        let verdicts = self.verdicts.iter();
        let verdicts: Vec<String> =
            verdicts.map(|(verdict, count)| format!("{count} {}", name(verdict))).collect();
        lines.add("Runs", format!("{}: {}", self.runs, verdicts.join(", ")));
        self.broadcast(&mut lines);
        for (finding, runs) in &self.findings {
            if !["lost", "incomplete"].contains(&finding.as_str()) {
                lines.add("Found", format!("{finding} in {}", counted(*runs, "run")));
            }
        }
        self.messages(&mut lines);
        self.failures(&mut lines, &reproduce);
        self.passes(&mut lines, &reproduce);
        lines.0
    }

    /// What the runs cost: messages per operation and, of values, the stable latencies.
    pub fn costs(&self) -> String {
        let mut lines = SummaryLines::default();
        self.messages(&mut lines);
        for (name, millis) in [("median", &self.median_latencies), ("max", &self.max_latencies)] {
            if let Some(spread) = min_to_max(millis, |value| format!("{value:.0}")) {
                lines.add("Stable latency", format!("{name} in ms: {spread}"));
            }
        }
        lines.0
    }

    fn messages(&self, lines: &mut SummaryLines) {
        if let Some(spread) = min_to_max(&self.msgs_per_op, |value| format!("{value:.2}")) {
            lines.add("Messages", format!("per op, over the runs: {spread}"));
        }
    }

    /// Whether the runs broadcast values.
    fn has_values(&self) -> bool {
        !self.converged.is_empty() || self.never_converged > 0
    }

    fn broadcast(&self, lines: &mut SummaryLines) {
        if !self.has_values() {
            return;
        }
        let (lost, runs) = self.lost;
        lines.add("Lost", format!("{}, in {}", counted(lost, "value"), counted(runs, "run")));
        let (incomplete, runs) = self.incomplete;
        let (values, runs) = (counted(incomplete, "acknowledged value"), counted(runs, "run"));
        lines.add("Incomplete", format!("{values} that some node lacked, in {runs}"));
        let seconds = |millis: f64| format!("{:.3} s", millis / 1000.0);
        let from = "from the last heal, or a later broadcast, to the last node:";
        lines.add("Converged", from);
        if let Some(spread) = min_to_max(&self.converged, seconds) {
            lines.add("", spread);
        }
        if self.never_converged > 0 {
            lines.add("", format!("never in {}", counted(self.never_converged, "run")));
        }
    }

    fn failures(&self, lines: &mut SummaryLines, reproduce: impl Fn(u64) -> String) {
        let mut label = "Failing";
        for outcome in &self.failed {
            lines.add(label, format!("seed {}: {}", outcome.seed, outcome.reason()));
            lines.command(&reproduce(outcome.seed));
            label = "";
        }
        let (_, failing) = self.counts();
        if let more @ 1.. = failing - self.failed.len() as u64 {
            lines.add("", format!("and {more} more"));
        }
    }

    /// If some runs failed, what distinguishes those that passed: the shapes of their partitions, and of
    /// values, that no copy of them was dropped or that they were delivered before the heal.
    fn passes(&self, lines: &mut SummaryLines, reproduce: impl Fn(u64) -> String) {
        let (_, failing) = self.counts();
        if failing == 0 || self.passed.is_empty() {
            return;
        }
        let mut label = "Passing";
        let mut groups: Vec<(&String, &Passed)> = self.passed.iter().collect();
        groups.sort_by_key(|(_, passed)| std::cmp::Reverse(passed.runs));
        let others = groups.split_off(groups.len().min(MAX_LISTED_SHAPES));
        for (shapes, passed) in groups {
            let Passed { runs, dropped, delivered_before_heal, first } = passed;
            let runs = counted(*runs, "run");
            if self.has_values() {
                lines.add(label, format!("{runs} with {shapes}:"));
                let detail = match dropped {
                    0 => "no value had a copy dropped by a partition".into(),
                    dropped => format!(
                        "{} had a copy dropped, {delivered_before_heal} of them delivered before the heal",
                        counted(*dropped, "value")
                    ),
                };
                lines.under(&format!("{detail}; the first is"));
            } else {
                lines.add(label, format!("{runs} with {shapes}; the first is"));
            }
            lines.command(&reproduce(*first));
            label = "";
        }
        if let runs @ 1.. = others.iter().map(|(_, passed)| passed.runs).sum() {
            lines.add("", format!("and {} with other partitions", counted(runs, "run")));
        }
    }
}

/// The exit status of a run without a verdict, as Maelstrom's.
const NO_VERDICT: u8 = 255;

#[derive(Default)]
struct SummaryLines(String);

impl SummaryLines {
    fn add(&mut self, label: &str, words: impl Display) {
        self.0 += &wrap(&format!("{label:<LABELS$}"), &" ".repeat(LABELS), &words.to_string());
    }

    /// Continues the line above.
    fn under(&mut self, words: &str) {
        let indent = " ".repeat(LABELS + 2);
        self.0 += &wrap(&indent, &indent, words);
    }

    /// Adds a command on a line of its own, so that it can be copied.
    fn command(&mut self, command: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{:LABELS$}  {command}", "");
    }
}

/// `min 12.1, p50 30.4, p95 41.0, max 52.9`; none of no values.
fn min_to_max(values: &[f64], words: impl Fn(f64) -> String) -> Option<String> {
    let Spread { min, p50, p95, max } = Spread::of(values)?;
    let [min, p50, p95, max] = [min, p50, p95, max].map(words);
    Some(format!("min {min}, p50 {p50}, p95 {p95}, max {max}"))
}

//! Two stages side by side: the outcomes of the same seeds, in a column each, and the seeds with which
//! their verdicts differ.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use crate::checker::{Verdict, at_points};
use crate::error::Error;
use crate::output::seed_outcome::SeedOutcome;
use crate::text::{counted, truncate, wrap};

/// How many of the seeds with different verdicts are listed.
const MAX_LISTED_SEEDS: usize = 3;

/// How much of a stage's name is shown.
const MAX_NAME_CHARS: usize = 26;

/// How much of the reason for a verdict is shown.
const MAX_REASON_CHARS: usize = 60;

/// A stage, and how its runs ended.
#[derive(Debug, Clone)]
pub struct ComparedStage {
    /// Its name.
    pub name: String,
    /// An outcome for each seed, in any order.
    pub outcomes: Vec<SeedOutcome>,
}

/// The outcomes of two stages, paired by seed: a seed gives both of them the same operations at the
/// same times, and the same partitions.
#[derive(Debug, Clone)]
pub struct Comparison {
    names: [String; 2],
    pairs: Vec<[SeedOutcome; 2]>,
}

impl Comparison {
    /// Compares two stages. The flags of their runs have to be the same.
    ///
    /// Fails if one of them lacks a seed of the other.
    pub fn new(stages: [ComparedStage; 2]) -> Result<Comparison, Error> {
        let names = stages.each_ref().map(|stage| stage.name.clone());
        let [from, to] = stages.map(|stage| {
            let outcomes = stage.outcomes.into_iter();
            outcomes.map(|outcome| (outcome.seed, outcome)).collect::<BTreeMap<_, _>>()
        });
        for (lacking, other, name) in [(&from, &to, &names[0]), (&to, &from, &names[1])] {
            if let Some(seed) = other.keys().find(|seed| !lacking.contains_key(seed)) {
                return Err(Error::Asked(format!(
                    "{name} has no run with seed {seed}: compare runs with the same seeds"
                )));
            }
        }
        let pairs = from.into_values().zip(to.into_values()).map(<[SeedOutcome; 2]>::from);
        Ok(Comparison { names, pairs: pairs.collect() })
    }

    /// The whole comparison, for people. `reproduce` gives each stage's command for a seed.
    pub fn text(&self, reproduce: [&dyn Fn(u64) -> String; 2]) -> String {
        format!("{}\n{}\n{}", self.table(), self.notes(), self.differences(reproduce))
    }

    /// A row for each thing to compare, and a column for each stage.
    fn table(&self) -> String {
        let names = self.names.each_ref().map(|name| truncate(name, MAX_NAME_CHARS));
        let rows = [("", names)].into_iter().chain(self.rows());
        let rows: Vec<[String; 3]> =
            rows.map(|(label, [from, to])| [label.to_owned(), from, to]).collect();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let [label_width, from_width] = [0, 1].map(|column| width(column).unwrap_or_default() + 3);
        let line = |[label, from, to]: &[String; 3]| {
            format!("{label:<label_width$}{from:<from_width$}{to}\n")
        };
        rows.iter().map(line).collect()
    }

    /// What there is to compare. Rows about values are only there if a run has values.
    fn rows(&self) -> Vec<(&'static str, [String; 2])> {
        let mut rows = vec![("Valid", self.each(|runs| runs.share(SeedOutcome::is_valid)))];
        for (label, verdict) in [("Unknown", Some(Verdict::Unknown)), ("Without verdict", None)] {
            if self.pairs.iter().flatten().any(|outcome| outcome.verdict == verdict) {
                rows.push((label, self.each(|runs| runs.share(|run| run.verdict == verdict))));
            }
        }
        let per_op = |run: &SeedOutcome| Some(run.msgs_per_op);
        let messages = self.each(|runs| runs.spread(per_op, |number| format!("{number:.2}"), ""));
        if self.has_values() {
            let converged = |run: &SeedOutcome| run.converged_millis.is_some();
            rows.extend([
                ("Lost", self.each(|runs| runs.lost())),
                ("Converged", self.each(|runs| runs.share(converged))),
                ("Time to converge", self.each(|runs| runs.millis(|run| run.converged_millis))),
                (
                    "Stable latency p50",
                    self.each(|runs| runs.millis(|run| run.stable_median_millis)),
                ),
                ("Stable latency max", self.each(|runs| runs.millis(|run| run.stable_max_millis))),
            ]);
        }
        let ok = |run: &SeedOutcome| Some(run.ok as f64);
        rows.extend([
            ("Messages per op", messages),
            ("Operations ok", self.each(|runs| runs.spread(ok, |number| number.to_string(), ""))),
            ("Availability", self.each(|runs| runs.spread(availability, percent, " %"))),
        ]);
        rows
    }

    /// A cell for each of the two stages.
    fn each(&self, cell: impl Fn(&Runs) -> String) -> [String; 2] {
        [0, 1].map(|place| cell(&Runs(self.pairs.iter().map(|pair| &pair[place]).collect())))
    }

    fn has_values(&self) -> bool {
        self.pairs.iter().flatten().any(SeedOutcome::has_values)
    }

    /// How to read the numbers.
    fn notes(&self) -> String {
        let mut notes =
            "Numbers are medians over the runs, with the least and the most in brackets. \
                         Each seed gives both stages the same operations and partitions."
                .to_owned();
        if self.has_values() {
            notes += " Stable latency leaves out lost values, and the time to converge leaves out \
                      runs that never did.";
        }
        wrap("", "", &notes)
    }

    /// The first seeds with which the verdicts differ, and how to reproduce their runs.
    fn differences(&self, reproduce: [&dyn Fn(u64) -> String; 2]) -> String {
        let different: Vec<&[SeedOutcome; 2]> =
            self.pairs.iter().filter(|[from, to]| from.verdict != to.verdict).collect();
        if different.is_empty() {
            return "The verdicts are the same with every seed.\n".into();
        }
        let (count, all) = (different.len(), counted(self.pairs.len() as u64, "seed"));
        let first = match count {
            0..=MAX_LISTED_SEEDS => ":".to_owned(),
            _ => format!(". The first {MAX_LISTED_SEEDS}:"),
        };
        let mut text = format!("The verdicts differ with {count} of {all}{first}\n");
        for pair in different.into_iter().take(MAX_LISTED_SEEDS) {
            let seed = pair[0].seed;
            let [from, to] = [0, 1].map(|place| {
                format!("{} {}", truncate(&self.names[place], MAX_NAME_CHARS), ending(&pair[place]))
            });
            text += &wrap("  ", "    ", &format!("seed {seed}: {from}, {to}"));
            for command in reproduce {
                // Writing to a String cannot fail.
                let _ = writeln!(text, "    {}", command(seed));
            }
        }
        text
    }
}

/// The runs of one stage.
struct Runs<'a>(Vec<&'a SeedOutcome>);

impl Runs<'_> {
    /// How many runs are as asked: `28 of 200 runs`.
    fn share(&self, is_meant: impl Fn(&SeedOutcome) -> bool) -> String {
        let meant = self.0.iter().filter(|run| is_meant(run)).count();
        format!("{meant} of {}", counted(self.0.len() as u64, "run"))
    }

    /// `3279 values, in 167 runs`
    fn lost(&self) -> String {
        let lost = self.0.iter().map(|run| run.lost as u64).filter(|&lost| lost > 0);
        let (values, runs) = (lost.clone().sum::<u64>(), lost.count() as u64);
        format!("{}, in {}", counted(values, "value"), counted(runs, "run"))
    }

    /// The median of a number of the runs that have a verdict, and its range: `10.27 (6.75 to 13.30)`.
    /// `-` if no run has that number.
    fn spread(
        &self,
        number: impl Fn(&SeedOutcome) -> Option<f64>,
        words: impl Fn(f64) -> String,
        unit: impl Display,
    ) -> String {
        let judged = self.0.iter().filter(|run| run.verdict.is_some());
        let mut numbers: Vec<f64> = judged.filter_map(|run| number(run)).collect();
        numbers.sort_unstable_by(f64::total_cmp);
        let Some(points) = at_points(&numbers, [0.0, 0.5, 1.0]) else { return "-".into() };
        let [least, median, most] = points.map(words);
        let range = if least == most { "".into() } else { format!(" ({least} to {most})") };
        format!("{median}{unit}{range}")
    }

    fn millis(&self, number: impl Fn(&SeedOutcome) -> Option<u64>) -> String {
        let number = |run: &SeedOutcome| number(run).map(|millis| millis as f64);
        self.spread(number, |millis| millis.to_string(), " ms")
    }
}

/// The fraction of a run's operations that succeeded; none if there was no operation.
fn availability(run: &SeedOutcome) -> Option<f64> {
    (run.operations > 0).then(|| run.ok as f64 / run.operations as f64)
}

/// Per cent with up to two decimals, rounded down: only all are 100.
fn percent(fraction: f64) -> String {
    ((fraction * 1e4).floor() / 1e2).to_string()
}

/// `valid`, `invalid (16 of 110 values lost)`, `without verdict (a storm of messages)`
fn ending(run: &SeedOutcome) -> String {
    let name = run.verdict.map_or("without verdict", Verdict::name);
    let reason = if run.is_valid() { String::new() } else { run.reason() };
    match reason.as_str() {
        "" => name.to_owned(),
        reason => format!("{name} ({})", truncate(reason, MAX_REASON_CHARS)),
    }
}

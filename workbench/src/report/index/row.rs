//! A row of the index: a run or a sweep, told from its small files alone.

use std::io::ErrorKind;
use std::path::Path;

use crate::error::Error;
use crate::output::run_info::{RunInfo, RunOutcome};
use crate::output::run_numbers::{RunNumbers, ValueNumbers};
use crate::output::sweep_info::{Spread, SweepInfo};
use crate::record::store::Store;
use crate::report::REPORT;
use crate::report::verdict_sign::VerdictSign;
use crate::text::{counted, percent_encoded, truncate};

/// How many characters a row has of each text.
const MAX_CHARS: usize = 300;

/// A run or a sweep.
#[derive(Debug, PartialEq, Eq)]
pub struct IndexRow {
    /// Its verdict at a glance.
    pub sign: VerdictSign,
    /// Why the verdict is what it is, in a few words; empty if there is nothing to say.
    pub why: String,
    /// The day and the time at which it began.
    pub began: [String; 2],
    /// Where its report is, or else its folder, from the store.
    pub href: String,
    /// What it was, in a line.
    pub what: String,
    /// The command that reproduces it; empty if it is not known.
    pub command: String,
    /// Operations, messages per operation, stable latency and lost values.
    pub numbers: [Number; 4],
}

/// A number, and what belongs to it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Number {
    /// What it counts, for where there is no head above it.
    pub label: &'static str,
    /// The number; empty if it is not known or there is no such number.
    pub number: String,
    /// What else there is to say of it.
    pub more: String,
}

/// What the numbers count.
pub const LABELS: [&str; 4] = ["operations", "msgs per op", "stable latency", "lost"];

impl IndexRow {
    /// The row of a folder in the store `root`.
    pub fn new(root: &Path, store: &Store) -> IndexRow {
        let folder = store.path().strip_prefix(root).unwrap_or(store.path());
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let page = if store.has(REPORT) { folder.join(REPORT) } else { folder.join("") };
        let row = if store.is_sweep() { sweep(store) } else { run(store) };
        let mut row = row.unwrap_or_else(|(sign, why)| IndexRow {
            what: folder.display().to_string(),
            why,
            ..IndexRow::of(sign)
        });
        row.began = began(&name);
        row.href = percent_encoded(&page);
        for text in [&mut row.why, &mut row.what, &mut row.command] {
            *text = truncate(text, MAX_CHARS);
        }
        row
    }

    fn of(sign: VerdictSign) -> IndexRow {
        IndexRow {
            sign,
            why: String::new(),
            began: Default::default(),
            href: String::new(),
            what: String::new(),
            command: String::new(),
            numbers: LABELS.map(|label| Number { label, ..Number::default() }),
        }
    }
}

/// The sign of a folder of which too little can be read, and why.
type Untold = (VerdictSign, String);

fn run(store: &Store) -> Result<IndexRow, Untold> {
    let info = RunInfo::read(store).map_err(|error| {
        untold("run.json", &error, "It is not over, or was killed, or could not begin.")
    })?;
    let mut row = IndexRow {
        what: format!("{}, seed {}", info.introduction, info.seed),
        command: info.reproduce,
        ..IndexRow::of(VerdictSign::of(&info.outcome))
    };
    if let RunOutcome::NoVerdict(error) = info.outcome {
        row.why = error.lines().next().unwrap_or_default().to_owned();
        return Ok(row);
    }
    match RunNumbers::read(store) {
        Ok(numbers) => row.put_run(&numbers),
        Err(error) => (_, row.why) = untold("summary.json", &error, "It has no summary.json."),
    }
    Ok(row)
}

fn sweep(store: &Store) -> Result<IndexRow, Untold> {
    let info = SweepInfo::read(store)
        .map_err(|error| untold("sweep.json", &error, "It is not over, or was killed."))?;
    let mut row = IndexRow {
        what: format!("Sweep: {}, {}", info.introduction, info.seeds_in_words()),
        command: info.command(info.first_seed),
        why: info.numbers.in_words(),
        ..IndexRow::of(VerdictSign::of_sweep(&info.numbers))
    };
    row.put_sweep(&info);
    Ok(row)
}

impl IndexRow {
    fn put_run(&mut self, numbers: &RunNumbers) {
        let RunNumbers { findings, operations, ok, msgs_per_op, values } = numbers;
        self.why = findings.join(", ");
        let not_ok = operations.saturating_sub(*ok);
        let more = if not_ok > 0 { format!("{not_ok} not ok") } else { String::new() };
        self.put(0, operations.to_string(), more);
        if let Some(rate) = msgs_per_op {
            self.put(1, format!("{rate:.2}"), String::new());
        }
        let Some(ValueNumbers { values, lost, median_latency, max_latency }) = values else {
            return;
        };
        if let (Some(median), Some(max)) = (median_latency, max_latency) {
            self.put(2, millis(*median as f64), format!("max {}", millis(*max as f64)));
        }
        self.put(3, lost.to_string(), format!("of {}", counted(*values, "value")));
    }

    fn put_sweep(&mut self, info: &SweepInfo) {
        let numbers = &info.numbers;
        if let Some(Spread { min, p50, max, .. }) = numbers.msgs_per_op {
            self.put(1, format!("{p50:.2}"), format!("{min:.2} to {max:.2}"));
        }
        if let (Some(median), Some(max)) = (numbers.stable_median_millis, numbers.stable_max_millis)
        {
            self.put(2, millis(median.p50), format!("max {}", millis(max.max)));
        }
        if info.workload.values().is_some() {
            self.put(3, numbers.lost.to_string(), String::new());
        }
    }

    fn put(&mut self, place: usize, number: String, more: String) {
        self.numbers[place] = Number { label: LABELS[place], number, more };
    }
}

fn millis(millis: f64) -> String {
    format!("{millis:.0}\u{a0}ms")
}

/// The day and the time in the name of a folder: `20261122T183509.123`.
fn began(name: &str) -> [String; 2] {
    let part = |from: usize, to: usize| name.get(from..to).unwrap_or_default();
    [
        format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
        format!("{}:{}:{}", part(9, 11), part(11, 13), part(13, 15)),
    ]
}

/// What to say of a folder whose file `name` cannot be read: `missing` if it is not there.
fn untold(name: &str, error: &Error, missing: &str) -> Untold {
    match error {
        Error::System { source, .. } if source.kind() == ErrorKind::NotFound => {
            (VerdictSign::NONE, missing.to_owned())
        }
        Error::System { source, .. } => {
            (VerdictSign::UNREADABLE, format!("{name} cannot be read: {source}"))
        }
        other => (VerdictSign::UNREADABLE, other.to_string()),
    }
}

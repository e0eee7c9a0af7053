//! `report.html` of a sweep: how many runs failed and why, how numbers are spread over the runs, and one
//! failing run replayed. It is made from the sweep's folder and nothing else.

mod runs;

use std::io::{self, Write};

use askama::Template;

use self::runs::{FailingRun, SweepRuns};
use super::REPORT;
use super::page;
use super::plots::Plot;
use super::plots::histogram;
use super::policy::policy;
use super::render::StoredRun;
use super::replay;
use super::verdict_sign::VerdictSign;
use crate::error::Error;
use crate::output::sweep_info::{Spread, SweepInfo};
use crate::record::store::Store;
use crate::text::{counted, truncate};
use crate::workload::Tile;

/// The folder inside a sweep's that holds the failing run which the page replays, as any run is stored.
pub const EXAMPLE: &str = "example";

/// How many characters of a finding or of what the runs were are shown.
const MAX_CHARS: usize = 300;

const STYLE: &str = include_str!("sweep.css");

#[derive(Template)]
#[template(path = "sweep.html")]
struct SweepPage<'a> {
    policy: String,
    styles: [&'static str; 3],
    scripts: Vec<&'static str>,
    info: &'a SweepInfo,
    introduction: String,
    seeds: String,
    sign: VerdictSign,
    /// What was found, and in how many runs.
    findings: Vec<String>,
    tiles: Vec<Tile>,
    /// In how many runs some node lacked some value in the end; empty if in none.
    never: String,
    spreads: Vec<SpreadRow>,
    failing: Vec<FailingRun>,
    /// How many failing runs have no row.
    left_out: u64,
    plots: Vec<Plot>,
    example: Option<Example>,
}

/// A row of the table of spreads: what is measured, and the spread in words.
struct SpreadRow {
    what: &'static str,
    cells: [String; 4],
}

/// The failing run that the page replays.
struct Example {
    what: String,
    /// Where its own report is.
    href: String,
    replay: String,
}

/// Writes the plots of a sweep and its `report.html`.
///
/// Fails if a file of the sweep is missing or none of the workbench's, or if the store cannot be written.
pub fn render_sweep(store: &Store) -> Result<(), Error> {
    let info = SweepInfo::read(store)?;
    let runs = store.read("runs.jsonl", |file| SweepRuns::read(&info, file))?;
    let system = |source: io::Error| Error::System { doing: "draw the sweep".into(), source };
    let plots = runs.distributions.iter().map(histogram::plot);
    let plots: Vec<Option<Plot>> = plots.collect::<io::Result<_>>().map_err(system)?;
    let plots: Vec<Plot> = plots.into_iter().flatten().collect();
    for plot in &plots {
        store.write(plot.file, |file| file.write_all(plot.svg.as_bytes()))?;
    }
    let example = match runs.failing.first() {
        Some(first) if store.has(EXAMPLE) => Some(Example::read(store, first.seed)?),
        _ => None,
    };
    let mut scripts = vec![page::COPY, page::ALL_RUNS];
    if example.is_some() {
        scripts.insert(0, replay::SCRIPT);
    }
    let page = SweepPage {
        policy: policy(&scripts),
        styles: [replay::STYLE, page::STYLE, STYLE],
        scripts,
        introduction: truncate(&info.introduction, MAX_CHARS),
        seeds: info.seeds_in_words(),
        sign: VerdictSign::of_sweep(&info.numbers),
        findings: info.numbers.findings.iter().map(in_runs).collect(),
        tiles: tiles(&info),
        never: match info.numbers.never_converged {
            0 => String::new(),
            runs => format!("In {}, some node never got some value.", counted(runs, "run")),
        },
        spreads: spreads(&info),
        left_out: info.numbers.failed().saturating_sub(runs.failing.len() as u64),
        failing: runs.failing,
        plots,
        example,
        info: &info,
    };
    let page = page.render().map_err(|failure| system(io::Error::other(failure)))?;
    store.write(REPORT, |file| file.write_all(page.as_bytes()))
}

impl Example {
    /// Reads the run that was stored for the first failing seed.
    fn read(sweep: &Store, first: u64) -> Result<Example, Error> {
        let store = Store::folder(&sweep.path().join(EXAMPLE));
        let StoredRun { info, explanation, .. } = StoredRun::read(&store)?;
        let trace = store.read("trace.json", io::read_to_string)?;
        let label = "Replay of a failing run, message by message";
        Ok(Example {
            what: format!(
                "A run that fails like seed {first}, as small as a short search could make it"
            ),
            href: format!("{EXAMPLE}/{REPORT}"),
            replay: page::player(&info, &explanation, &trace, label),
        })
    }
}

/// `lost: in 86 runs`
fn in_runs((finding, runs): (&String, &u64)) -> String {
    format!("{}: in {}", truncate(finding, MAX_CHARS), counted(*runs, "run"))
}

/// The numbers that people look at first.
fn tiles(info: &SweepInfo) -> Vec<Tile> {
    let numbers = &info.numbers;
    let counts = [
        (numbers.invalid, "invalid"),
        (numbers.unknown, "unknown"),
        (numbers.no_verdict, "without verdict"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, word)| format!("{count} {word}")).collect();
    let tile = |label, number: String, words: String| Tile { label, number, words };
    let judged = match info.seeds - numbers.runs.min(info.seeds) {
        0 => format!("{} valid", numbers.valid),
        left => format!("{} valid; interrupted, {left} not run", numbers.valid),
    };
    let mut tiles = vec![
        tile("Runs", numbers.runs.to_string(), judged),
        tile("Failed", numbers.failed().to_string(), counts.join(", ")),
    ];
    if info.workload.values().is_some() {
        let runs = numbers.findings.get("lost").copied().unwrap_or_default();
        let words = if numbers.lost > 0 { format!("in {runs} of the runs") } else { String::new() };
        tiles.push(tile("Values lost", numbers.lost.to_string(), words));
    }
    if let Some(spread) = numbers.msgs_per_op {
        let words = format!("{:.2} to {:.2}", spread.min, spread.max);
        tiles.push(tile("Messages per operation, p50", format!("{:.2}", spread.p50), words));
    }
    tiles
}

/// What is measured of every run, as far as there is such a number.
fn spreads(info: &SweepInfo) -> Vec<SpreadRow> {
    let numbers = &info.numbers;
    let all = [
        ("messages per operation", numbers.msgs_per_op, 2),
        ("converged (ms)", numbers.converged_millis, 0),
        ("stable latency, p50 (ms)", numbers.stable_median_millis, 0),
        ("stable latency, max (ms)", numbers.stable_max_millis, 0),
    ];
    let rows = all.into_iter().filter_map(|(what, spread, digits)| {
        let Spread { min, p50, p95, max } = spread?;
        Some(SpreadRow {
            what,
            cells: [min, p50, p95, max].map(|value| format!("{value:.digits$}")),
        })
    });
    rows.collect()
}

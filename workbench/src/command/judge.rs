//! From the record of a run to its verdict: checks, explains, writes the files and the summary.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use indicatif::DecimalBytes;
use serde::Serialize;
use serde_json::json;

use super::index::update_index_around;
use crate::checker::Verdict;
use crate::console::{self, Console};
use crate::error::Error;
use crate::output::history::{write_json, write_text};
use crate::output::print::render_summary;
use crate::output::reread::read_history;
use crate::output::run_info::{RunInfo, RunOutcome};
use crate::output::run_numbers::{RunNumbers, SUMMARY};
use crate::record::history::History;
use crate::record::store::Store;
use crate::report::REPORT;
use crate::report::render::render_report;
use crate::workload::Results;

/// Judges a stored run again, from its files. Gives the results and the summary that the run printed,
/// with `path` as the path of its store.
///
/// Fails if there is no run at `path`, if it has no verdict, or if the store cannot be written.
pub fn judge_again(path: &Path, console: &Console) -> Result<(Results, String), Error> {
    let store = Store::open(path)?;
    let mut info = RunInfo::read(&store)?;
    if let RunOutcome::NoVerdict(why) = info.outcome {
        let path = path.display();
        return Err(Error::Asked(format!(
            "the run in {path} has no verdict and cannot get one, because it did not finish. \
             It ended with:\n\n{why}"
        )));
    }
    let history = store.read("history.json", |file| read_history(file, &info.nodes))?;
    let results = info.check(&history);
    info.outcome = results.verdict.into();
    let text = conclude(&store, &info, &history, &results, console)?;
    update_index_around(&store);
    Ok((results, text))
}

/// Writes the history, and `run.json`, which says what the run was and how it ended.
pub fn write_record(store: &Store, info: &RunInfo, history: &History) -> Result<(), Error> {
    store.write("history.txt", |file| write_text(history, file))?;
    store.write("history.json", |file| write_json(history, &info.nodes, file))?;
    write_pretty(store, "run.json", info)
}

/// Writes the record and the results of a run whose journal is in the store, and draws its report.
/// Gives the summary to print.
pub fn conclude(
    store: &Store,
    info: &RunInfo,
    history: &History,
    results: &Results,
    console: &Console,
) -> Result<String, Error> {
    write_record(store, info, history)?;
    let explanation = console.patiently("explaining the results", || {
        store.read("journal.jsonl", |file| results.explain(&info.nodes, history, file))
    })?;
    let edn = results.to_edn();
    store.write("results.edn", |file| writeln!(file, "{}", edn.pretty()))?;
    let mut json = edn.to_json();
    json["seed"] = info.seed.into();
    json["findings"] = results.findings().into_iter().map(|finding| finding.0).collect();
    json["partitions"] = json!(info.partitions);
    if !explanation.is_empty() {
        json["explanation"] = explanation.to_json();
    }
    write_pretty(store, "results.json", &json)?;
    write_pretty(store, SUMMARY, &RunNumbers::of(results))?;
    let report = report(store, console);
    let report = report.map(|page| console::link(&page, io::stdout().is_terminal()));
    let style = style(results.verdict);
    Ok(render_summary(info, results, &explanation, store.shown(), report.as_deref(), style))
}

fn style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Valid => AnsiColor::Green,
        Verdict::Unknown => AnsiColor::Yellow,
        Verdict::Invalid => AnsiColor::Red,
    };
    colour.on_default()
}

/// The largest journal, in bytes, that is drawn in about a second.
const MAX_QUICKLY_DRAWN_BYTES: u64 = 30_000_000;

/// Prints what a run without a verdict has left, and what can be done with it.
pub fn print_what_is_left(store: &Store, error: &Error, console: &Console) {
    let (shown, path) = (store.shown().display(), store.path().display());
    let bytes = store.bytes("journal.jsonl");
    let is_interrupted = matches!(error, Error::Interrupted);
    let mut text = format!("The record is in {shown}");
    // After Ctrl-C, do not make the user wait for a report.
    if is_interrupted && bytes > MAX_QUICKLY_DRAWN_BYTES {
        text += &format!("\nTo draw its report: cargo run --package workbench -- report {shown}");
    } else if let Some(report) = report(store, console) {
        text += &format!("; its report is {}", console::link(&report, io::stderr().is_terminal()));
    }
    if is_interrupted {
        text += &format!("\nIt takes {}. To remove it: rm -r {path}", DecimalBytes(bytes));
    }
    console::print_stderr(&text);
}

/// Draws the report, and gives the path of its page. A failure is printed and is not an error: the
/// verdict does not depend on it.
fn report(store: &Store, console: &Console) -> Option<PathBuf> {
    match console.patiently("drawing the report", || render_report(store)) {
        Ok(()) => Some(store.shown().join(REPORT)),
        Err(error) => {
            console::print_stderr(&format!("No report of this run: {error}"));
            None
        }
    }
}

/// Writes a JSON file, indented for people.
pub fn write_pretty(store: &Store, name: &str, content: &impl Serialize) -> Result<(), Error> {
    store.write(name, |file| {
        serde_json::to_writer_pretty(&mut *file, content)?;
        writeln!(file)
    })
}

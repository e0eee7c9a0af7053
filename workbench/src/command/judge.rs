//! From what a run recorded to its verdict: checked, explained, written down and told.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstyle::{AnsiColor, Style};
use indicatif::DecimalBytes;
use serde::Serialize;
use serde_json::json;

use crate::checker::Verdict;
use crate::console::{self, Console};
use crate::error::Error;
use crate::output::history::{write_json, write_text};
use crate::output::print::render_summary;
use crate::output::reread::read_history;
use crate::output::run_info::{Outcome, RunInfo};
use crate::record::history::History;
use crate::record::store::Store;
use crate::report::REPORT;
use crate::report::render::render_report;
use crate::workload::Results;

/// Judges a stored run again, by what its files hold. Gives the results and what the run printed,
/// with `path` as the path of its store.
///
/// Fails if there is no run at `path`, if it has no verdict, or if the store cannot be written.
pub fn judge_again(path: &Path, console: &Console) -> Result<(Results, String), Error> {
    let store = Store::open(path)?;
    let mut info = RunInfo::read(&store)?;
    if let Outcome::NoVerdict(why) = info.outcome {
        let path = path.display();
        return Err(Error::Asked(format!(
            "the run in {path} has no verdict, and cannot be given one: it did not get to its end. \
             It said:\n\n{why}"
        )));
    }
    let history = store.read("history.json", |file| read_history(file, &info.nodes))?;
    let results = info.check(&history);
    info.outcome = results.verdict.into();
    let text = conclude(&store, &info, &history, &results, console)?;
    Ok((results, text))
}

/// Writes down what was recorded: the history and, once it is known how the run ended, the facts.
pub fn write_record(store: &Store, info: &RunInfo, history: &History) -> Result<(), Error> {
    store.write("history.txt", |file| write_text(history, file))?;
    store.write("history.json", |file| write_json(history, &info.nodes, file))?;
    write_pretty(store, "run.json", info)
}

/// Writes down what the checks found in a run whose record is in the store, and draws it. Gives what
/// is to be printed.
pub fn conclude(
    store: &Store,
    info: &RunInfo,
    history: &History,
    results: &Results,
    console: &Console,
) -> Result<String, Error> {
    write_record(store, info, history)?;
    let explanation = console.patiently("explaining what the checks found", || {
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
    let report = report(store, console);
    let report = report.map(|page| console::link(&page, io::stdout().is_terminal()));
    let style = style(results.verdict);
    Ok(render_summary(info, results, &explanation, store.shown(), report.as_deref(), style))
}

/// The colour of a verdict.
fn style(verdict: Verdict) -> Style {
    let colour = match verdict {
        Verdict::Valid => AnsiColor::Green,
        Verdict::Unknown => AnsiColor::Yellow,
        Verdict::Invalid => AnsiColor::Red,
    };
    colour.on_default()
}

/// A journal of at most so many bytes is drawn in about a second.
const DRAWN_AT_ONCE: u64 = 30_000_000;

/// Tells people of a run without a verdict what there is of it, and what they can do with it.
pub fn tell_what_is_left(store: &Store, error: &Error, console: &Console) {
    let (shown, path) = (store.shown().display(), store.path().display());
    let bytes = store.bytes("journal.jsonl");
    let is_interrupted = matches!(error, Error::Interrupted);
    let mut told = format!("What was recorded is in {shown}");
    // Whoever presses Ctrl-C does not want to wait for a report.
    if is_interrupted && bytes > DRAWN_AT_ONCE {
        told += &format!("\nTo draw its report: cargo run --package workbench -- report {shown}");
    } else if let Some(report) = report(store, console) {
        told += &format!("; look at {}", console::link(&report, io::stderr().is_terminal()));
    }
    if is_interrupted {
        told += &format!("\nIt takes {}. To remove it: rm -r {path}", DecimalBytes(bytes));
    }
    console::print_stderr(&told);
}

/// Draws the run, and gives the path of the page that shows it. A run does not lose its verdict for
/// want of a picture: if there is none, people are told why, and that is all.
fn report(store: &Store, console: &Console) -> Option<PathBuf> {
    match console.patiently("drawing the report", || render_report(store)) {
        Ok(()) => Some(store.shown().join(REPORT)),
        Err(error) => {
            console::print_stderr(&format!("No report of this run: {error}"));
            None
        }
    }
}

/// Writes a JSON file for people and programs.
fn write_pretty(store: &Store, name: &str, content: &impl Serialize) -> Result<(), Error> {
    store.write(name, |file| {
        serde_json::to_writer_pretty(&mut *file, content)?;
        writeln!(file)
    })
}

/// Prints to stdout; in colour, if that is to be seen and wanted. Whoever reads may stop when they
/// have read enough: the verdict stands.
pub fn print(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::System { doing: "write to stdout".into(), source })
        }
        _ => Ok(()),
    }
}

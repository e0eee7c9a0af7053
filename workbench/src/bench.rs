//! From flags to a verdict: runs a cluster, checks what was recorded, writes it down and tells
//! people.

use std::io::{self, IsTerminal, Write};
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;

use anstyle::AnsiColor;
use indicatif::DecimalBytes;
use serde::Serialize;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::checker::{Finding, Results, Verdict};
use crate::cluster::Cluster;
use crate::console::{self, Console};
use crate::error::Error;
use crate::event_loop::Setting;
use crate::explain::explain;
use crate::heartbeat::Heartbeat;
use crate::interrupt::Interrupt;
use crate::journal::Journal;
use crate::options::Options;
use crate::report::REPORT;
use crate::report::facts::{Facts, Outcome};
use crate::report::history::{write_json, write_text};
use crate::report::illustrate::illustrate;
use crate::report::printed::printed;
use crate::run::{Recording, run};
use crate::store::Store;

/// Runs a cluster and judges it. `start` starts the nodes, given the seed and the store.
///
/// Gives the exit status: that of the verdict, or of the error that stood in its way. People read
/// of the run on stderr while it goes on, and its summary on stdout when it is over.
pub async fn bench(
    options: &Options,
    console: Arc<Console>,
    interrupt: Interrupt,
    heartbeat: Heartbeat,
    start: impl FnOnce(u64, &Store) -> Result<Cluster, Error>,
) -> u8 {
    let seed = options.seed_or_random();
    match conduct(options, seed, console, interrupt, heartbeat, start).await {
        Ok(results) => results.verdict.exit_status(),
        Err(error) => no_verdict(&error, seed),
    }
}

/// Tells people why there is no verdict. Gives the exit status.
pub(crate) fn no_verdict(error: &Error, seed: u64) -> u8 {
    console::tell(&format!("\n{error}\n\nNo verdict. The seed was {seed}."));
    error.exit_status()
}

async fn conduct(
    options: &Options,
    seed: u64,
    console: Arc<Console>,
    mut interrupt: Interrupt,
    heartbeat: Heartbeat,
    start: impl FnOnce(u64, &Store) -> Result<Cluster, Error>,
) -> Result<Results, Error> {
    let store = Arc::new(Store::create(&options.store, options.workload.name())?);
    console.line(&format!("{}, seed {seed}", options.introduction()));
    let journal = Journal::new(store.stream("journal.jsonl")?);
    let cluster = start(seed, &store)?;
    let interrupt = &mut interrupt;
    let setting =
        Setting { seed, cluster, journal, console: console.clone(), interrupt, heartbeat };
    let (recording, outcome) = run(options, setting).await;

    let judge = Judge { options: options.clone(), seed, console, store: store.clone() };
    // A long history takes its time, and Ctrl-C must get through all the same.
    let judging = spawn_blocking(move || judge.judge(&recording, outcome));
    tokio::select! {
        biased;
        () = interrupt.wished() => {
            store.close();
            let (shown, path) = (store.shown().display(), store.path().display());
            console::tell(&format!("What was written so far is in {shown}. To remove it: rm -r {path}"));
            Err(Error::Interrupted)
        }
        judged = judging => judged.unwrap_or_else(|failure| resume_unwind(failure.into_panic())),
    }
}

/// Who checks what was recorded, writes it down, and tells people.
struct Judge {
    options: Options,
    seed: u64,
    console: Arc<Console>,
    store: Arc<Store>,
}

impl Judge {
    /// Judges a run. `outcome` says why there can be no verdict, if so it is.
    fn judge(&self, recording: &Recording, outcome: Result<(), Error>) -> Result<Results, Error> {
        let Judge { options, seed, store, .. } = self;
        // A journal that could not be written is not whole.
        if !matches!(outcome, Err(Error::System { .. })) {
            store.complete("journal.jsonl")?;
        }
        let history = &recording.history;
        store.write("history.txt", |file| write_text(history, file))?;
        store.write("history.json", |file| write_json(history, file))?;
        let facts = |outcome| Facts::new(options, *seed, recording, outcome);
        // What was recorded is kept in any case; a verdict needs a whole run.
        if let Err(error) = outcome {
            write_pretty(store, "run.json", &facts(Outcome::NoVerdict(error.to_string())))?;
            self.tell_what_is_left(&error);
            return Err(error);
        }

        let (results, explanation) =
            self.console.patiently("checking what was recorded", || {
                let results = recording.check(options);
                let explanation =
                    store.read("journal.jsonl", |journal| explain(history, &results, journal));
                explanation.map(|explanation| (results, explanation))
            })?;
        let facts = facts(results.verdict.into());
        write_pretty(store, "run.json", &facts)?;
        let edn = results.to_edn();
        store.write("results.edn", |file| writeln!(file, "{}", edn.pretty()))?;
        let mut json = edn.to_json();
        json["seed"] = (*seed).into();
        json["findings"] = results.findings().into_iter().map(Finding::name).collect();
        json["partitions"] = json!(facts.partitions);
        if !explanation.is_empty() {
            json["explanation"] = json!(explanation);
        }
        write_pretty(store, "results.json", &json)?;
        let report = self.report();
        let report = report.map(|page| console::link(&page, io::stdout().is_terminal()));
        let (cuts, shown) = (&recording.cuts, store.shown());
        let colour = match results.verdict {
            Verdict::Valid => AnsiColor::Green,
            Verdict::Unknown => AnsiColor::Yellow,
            Verdict::Invalid => AnsiColor::Red,
        };
        let style = colour.on_default();
        let report = report.as_deref();
        let printed = printed(&facts, cuts, &results, &explanation, shown, report, style);
        match tell(&printed) {
            // Whoever reads may stop when they have read enough: the verdict stands.
            Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::System { doing: "write the summary to stdout".into(), source: failure })
            }
            _ => Ok(results),
        }
    }

    /// Tells people of a run without a verdict what there is of it, and what they can do with it.
    fn tell_what_is_left(&self, error: &Error) {
        let (shown, path) = (self.store.shown().display(), self.store.path().display());
        let bytes = self.store.bytes("journal.jsonl");
        let is_interrupted = matches!(error, Error::Interrupted);
        let mut told = format!("What was recorded is in {shown}");
        // Whoever presses Ctrl-C does not want to wait for a report.
        if is_interrupted && bytes > DRAWN_AT_ONCE {
            told += "\nTo draw its report: cargo run --package workbench -- report ";
            told += &shown.to_string();
        } else if let Some(report) = self.report() {
            told += &format!("; look at {}", console::link(&report, io::stderr().is_terminal()));
        }
        if is_interrupted {
            told += &format!("\nIt takes {}. To remove it: rm -r {path}", DecimalBytes(bytes));
        }
        console::tell(&told);
    }

    /// Draws the run, and gives the path of the page that shows it. A run does not lose its verdict
    /// for want of a picture: if there is none, people are told why, and that is all.
    fn report(&self) -> Option<PathBuf> {
        match self.console.patiently("drawing the report", || illustrate(&self.store)) {
            Ok(()) => Some(self.store.shown().join(REPORT)),
            Err(error) => {
                console::tell(&format!("No report of this run: {error}"));
                None
            }
        }
    }
}

/// A journal of at most so many bytes is drawn in about a second.
const DRAWN_AT_ONCE: u64 = 30_000_000;

/// Writes a JSON file for people and programs.
fn write_pretty(store: &Store, name: &str, content: &impl Serialize) -> Result<(), Error> {
    store.write(name, |file| {
        serde_json::to_writer_pretty(&mut *file, content)?;
        writeln!(file)
    })
}

/// Prints what a run comes to; in colour, if that is to be seen and wanted.
fn tell(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

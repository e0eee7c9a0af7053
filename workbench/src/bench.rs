//! From flags to a verdict: runs a cluster, checks what was recorded, writes it down and tells
//! people.

use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;
use tokio::task::spawn_blocking;

use crate::checker::{Finding, Results};
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
    let store = Store::create(&options.store, options.workload.name())?;
    console.line(&format!("{}, seed {seed}", options.introduction()));
    let journal = Journal::new(store.stream("journal.jsonl")?, &options.nodes);
    let cluster = start(seed, &store)?;
    let setting = Setting { seed, cluster, journal, console, interrupt: &mut interrupt, heartbeat };
    let (recording, outcome) = run(options, setting).await;

    let options = options.clone();
    // A long history takes its time, and Ctrl-C must get through all the same.
    let judging = spawn_blocking(move || judge(&options, seed, &recording, outcome, &store));
    tokio::select! {
        biased;
        () = interrupt.wished() => Err(Error::Interrupted),
        judged = judging => judged.unwrap_or_else(|failure| resume_unwind(failure.into_panic())),
    }
}

/// Checks what was recorded, writes it down, and tells people. `outcome` says why there can be no
/// verdict, if so it is.
fn judge(
    options: &Options,
    seed: u64,
    recording: &Recording,
    outcome: Result<(), Error>,
    store: &Store,
) -> Result<Results, Error> {
    // A journal that could not be written is not whole.
    if !matches!(outcome, Err(Error::System { .. })) {
        store.complete("journal.jsonl")?;
    }
    let history = &recording.history;
    store.write("history.txt", |file| write_text(history, file))?;
    store.write("history.json", |file| write_json(history, &options.nodes, file))?;
    let facts = |outcome| Facts::new(options, seed, recording, outcome);
    // What was recorded is kept in any case; a verdict needs a whole run.
    if let Err(error) = outcome {
        write_pretty(store, "run.json", &facts(Outcome::NoVerdict(error.to_string())))?;
        let shown = store.shown().display();
        match report(store) {
            Some(report) => {
                let report = report.display();
                console::tell(&format!("What was recorded is in {shown}; look at {report}"))
            }
            None => console::tell(&format!("What was recorded is in {shown}")),
        }
        return Err(error);
    }

    let results = recording.check(options);
    let facts = facts(results.verdict.into());
    write_pretty(store, "run.json", &facts)?;
    let explanation = store
        .read("journal.jsonl", |journal| explain(&options.nodes, history, &results, journal))?;
    let edn = results.to_edn();
    store.write("results.edn", |file| writeln!(file, "{}", edn.pretty()))?;
    let mut json = edn.to_json();
    json["seed"] = seed.into();
    json["findings"] = results.findings().into_iter().map(Finding::name).collect();
    json["partitions"] = json!(facts.partitions);
    if !explanation.is_empty() {
        json["explanation"] = json!(explanation);
    }
    write_pretty(store, "results.json", &json)?;
    let report = report(store);
    let (cuts, shown) = (&recording.cuts, store.shown());
    let text = printed(&facts, cuts, &results, &explanation, shown, report.as_deref());
    match tell(&text) {
        // Whoever reads may stop when they have read enough: the verdict stands.
        Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::System { doing: "write the summary to stdout".into(), source: failure })
        }
        _ => Ok(results),
    }
}

/// Draws the run, and gives the path of the page that shows it. A run does not lose its verdict for
/// want of a picture: if there is none, people are told why, and that is all.
fn report(store: &Store) -> Option<PathBuf> {
    match illustrate(store) {
        Ok(()) => Some(store.shown().join(REPORT)),
        Err(error) => {
            console::tell(&format!("No report of this run: {error}"));
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

/// Prints what a run comes to.
fn tell(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

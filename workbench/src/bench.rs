//! From flags to a verdict: runs a cluster, checks what was recorded, writes it down and tells
//! people.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde_json::json;

use crate::checker::{Finding, Results};
use crate::cluster::Cluster;
use crate::console::{self, Console};
use crate::error::Error;
use crate::event_loop::{Interrupt, Setting};
use crate::explain::explain;
use crate::heartbeat::Heartbeat;
use crate::journal::Journal;
use crate::options::Options;
use crate::report::facts::{Facts, Outcome};
use crate::report::history::{write_json, write_text};
use crate::report::printed::printed;
use crate::run::run;
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
    // Short enough to be typed again.
    let seed = options.seed.unwrap_or_else(|| rand::random_range(1..1_000_000));
    match conduct(options, seed, console, interrupt, heartbeat, start).await {
        Ok(results) => results.verdict.exit_status(),
        Err(error) => {
            console::tell(&format!("\n{error}\n\nNo verdict. The seed was {seed}."));
            error.exit_status()
        }
    }
}

async fn conduct(
    options: &Options,
    seed: u64,
    console: Arc<Console>,
    interrupt: Interrupt,
    heartbeat: Heartbeat,
    start: impl FnOnce(u64, &Store) -> Result<Cluster, Error>,
) -> Result<Results, Error> {
    let store = Store::create(&options.store, options.workload.name())?;
    console.line(&format!("{}, seed {seed}", options.introduction()));
    let journal = Journal::new(store.stream("journal.jsonl")?);
    let cluster = start(seed, &store)?;
    let setting = Setting { seed, cluster, journal, console, interrupt, heartbeat };
    let (recording, outcome) = run(options, setting).await;

    let history = &recording.history;
    store.write("history.txt", |file| write_text(history, file))?;
    store.write("history.json", |file| write_json(history, file))?;
    let facts = |outcome| Facts::new(options, seed, &recording, outcome);
    // What was recorded is kept in any case; a verdict needs a whole run.
    if let Err(error) = outcome {
        write_pretty(&store, "run.json", &facts(Outcome::NoVerdict(error.to_string())))?;
        console::tell(&format!("What was recorded is in {}", store.shown().display()));
        return Err(error);
    }

    let results = recording.check(options);
    let facts = facts(results.verdict.into());
    write_pretty(&store, "run.json", &facts)?;
    let explanation = store.read("journal.jsonl", |journal| explain(history, &results, journal))?;
    let edn = results.to_edn();
    store.write("results.edn", |file| writeln!(file, "{}", edn.pretty()))?;
    let mut json = edn.to_json();
    json["seed"] = seed.into();
    json["findings"] = results.findings().into_iter().map(Finding::name).collect();
    json["partitions"] = json!(facts.partitions);
    if !explanation.is_empty() {
        json["explanation"] = json!(explanation);
    }
    write_pretty(&store, "results.json", &json)?;
    let text = printed(seed, &recording.cuts, &results, &explanation, store.shown());
    match tell(&text) {
        // Whoever reads may stop when they have read enough: the verdict stands.
        Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::System { doing: "write the summary to stdout".into(), source: failure })
        }
        _ => Ok(results),
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

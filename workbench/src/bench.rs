//! From flags to a verdict: runs a cluster, checks what was recorded, writes it down and tells
//! people.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::checker::{Finding, Results};
use crate::cluster::Cluster;
use crate::console::{self, Console};
use crate::error::Error;
use crate::event_loop::{Interrupt, Setting};
use crate::explain::{Explanation, explain};
use crate::heartbeat::Heartbeat;
use crate::journal::Journal;
use crate::options::Options;
use crate::report::LABELS;
use crate::report::history::{write_json, write_text};
use crate::report::summary::summary;
use crate::run::{Cut, Recording, run};
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
    console.line(&format!("{}, seed {seed}", introduction(options)));
    let journal = Journal::new(store.stream("journal.jsonl")?);
    let cluster = start(seed, &store)?;
    let setting = Setting { seed, cluster, journal, console, interrupt, heartbeat };
    let (recording, outcome) = run(options, setting).await;

    let history = &recording.history;
    store.write("history.txt", |file| write_text(history, file))?;
    store.write("history.json", |file| write_json(history, file))?;
    // What was recorded is kept in any case; a verdict needs a whole run.
    let path = store.path().display();
    outcome.inspect_err(|_| console::tell(&format!("What was recorded is in {path}")))?;

    let results = recording.check(options);
    let explanation = store.read("journal.jsonl", |journal| explain(history, &results, journal))?;
    let edn = results.to_edn();
    store.write("results.edn", |file| writeln!(file, "{}", edn.pretty()))?;
    let mut json = edn.to_json();
    json["seed"] = seed.into();
    json["findings"] = results.findings().into_iter().map(Finding::name).collect();
    json["partitions"] = recording.cuts.iter().map(partition).collect();
    if !explanation.is_empty() {
        json["explanation"] = json!(explanation);
    }
    store.write("results.json", |file| {
        serde_json::to_writer_pretty(&mut *file, &json)?;
        writeln!(file)
    })?;
    match tell(seed, &recording, &results, &explanation, &store) {
        // Whoever reads may stop when they have read enough: the verdict stands.
        Err(failure) if failure.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::System { doing: "write the summary to stdout".into(), source: failure })
        }
        _ => Ok(results),
    }
}

/// What a run is going to be, for people.
pub fn introduction(options: &Options) -> String {
    let nodes = match options.node_count {
        1 => "one node".to_owned(),
        count => format!("{count} nodes"),
    };
    let nemesis = if options.has_partitions() { ", partitions" } else { "" };
    format!(
        "{} on {nodes}: {} s, {} operations a second{nemesis}",
        options.workload.name(),
        options.time_limit.as_secs_f64(),
        options.rate,
    )
}

/// A partition as `results.json` has it: times in nanoseconds since the main phase began, and for
/// each node those that it did not hear.
fn partition(cut: &Cut) -> Json {
    let Cut { partition, from, until } = cut;
    json!({
        "number": partition.number,
        "shape": partition.shape.name(),
        "sides": partition.to_string(),
        "from": from,
        "until": until,
        "unheard": partition.unheard_by_name(),
    })
}

/// Prints the summary, the explanation of what went wrong, and the verdict.
fn tell(
    seed: u64,
    recording: &Recording,
    results: &Results,
    explanation: &Explanation,
    store: &Store,
) -> io::Result<()> {
    let mut out = io::stdout().lock();
    write!(out, "\n{}", summary(results, &recording.cuts))?;
    writeln!(out, "{:<LABELS$}{seed}", "Seed")?;
    writeln!(out, "{:<LABELS$}{}", "Store", store.path().display())?;
    write!(out, "{}", explanation.in_words(&recording.cuts))?;
    writeln!(out, "\n{}", results.verdict.last_line())?;
    out.flush()
}

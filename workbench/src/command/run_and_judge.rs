//! From flags to a verdict: runs a cluster, judges the record, writes the files and prints a summary.

use std::io::Write;
use std::panic::resume_unwind;
use std::sync::Arc;

use tokio::task::spawn_blocking;

use crate::cluster::Cluster;
use crate::cluster::watchdog::Watchdog;
use crate::command::exit::print;
use crate::command::index::update_index;
use crate::command::judge::{conclude, print_what_is_left, write_record};
use crate::command::prune::hint;
use crate::console::{self, Console};
use crate::error::Error;
use crate::options::Options;
use crate::output::run_info::{RunInfo, RunOutcome};
use crate::record::journal::Journal;
use crate::record::recording::Recording;
use crate::record::store::Store;
use crate::run::ctrl_c::CtrlC;
use crate::run::event_loop::RunInputs;
use crate::run::{check, run};
use crate::workload::Results;

/// The most planned operations of a run that leaves a scenario: a longer file is not for people.
const MAX_STEPS: f64 = 40_000.0;

/// Runs a cluster and judges it. `start` starts the nodes, given the seed and the store.
///
/// Shows the progress of the run on stderr, and prints its summary to stdout when it is over. Gives the
/// exit status: that of the verdict, or of the error that prevented one.
pub async fn run_and_judge(
    options: &Options,
    console: Arc<Console>,
    ctrl_c: &mut CtrlC,
    watchdog: Watchdog,
    start: impl FnOnce(u64, &Store) -> Result<Cluster, Error>,
) -> u8 {
    let seed = options.seed_or_random();
    let status = match conduct(options, seed, console, ctrl_c, watchdog, start).await {
        Ok(results) => results.verdict.exit_status(),
        Err(error) => no_verdict(&error, seed),
    };
    update_index(&options.store);
    hint(&options.store, &options.prune()).iter().for_each(|hint| console::print_stderr(hint));
    status
}

/// Prints why there is no verdict. Gives the exit status.
pub(crate) fn no_verdict(error: &Error, seed: u64) -> u8 {
    console::print_stderr(&format!("\n{error}\n\nNo verdict. The seed was {seed}."));
    error.exit_status()
}

async fn conduct(
    options: &Options,
    seed: u64,
    console: Arc<Console>,
    ctrl_c: &mut CtrlC,
    watchdog: Watchdog,
    start: impl FnOnce(u64, &Store) -> Result<Cluster, Error>,
) -> Result<Results, Error> {
    let plan = options.plan(seed)?;
    let store = Arc::new(Store::create(&options.store, options.workload.name())?);
    console.line(&format!("{}, seed {seed}", options.introduction()));
    options.without_effect().iter().for_each(|note| console.line(note));
    // A program that cannot start must not leave a journal.
    let cluster = start(seed, &store)?;
    let journal = Journal::new(store.stream("journal.jsonl")?, &options.nodes);
    let (shown, ctrl_c) = (console.clone(), &mut *ctrl_c);
    let inputs = RunInputs { seed, plan, cluster, journal, console: shown, ctrl_c, watchdog };
    let (recording, outcome) = run(options, inputs).await;

    let (options, written) = (options.clone(), store.clone());
    // A long history takes long to judge, so Ctrl-C must work meanwhile.
    let judging =
        spawn_blocking(move || judge(&options, seed, &recording, outcome, &written, &console));
    tokio::select! {
        biased;
        () = ctrl_c.pressed() => {
            store.close();
            let (shown, path) = (store.shown().display(), store.path().display());
            console::print_stderr(&format!("What was written so far is in {shown}. To remove it: rm -r {path}"));
            Err(Error::Interrupted)
        }
        judged = judging => judged.unwrap_or_else(|failure| resume_unwind(failure.into_panic())),
    }
}

/// Writes the record to files, and judges it. An error in `outcome` is why there can be no verdict.
fn judge(
    options: &Options,
    seed: u64,
    recording: &Recording,
    outcome: Result<(), Error>,
    store: &Store,
    console: &Console,
) -> Result<Results, Error> {
    // After a failed write, the journal is incomplete.
    if !matches!(outcome, Err(Error::System { .. })) {
        store.complete("journal.jsonl")?;
    }
    let history = &recording.history;
    let info = |outcome| RunInfo::new(options, seed, recording, outcome);
    // The record is kept in any case; a verdict needs a complete run.
    if let Err(error) = outcome {
        write_record(store, &info(RunOutcome::NoVerdict(error.to_string())), history)?;
        print_what_is_left(store, &error, console);
        return Err(error);
    }
    if options.rate * options.time_limit.as_secs_f64() <= MAX_STEPS {
        let scenario = options.render_scenario(&options.whole_plan(seed)?, seed);
        store.write("scenario.toml", |file| file.write_all(scenario.as_bytes()))?;
    }
    let results = console.patiently("checking the record", || check(recording, options));
    let text = conclude(store, &info(results.verdict.into()), history, &results, console)?;
    print(&text)?;
    Ok(results)
}

//! The `sweep` command of a stage's `simulate` example: many seeds, and a summary.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use super::exit::print;
use super::index::update_index;
use super::judge::{conclude, write_pretty};
use super::prune::hint;
use super::series::NoTestCount;
use crate::cluster::tasks::Program;
use crate::console::{self, Console, print_stderr, progress_bar};
use crate::error::Error;
use crate::options::Options;
use crate::output::LABELS;
use crate::output::run_info::RunInfo;
use crate::output::seed_outcome::SeedOutcome;
use crate::output::sweep_info::{SWEEP, SweepInfo};
use crate::record::journal::Journal;
use crate::record::store::Store;
use crate::report::REPORT;
use crate::report::sweep::{EXAMPLE, render_sweep};
use crate::run::check;
use crate::run::ctrl_c::CtrlC;
use crate::simulation::shrink::shrink;
use crate::simulation::simulate_with_logs;
use crate::simulation::sweep::{Next, Sweep};
use crate::simulation::tally::Tally;
use crate::text::counted;

/// Simulates many runs, on all cores, and sums up
#[derive(Args)]
#[command(args_override_self = true)]
pub struct SweepArguments {
    #[command(flatten)]
    test_count: NoTestCount,

    /// How many seeds, beginning with --seed, or with 1
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,

    #[command(flatten)]
    options: Options,
}

impl SweepArguments {
    /// Judges every seed, and prints the summary. Gives the exit status of the worst run.
    pub fn run(&self, program: &Program) -> Result<u8, Error> {
        let SweepArguments { seeds, options, .. } = self;
        options.check()?;
        options.check_sweep()?;
        let seeds = options.seeds(*seeds);
        let mut ctrl_c = CtrlC::of_process()?;
        print_stderr(&format!(
            "{}, seeds {} to {}",
            options.introduction(),
            seeds.start,
            seeds.end - 1
        ));
        options.without_effect().iter().for_each(|note| print_stderr(note));
        let store = Store::create_sweep(&options.store)?;

        let start = Instant::now();
        let sweep = Sweep::start(program, options, seeds.clone())?;
        let (tally, is_interrupted) = tally(&sweep, seeds.clone(), &store, &mut ctrl_c)?;
        let (valid, other) = tally.counts();
        if is_interrupted && valid + other == 0 {
            let path = store.path();
            fs::remove_dir_all(path).map_err(Error::path("remove", path))?;
            return Err(Error::Interrupted);
        }
        let runs = counted(valid + other, "run");
        let seconds = start.elapsed().as_secs_f64();
        let rate = (valid + other) as f64 * 60.0 / seconds;
        print_stderr(&format!("{runs} in {seconds:.1} s, {rate:.0} a minute"));

        if let Some(seed) = tally.first_failing().filter(|_| !is_interrupted)
            && let Err(error) = store_example(program, options, seed, &store)
        {
            print_stderr(&format!("No replay of seed {seed}: {error}"));
            // A page is made of whole runs only.
            let _ = fs::remove_dir_all(store.path().join(EXAMPLE));
        }
        let info = SweepInfo::new(options, &seeds, tally.numbers());
        write_pretty(&store, SWEEP, &info)?;
        store.link_latest()?;
        let summary = tally.summary(|seed| options.reproduce(seed));
        let (report, shown, path) =
            (report(&store), store.shown().display(), store.path().display());
        print(&format!("\n{summary}{:<LABELS$}{shown}/runs.jsonl\n{report}", "Each run"))?;
        update_index(&options.store);
        if let Some(seed) = tally.first_failing().filter(|_| !is_interrupted) {
            let shrink = options.shrink_command(seed);
            print_stderr(&format!("The smallest run that fails like seed {seed}: {shrink}"));
        }
        hint(&options.store, &options.prune()).iter().for_each(|hint| print_stderr(hint));
        if is_interrupted {
            let all = seeds.end - seeds.start;
            print_stderr(&format!("That is {runs} of {all}. To remove them: rm -r {path}"));
            return Err(Error::Interrupted);
        }
        Ok(tally.exit_status())
    }
}

/// How long the run that a sweep's page replays may be shrunk.
const SHRINKING: Duration = Duration::from_secs(2);

/// Stores the smallest run that fails as that of `seed` does, or that of `seed` if it cannot be shrunk, inside
/// the sweep's folder, from which the sweep's page replays it.
fn store_example(
    program: &Program,
    options: &Options,
    seed: u64,
    sweep: &Store,
) -> Result<(), Error> {
    let start = Instant::now();
    let shrunk = shrink(program, options, seed, |_, _| start.elapsed() < SHRINKING);
    let small = shrunk.and_then(|shrunk| shrunk.options(options, seed));
    let (options, seed) = match &small {
        Ok(small) => (small, small.seed_or_random()),
        Err(_) => (options, seed),
    };
    let store = sweep.create_inside(EXAMPLE)?;
    let journal = Journal::new(store.stream("journal.jsonl")?, &options.nodes);
    let logs = store.node_logs();
    let (recording, outcome) = simulate_with_logs(program.clone(), options, seed, journal, logs)?;
    outcome?;
    store.complete("journal.jsonl")?;
    let results = check(&recording, options);
    let info = RunInfo::new(options, seed, &recording, results.verdict.into());
    conclude(&store, &info, &recording.history, &results, &Console::quiet()).map(drop)
}

/// Draws the page of a sweep, and gives the line of the summary that says where it is. A failure is
/// printed and is not an error: the outcome of the sweep does not depend on it.
fn report(store: &Store) -> String {
    match Console::stderr().patiently("drawing the report", || render_sweep(store)) {
        Ok(()) => {
            let page = console::link(&store.shown().join(REPORT), io::stdout().is_terminal());
            format!("{:<LABELS$}{page}\n", "Report")
        }
        Err(error) => {
            print_stderr(&format!("No report of this sweep: {error}"));
            String::new()
        }
    }
}

/// Writes and sums up the outcomes in the order of their seeds, so that a sweep, too, can be
/// reproduced. Also gives whether it was interrupted: then it does not wait for runs in progress.
fn tally(
    sweep: &Sweep,
    seeds: Range<u64>,
    store: &Store,
    ctrl_c: &mut CtrlC,
) -> Result<(Tally, bool), Error> {
    let failed = || Error::path("write", store.path().join("runs.jsonl"));
    let mut runs = store.stream("runs.jsonl")?;
    let template = "{wide_bar} {pos} of {len} seeds, {eta} left, {msg}";
    let bar = progress_bar(Some(seeds.end - seeds.start), template);
    let mut tally = Tally::default();
    let mut waiting = BTreeMap::<u64, SeedOutcome>::new();
    let mut next_seed = seeds.start;
    let mut is_over = false;
    let mut is_interrupted = false;
    while !is_over {
        match sweep.next(Duration::from_millis(100)) {
            Next::Outcome(outcome) => {
                waiting.insert(outcome.seed, outcome);
                bar.inc(1);
            }
            Next::NotYet => {}
            Next::End => is_over = true,
        }
        is_interrupted = is_interrupted || ctrl_c.is_pressed();
        is_over = is_over || is_interrupted;
        // Later seeds wait for the ones before them.
        while let Some(first) = waiting.first_entry()
            && (*first.key() == next_seed || is_interrupted)
        {
            let outcome = first.remove();
            next_seed = outcome.seed + 1;
            let line = serde_json::to_string(&outcome).map_err(io::Error::from);
            line.and_then(|line| writeln!(runs, "{line}")).map_err(failed())?;
            tally.add(outcome);
        }
        let (valid, other) = tally.counts();
        bar.set_message(format!("{valid} valid, {other} not"));
    }
    runs.flush().map_err(failed())?;
    store.complete("runs.jsonl")?;
    bar.finish_and_clear();
    Ok((tally, is_interrupted))
}

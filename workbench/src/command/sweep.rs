//! The `sweep` command of a stage's `simulate` example: many seeds, and a summary.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::time::Duration;

use clap::Args;
use tokio::time::Instant;

use super::exit::print;
use super::prune::hint;
use super::series::NoTestCount;
use crate::cluster::tasks::Program;
use crate::console::{print_stderr, progress_bar};
use crate::error::Error;
use crate::options::Options;
use crate::output::LABELS;
use crate::output::seed_outcome::SeedOutcome;
use crate::record::store::Store;
use crate::run::ctrl_c::CtrlC;
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

        let (summary, path) =
            (tally.summary(|seed| options.reproduce(seed)), store.path().display());
        print(&format!("\n{summary}{:<LABELS$}{path}/runs.jsonl\n", "Each run"))?;
        hint(&options.store, &options.prune()).iter().for_each(|hint| print_stderr(hint));
        if is_interrupted {
            let all = seeds.end - seeds.start;
            print_stderr(&format!("That is {runs} of {all}. To remove them: rm -r {path}"));
            return Err(Error::Interrupted);
        }
        Ok(tally.exit_status())
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

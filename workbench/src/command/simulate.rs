//! The command that a stage's `simulate` example is: runs of its server in virtual time.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use clap::{Args, Parser};
use common::Handler;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cluster::Cluster;
use crate::cluster::tasks::{Program, Tasks};
use crate::command::bench::{bench, no_verdict};
use crate::command::prune::hint;
use crate::console::{Console, print_stderr};
use crate::error::Error;
use crate::options::{HELP_WIDTH, Options, usage_error};
use crate::output::LABELS;
use crate::record::store::Store;
use crate::run::ctrl_c::CtrlC;
use crate::simulation::in_virtual_time;
use crate::simulation::sweep::{Next, SeedOutcome, Sweep};
use crate::simulation::tally::Tally;
use crate::text::counted::counted;

/// Simulates a cluster of this stage's servers, in virtual time
#[derive(Parser)]
#[command(max_term_width = HELP_WIDTH)]
enum Command {
    /// Simulates one run, and judges it
    Test(Box<TestArguments>),
    /// Simulates many runs, on all cores, and sums up
    Sweep(Box<SweepArguments>),
}

/// Flags of `workbench test` that have another name here.
#[derive(Args)]
struct Elsewhere {
    #[arg(long, hide = true, value_parser = use_a_sweep)]
    test_count: Option<u64>,
}

#[derive(Args)]
#[command(args_override_self = true)]
struct TestArguments {
    #[command(flatten)]
    elsewhere: Elsewhere,

    #[command(flatten)]
    options: Options,
}

#[derive(Args)]
#[command(args_override_self = true)]
struct SweepArguments {
    #[command(flatten)]
    elsewhere: Elsewhere,

    /// How many seeds: from --seed on, or from 1
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,

    #[command(flatten)]
    options: Options,
}

/// The whole of a `simulate` example: reads the command line, with the flags of `workbench test`
/// but for `--bin`, and simulates servers of type `H`. Its exit status is that of a run or, of a
/// sweep, that of its worst run.
pub fn simulate<H: Handler>() -> ExitCode {
    let outcome = match Command::try_parse() {
        Ok(Command::Test(arguments)) => test(Program::of::<H>(), arguments.options),
        Ok(Command::Sweep(arguments)) => sweep(&Program::of::<H>(), &arguments),
        Err(words) => return usage_error(&words),
    };
    ExitCode::from(outcome.unwrap_or_else(|error| {
        print_stderr(&format!("\n{error}"));
        error.exit_status()
    }))
}

fn use_a_sweep(_count: &str) -> Result<u64, String> {
    Err("for many runs in virtual time, sweep: `make sweep … SEEDS=100`, or `sweep --seeds 100`"
        .into())
}

fn test(program: Program, mut options: Options) -> Result<u8, Error> {
    options.check()?;
    let seed = options.seed_or_random();
    options.seed = Some(seed);
    let listen = |source| Error::System { doing: "listen for Ctrl-C".into(), source };
    let mut ctrl_c = CtrlC::of_process().map_err(listen)?;
    let nodes = options.nodes.clone();
    let status = in_virtual_time(&nodes, move |watchdog| async move {
        let console = Arc::new(Console::brief());
        let logs = options.log_stderr.then(|| console.clone());
        let shown = watchdog.clone();
        let status = bench(&options, console, &mut ctrl_c, watchdog, |seed, store| {
            let folder = store.node_logs();
            let tasks = Tasks::start(&program, &options.nodes, seed, &shown, Some(&folder), logs);
            tasks.map(Cluster::Tasks)
        });
        let status = status.await;
        if status == Error::Interrupted.exit_status() {
            // Who wants it to end does not want to wait until a large cluster is taken apart.
            std::process::exit(status.into());
        }
        Ok(status)
    });
    Ok(status.unwrap_or_else(|error| no_verdict(&error, seed)))
}

fn sweep(program: &Program, arguments: &SweepArguments) -> Result<u8, Error> {
    let SweepArguments { seeds, options, .. } = arguments;
    options.check()?;
    options.check_sweep()?;
    let first = options.seed.unwrap_or(1);
    let seeds = first..first.saturating_add(*seeds);
    let system = |source| Error::System { doing: "start a sweep".into(), source };
    let mut ctrl_c = CtrlC::of_process().map_err(system)?;
    print_stderr(&format!("{}, seeds {first} to {}", options.introduction(), seeds.end - 1));
    options.without_effect().iter().for_each(|note| print_stderr(note));
    let store = Store::create_sweep(&options.store)?;

    let start = Instant::now();
    let sweep = Sweep::start(program, options, seeds.clone()).map_err(system)?;
    let (tally, is_interrupted) = tally(&sweep, seeds.clone(), &store, &mut ctrl_c)?;
    let (valid, other) = tally.counts();
    if is_interrupted && valid + other == 0 {
        let path = store.path();
        fs::remove_dir_all(path).map_err(Error::path("remove", path))?;
        return Err(Error::Interrupted);
    }
    let seconds = start.elapsed().as_secs_f64();
    let rate = (valid + other) as f64 * 60.0 / seconds;
    print_stderr(&format!(
        "{} in {seconds:.1} s, {rate:.0} a minute",
        counted(valid + other, "run")
    ));

    let reproduce = |seed| options.reproduce(seed);
    let mut out = io::stdout().lock();
    let told = write!(out, "\n{}", tally.summary(reproduce)).and_then(|()| {
        writeln!(out, "{:<LABELS$}{}/runs.jsonl", "Each run", store.path().display())
    });
    told.map_err(|source| Error::System { doing: "write to stdout".into(), source })?;
    hint(&options.store, &options.prune()).iter().for_each(|hint| print_stderr(hint));
    if is_interrupted {
        let (all, path) = (seeds.end - seeds.start, store.path().display());
        print_stderr(&format!(
            "That is {} of {all}. To remove them: rm -r {path}",
            counted(valid + other, "run")
        ));
        return Err(Error::Interrupted);
    }
    Ok(tally.exit_status())
}

/// Writes down and sums up what becomes of the seeds, in their order, so that a sweep, too, can be
/// reproduced. Also gives whether it was interrupted: then it does not wait for what goes on.
fn tally(
    sweep: &Sweep,
    seeds: Range<u64>,
    store: &Store,
    ctrl_c: &mut CtrlC,
) -> Result<(Tally, bool), Error> {
    let failed = || Error::path("write", store.path().join("runs.jsonl"));
    let mut runs = store.stream("runs.jsonl")?;
    let bar = progress_bar(seeds.end - seeds.start);
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
        // A seed may go on for long that comes before others which are over.
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

fn progress_bar(length: u64) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr());
    let template = "{wide_bar} {pos} of {len} seeds, {eta} left, {msg}";
    // The template is a constant: were it wrong, indicatif's own would do.
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

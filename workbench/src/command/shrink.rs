//! The `shrink` command of a stage's `simulate` example: from a run that fails to the smallest one that does.

use clap::Args;
use tokio::time::Instant;

use super::exit::print;
use super::series::NoTestCount;
use crate::checker::Verdict;
use crate::cluster::tasks::Program;
use crate::console::{print_stderr, progress_bar};
use crate::error::Error;
use crate::options::Options;
use crate::run::ctrl_c::CtrlC;
use crate::simulation::judge_run;
use crate::simulation::shrink::{MAX_RUNS, MAX_TIME, shrink};
use crate::simulation::sweep::judge_seed;
use crate::text::counted;

/// Finds the smallest run that fails as this one does, and simulates it
#[derive(Args)]
#[command(args_override_self = true)]
pub struct ShrinkArguments {
    #[command(flatten)]
    test_count: NoTestCount,

    #[command(flatten)]
    options: Options,
}

/// How many seeds are tried to find one that fails, where none is given.
const SEEDS: u64 = 1_000;

impl ShrinkArguments {
    /// Shrinks the run, and prints what happens in the smallest one and its scenario. Gives the options of
    /// that run.
    ///
    /// Fails if the run does not fail or, where no seed is given, if none of 1,000 does.
    pub fn run(&self, program: &Program) -> Result<Options, Error> {
        let ShrinkArguments { options, .. } = self;
        options.check()?;
        options.check_sweep()?;
        let mut ctrl_c = CtrlC::of_process()?;
        let seed = match options.seed {
            Some(seed) => seed,
            None => first_failing(program, options, &mut ctrl_c)?,
        };
        let limits = format!("at most {MAX_RUNS} runs or {} s", MAX_TIME.as_secs());
        print_stderr(&format!("{}, seed {seed}: shrinking, {limits}", options.introduction()));
        let bar = progress_bar(None, "{wide_msg}");
        let start = Instant::now();
        let shrunk = shrink(program, options, seed, |case, runs| {
            bar.set_message(format!("{}; {}", case.size(), counted(runs as u64, "run")));
            !ctrl_c.is_pressed()
        });
        bar.finish_and_clear();
        let (shrunk, seconds) = (shrunk?, start.elapsed().as_secs_f64());
        let smallest = shrunk.options(options, seed)?;
        let run = judge_run(program.clone(), &smallest, shrunk.case.seed).ok();
        print(&shrunk.in_words(seconds, run.as_ref()))?;
        Ok(smallest)
    }
}

/// The first seed whose run is invalid or did not finish.
fn first_failing(program: &Program, options: &Options, ctrl_c: &mut CtrlC) -> Result<u64, Error> {
    for seed in 1..=SEEDS {
        if ctrl_c.is_pressed() {
            return Err(Error::Interrupted);
        }
        let outcome = judge_seed(program, options, seed);
        if !matches!(outcome.verdict, Some(Verdict::Valid | Verdict::Unknown)) {
            return Ok(seed);
        }
    }
    let none = format!("none of the seeds 1 to {SEEDS} fails, so there is nothing to shrink");
    Err(Error::Asked(none))
}

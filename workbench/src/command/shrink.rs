//! The `shrink` command of a stage's `simulate` example: from a run that fails to the smallest one that does.

use std::fmt::Write;

use clap::Args;
use tokio::time::Instant;

use super::exit::print;
use super::series::NoTestCount;
use crate::cluster::tasks::Program;
use crate::console::{print_stderr, progress_bar};
use crate::error::Error;
use crate::options::Options;
use crate::run::ctrl_c::CtrlC;
use crate::simulation::shrink::{MAX_RUNS, MAX_TIME, Shrunk, shrink, story};
use crate::simulation::{judge_run, sweep};
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
        let options = self.options.clone();
        options.check()?;
        options.check_sweep()?;
        let mut ctrl_c = CtrlC::of_process()?;
        let seed = match options.seed {
            Some(seed) => seed,
            None => first_failing(program, &options)?,
        };
        let limits = format!("at most {MAX_RUNS} runs or {} s", MAX_TIME.as_secs());
        print_stderr(&format!("{}, seed {seed}: shrinking, {limits}", options.introduction()));
        let bar = progress_bar(None, "{wide_msg}");
        let start = Instant::now();
        let shrunk = shrink(program, &options, seed, |case, runs| {
            bar.set_message(format!("{}; {}", case.size(), counted(runs as u64, "run")));
            bar.tick();
            !ctrl_c.is_pressed()
        });
        bar.finish_and_clear();
        let shrunk = shrunk?;
        print(&in_words(program, &shrunk, start.elapsed().as_secs_f64())?)?;

        shrunk.options(&options, seed)
    }
}

/// The first seed whose run is invalid or has no verdict.
fn first_failing(program: &Program, options: &Options) -> Result<u64, Error> {
    let is_failing = |&seed: &u64| {
        let outcome = sweep::judge_seed(program, options, seed);
        outcome.verdict != Some(crate::checker::Verdict::Valid)
    };
    (1..=SEEDS).find(is_failing).ok_or_else(|| {
        let none = format!("none of the seeds 1 to {SEEDS} fails, so there is nothing to shrink");
        Error::Asked(none)
    })
}

/// How far it went, what happens in the smallest run, and its scenario.
fn in_words(program: &Program, shrunk: &Shrunk, seconds: f64) -> Result<String, Error> {
    let Shrunk { case, failure, from, runs, is_cut_short } = shrunk;
    let runs = counted(*runs as u64, "run");
    let mut text = format!("{failure}: {from}\n  -> {}; {runs}, {seconds:.1} s\n", case.size());
    if *is_cut_short {
        text += "  There may be a smaller one: the search was cut short.\n";
    }
    let file = case.options.render_scenario(&case.scenario, case.seed);
    let options = shrunk.options(&case.options, case.seed)?;
    if let Ok(judged) = judge_run(program.clone(), &options, case.seed) {
        let events = story(&judged.scene_of_all(), &judged.recording.history);
        let _ = write!(text, "\nWhat happens\n{events}");
    }
    let indented: String = file.lines().map(|line| format!("  {line}\n")).collect();
    let _ = write!(text, "\nThe scenario\n{}\n", indented.replace("  \n", "\n"));
    Ok(text)
}

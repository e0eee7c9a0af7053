//! Shrinking: from a run that fails to the smallest one that fails in the same way.
//!
//! Each try is a run in virtual time. What still fails is kept, so the result is always a run that was seen
//! to fail.

mod case;
mod failure;
mod minimize;
mod search;
mod story;

use std::time::Duration;

use tokio::time::Instant;

pub use case::Case;
pub use failure::FailureKind;
pub use story::story;

use self::search::{Attempt, Search, attempt};
use crate::checker::Verdict;
use crate::cluster::tasks::Program;
use crate::error::Error;
use crate::options::Options;
use crate::plan::scenario::ScenarioFile;
use crate::simulation::JudgedRun;
use crate::text::counted;

/// The most runs that are tried.
pub const MAX_RUNS: usize = 2_000;

/// How long it may take.
pub const MAX_TIME: Duration = Duration::from_secs(30);

/// The smallest run that was found.
#[derive(Debug)]
pub struct Shrunk {
    /// The run.
    pub case: Case,
    /// How it fails, which is how the first one failed.
    pub failure: FailureKind,
    /// How large the first one was, in words.
    pub from: String,
    /// How many runs were tried.
    pub runs: usize,
    /// Whether it may not be the smallest, because of [`MAX_RUNS`], [`MAX_TIME`] or Ctrl-C.
    pub is_cut_short: bool,
}

impl Shrunk {
    /// The options of the smallest run. What reproduces it is to shrink that of `options` and `seed` again.
    ///
    /// Fails if its scenario cannot be read, which is a bug.
    pub fn options(&self, options: &Options, seed: u64) -> Result<Options, Error> {
        let Case { options: own, seed: own_seed, scenario } = &self.case;
        let text = own.render_scenario(scenario, *own_seed);
        let mut small = Options::of_scenario(ScenarioFile::new("scenario.toml", text))?;
        small.reproduced_by = Some(options.shrink_command(seed));
        small.store = options.store.clone();
        Ok(small)
    }

    /// What `make shrink` prints after `seconds`: how far it went, what happens in the smallest run unless it
    /// has no verdict, and its scenario.
    pub fn in_words(&self, seconds: f64, run: Option<&JudgedRun>) -> String {
        let Shrunk { case, failure, from, runs, is_cut_short } = self;
        let runs = counted(*runs as u64, "run");
        let mut text = format!("{failure}: {from}\n  -> {}; {runs}, {seconds:.1} s\n", case.size());
        if *is_cut_short {
            text += "  There may be a smaller one: the search was cut short.\n";
        }
        if let Some(run) = run {
            text +=
                &format!("\nWhat happens\n{}", story(&run.scene_of_all(), &run.recording.history));
        }
        text += "\nThe scenario\n";
        for line in case.options.render_scenario(&case.scenario, case.seed).lines() {
            let indent = if line.is_empty() { "" } else { "  " };
            text += &format!("{indent}{line}\n");
        }
        text + "\n"
    }
}

/// Shrinks the run of `options` and `seed`. `go_on` is called before each try with what has been reached and
/// the number of runs, and ends the search if it says no.
///
/// Fails if the run does not fail, or cannot be started.
pub fn shrink(
    program: &Program,
    options: &Options,
    seed: u64,
    go_on: impl FnMut(&Case, usize) -> bool,
) -> Result<Shrunk, Error> {
    let case = Case { options: options.clone(), seed, scenario: options.whole_plan(seed)? };
    let (failure, faults) = match attempt(program, &case) {
        Attempt::Failed(failure, faults) => (failure, faults),
        Attempt::Passed(verdict) => return Err(Error::Asked(not_failing(verdict))),
        Attempt::NoVerdict(error) => return Err(error),
    };
    let from = case.size();
    let mut search = Search::new(program, case, failure, Instant::now() + MAX_TIME, go_on);
    search.run(faults);
    let Search { best: case, runs, is_cut_short, .. } = search;
    Ok(Shrunk { case, failure, from, runs, is_cut_short })
}

fn not_failing(verdict: Verdict) -> String {
    let is = if verdict == Verdict::Unknown { "neither valid nor invalid" } else { "valid" };
    format!("this run is {is}, so there is nothing to shrink: `make sweep` finds seeds that fail")
}

//! One round of watching: builds the stage, sweeps, and simulates one run to look at.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use tokio::process::Command;
use tokio::time::Instant;

use super::child::{self, Finished};
use crate::checker::Verdict;
use crate::error::Error;
use crate::output::seed_outcome::SeedOutcome;
use crate::report::REPORT;
use crate::simulation::tally::Tally;
use crate::text::counted;

/// What every round does.
#[derive(Debug, Clone, Copy)]
pub struct Round<'a> {
    /// The name of the stage.
    pub stage: &'a str,
    /// The program that its `simulate` example becomes.
    pub simulate: &'a Path,
    /// How many seeds are swept.
    pub seeds: u64,
    /// The first of them.
    pub first: u64,
    /// The flags of the runs.
    pub flags: &'a [String],
    /// Where the runs go. The folder is emptied before.
    pub store: &'a Path,
}

/// How a round ended.
#[derive(Debug)]
pub struct RoundOutcome {
    /// What has been found out.
    pub kind: RoundKind,
    /// A line that says it.
    pub headline: String,
    /// What the compiler said, then the story of the smallest run or what valid ones cost. May have colours.
    pub text: String,
    /// The page of the run, if there is one.
    pub report: Option<Vec<u8>>,
}

/// What a round can find out. In JSON: `valid`, `invalid` or `broken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RoundKind {
    /// All runs are valid.
    Valid,
    /// At least one is not.
    Invalid,
    /// The stage cannot run.
    Broken,
}

impl Round<'_> {
    /// Builds, sweeps and simulates, and says before each what it does.
    ///
    /// Fails if a program cannot be started, or a file not be read or removed.
    pub async fn run(&self, doing: impl Fn(&str)) -> Result<RoundOutcome, Error> {
        doing(&format!("building {}", self.stage));
        let start = Instant::now();
        let built = self.build().await?;
        let building = start.elapsed();
        if !built.status.success() {
            return Ok(RoundOutcome::broken("It does not compile.", built.stderr));
        }

        doing(&format!("sweeping {}", counted(self.seeds, "seed")));
        let start = Instant::now();
        if self.store.exists() {
            fs::remove_dir_all(self.store).map_err(Error::path("remove", self.store))?;
        }
        let swept = self.simulation("outcomes", "--seeds", self.seeds).await?;
        let took = Took { building, sweeping: start.elapsed() };
        let Some(outcomes) = outcomes(&swept) else {
            return Ok(RoundOutcome::broken("The sweep did not end.", swept.stderr));
        };

        let warnings = built.stderr;
        let failed = outcomes.iter().filter(|outcome| !outcome.is_valid());
        let failed: Vec<u64> = failed.map(|outcome| outcome.seed).collect();
        match failed.iter().min() {
            None => {
                doing(&format!("simulating seed {}", self.first));
                self.simulation("test", "--seed", self.first).await?;
                self.all_valid(outcomes, took, warnings)
            }
            Some(&seed) => {
                doing(&format!("shrinking the run of seed {seed}"));
                let shrunk = self.simulation("shrink", "--seed", seed).await?;
                self.not_all_valid(failed.len(), seed, took, warnings, shrunk)
            }
        }
    }

    fn all_valid(
        &self,
        outcomes: Vec<SeedOutcome>,
        took: Took,
        warnings: String,
    ) -> Result<RoundOutcome, Error> {
        let runs = if self.seeds == 1 { "The run is valid" } else { "All runs are valid" };
        let headline = format!("{runs}: {}. {took}", counted(self.seeds, "seed"));
        let mut tally = Tally::default();
        outcomes.into_iter().for_each(|outcome| tally.add(outcome));
        let text = warnings + &tally.costs();
        Ok(RoundOutcome { kind: RoundKind::Valid, headline, text, report: self.report()? })
    }

    fn not_all_valid(
        &self,
        failed: usize,
        seed: u64,
        took: Took,
        warnings: String,
        shrunk: Finished,
    ) -> Result<RoundOutcome, Error> {
        let headline = not_valid(failed, self.seeds, seed, took);
        let text = warnings + story(&shrunk).trim_start_matches('\n');
        Ok(RoundOutcome { kind: RoundKind::Invalid, headline, text, report: self.report()? })
    }

    async fn build(&self) -> Result<Finished, Error> {
        // Cargo tells the programs that it runs which cargo it is, and make takes another one with CARGO=.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let example = format!("simulate-{}", self.stage);
        let colour = if has_colour() { "always" } else { "never" };
        let mut command = Command::new(cargo);
        command.args(["build", "--quiet", "--color", colour, "--package", self.stage]);
        child::run(command.args(["--example", &example])).await
    }

    /// Runs a command of the simulation: `outcomes` prints those of all seeds, `test` simulates the run of a
    /// seed, and `shrink` the smallest one that fails like it.
    async fn simulation(&self, name: &str, flag: &str, number: u64) -> Result<Finished, Error> {
        let mut command = Command::new(self.simulate);
        command.arg(name).args(self.flags).args([flag, &number.to_string()]);
        command.arg("--store").arg(self.store);
        if has_colour() {
            command.env("CLICOLOR_FORCE", "1");
        }
        child::run(&mut command).await
    }

    /// The report of the run that was simulated last.
    fn report(&self) -> Result<Option<Vec<u8>>, Error> {
        let path = self.store.join("latest").join(REPORT);
        let report = path.exists().then(|| fs::read(&path));
        report.transpose().map_err(Error::path("read", path))
    }
}

/// What the smallest run says. One without a verdict has no summary: it says on stderr what went wrong.
fn story(shrunk: &Finished) -> String {
    let Finished { status, stdout, stderr } = shrunk;
    let verdicts = [Verdict::Valid, Verdict::Unknown, Verdict::Invalid];
    if verdicts.iter().any(|verdict| status.code() == Some(verdict.exit_status().into())) {
        return stdout.clone();
    }
    // Before the first empty line is what the run was, which the scenario says better.
    let why = match stderr.split_once("\n\n") {
        Some((_, why)) if !stdout.is_empty() => why,
        _ => stderr,
    };
    format!("{stdout}{why}")
}

/// The headline of a sweep of `seeds` in which `failed` runs are not valid, the first of them with seed `first`.
pub fn not_valid(failed: usize, seeds: u64, first: u64, took: Took) -> String {
    let are = if failed == 1 { "is" } else { "are" };
    let runs = counted(seeds, "run");
    format!("{failed} of {runs} {are} not valid; the first is seed {first}. {took}")
}

impl RoundOutcome {
    fn broken(headline: &str, text: String) -> RoundOutcome {
        let headline = headline.to_owned();
        RoundOutcome { kind: RoundKind::Broken, headline, text, report: None }
    }
}

/// How long the parts of a round took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// The build.
    pub building: Duration,
    /// The sweep.
    pub sweeping: Duration,
}

/// `Built in 1.2 s, swept in 0.9 s.`
impl std::fmt::Display for Took {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [building, sweeping] =
            [self.building, self.sweeping].map(|duration| duration.as_secs_f64());
        write!(f, "Built in {building:.1} s, swept in {sweeping:.1} s.")
    }
}

/// The outcomes of a sweep; none if it did not end well.
fn outcomes(swept: &Finished) -> Option<Vec<SeedOutcome>> {
    let outcomes = swept.stdout.lines().map(serde_json::from_str);
    let outcomes = outcomes.collect::<Result<_, _>>().ok()?;
    swept.status.success().then_some(outcomes)
}

/// Whether what is printed may have colours.
fn has_colour() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

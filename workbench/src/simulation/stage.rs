//! For the tests of a stage: runs of its challenge in virtual time.

use std::fmt;
use std::ops::Deref;
use std::path::Path;

use common::Handler;

use crate::challenge::{Challenge, challenges_file, read_challenges};
use crate::cluster::tasks::Program;
use crate::options::Options;
use crate::plan::scenario::ScenarioFile;
use crate::simulation::{JudgedRun, judge_run};

/// A stage and its challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The name of the stage and of its challenge.
    pub name: String,
    /// The flags of its challenge.
    pub flags: String,
}

impl Stage {
    /// The stage of that name, such as a stage's own `env!("CARGO_PKG_NAME")`, with its line in
    /// `challenges.mk`.
    ///
    /// Panics if there is no such line: this is for tests.
    pub fn named(name: &str) -> Stage {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's folder");
        let challenges = read_challenges(root).unwrap_or_else(|error| panic!("{error}"));
        let challenge = challenges.into_iter().find(|challenge| challenge.name == name);
        let Challenge { name, flags, .. } = challenge.unwrap_or_else(|| {
            panic!("no line `{name} = …` in {}", challenges_file(root).display())
        });
        Stage { name, flags }
    }

    /// Simulates a cluster of servers of type `H` with these flags, which need not be the stage's.
    ///
    /// Panics if the flags are wrong, or if there can be no verdict, and says why and how to
    /// reproduce it: this is for tests.
    pub fn simulate<H: Handler>(&self, flags: &str, seed: u64) -> Simulated {
        let name = &self.name;
        let command = format!("cargo run --example simulate-{name} -- test {flags} --seed {seed}");
        let options = flags.parse().unwrap_or_else(|error| panic!("`{flags}`: {error}"));
        simulated::<H>(&options, seed, command)
    }

    /// Simulates a cluster of servers of type `H` in a scenario: the text of its file, such as
    /// `include_str!("cut.toml")`.
    ///
    /// Panics if the scenario is wrong, or if there can be no verdict, and says why: this is for tests.
    pub fn scenario<H: Handler>(&self, text: &str) -> Simulated {
        let options = Options::of_scenario(ScenarioFile::new("the scenario", text));
        let options = options.unwrap_or_else(|error| panic!("{error}"));
        let command =
            format!("make simulate MODULE={} SCENARIO=… with this file:\n\n{text}", self.name);
        simulated::<H>(&options, options.seed_or_random(), command)
    }
}

fn simulated<H: Handler>(options: &Options, seed: u64, command: String) -> Simulated {
    match judge_run(Program::of::<H>(), options, seed) {
        Ok(judged) => Simulated { judged, command },
        Err(error) => panic!("{error}\n\nThat was `{command}`"),
    }
}

/// A run of a stage. Displayed, it says how to reproduce it.
#[derive(Debug)]
pub struct Simulated {
    judged: JudgedRun,
    command: String,
}

impl Deref for Simulated {
    type Target = JudgedRun;

    fn deref(&self) -> &JudgedRun {
        &self.judged
    }
}

impl fmt::Display for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to reproduce this run: {}", self.command)
    }
}

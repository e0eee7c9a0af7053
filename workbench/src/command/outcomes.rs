//! The hidden `outcomes` command of a stage's `simulate` example: what `workbench compare` reads.

use std::io::{self, Write};
use std::time::Duration;

use clap::Args;

use crate::cluster::tasks::Program;
use crate::error::Error;
use crate::options::Options;
use crate::simulation::sweep::{Next, Sweep};

/// Simulates many runs, on all cores, and prints how each one ended
#[derive(Args)]
#[command(args_override_self = true)]
pub(super) struct OutcomesArguments {
    /// How many seeds, beginning with --seed, or with 1
    #[arg(long, value_name = "NUMBER")]
    seeds: u64,

    #[command(flatten)]
    options: Options,
}

impl OutcomesArguments {
    /// Judges every seed. Prints each outcome as soon as it is known, a line of JSON each, in no order
    /// of seeds.
    pub fn run(&self, program: &Program) -> Result<u8, Error> {
        let sweep = Sweep::start(program, &self.options, self.options.seeds(self.seeds))?;
        let mut stdout = io::stdout().lock();
        loop {
            match sweep.next(Duration::MAX) {
                Next::Outcome(outcome) => {
                    let line = serde_json::to_string(&outcome).map_err(io::Error::from);
                    let failed = |source| Error::System { doing: "write to stdout".into(), source };
                    line.and_then(|line| writeln!(stdout, "{line}")).map_err(failed)?;
                }
                Next::NotYet => {}
                Next::End => return Ok(0),
            }
        }
    }
}

//! The command that a stage's `simulate` example is: runs of its server in virtual time.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser};
use common::Handler;

use crate::bench::bench;
use crate::cluster::Cluster;
use crate::cluster::tasks::{Program, Tasks};
use crate::console::Console;
use crate::options::Options;
use crate::simulation::in_virtual_time;

/// Simulates a cluster of this stage's servers, in virtual time
#[derive(Parser)]
enum Command {
    /// Simulates one run, and judges it
    Test(Box<Test>),
}

#[derive(Args)]
#[command(args_override_self = true)]
struct Test {
    #[command(flatten)]
    options: Options,
}

/// The whole of a `simulate` example: reads the command line, with the flags of `workbench test`
/// but for `--bin`, and simulates servers of type `H`. Its exit status is that of a run.
pub fn simulate<H: Handler>() -> ExitCode {
    match Command::try_parse() {
        Ok(Command::Test(command)) => test::<H>(command.options),
        Err(words) => crate::options::refuse(&words),
    }
}

fn test<H: Handler>(options: Options) -> ExitCode {
    let status = in_virtual_time(move |heartbeat| async move {
        let console = Arc::new(Console::brief());
        let logs = options.log_stderr.then(|| console.clone());
        let interrupt = Box::pin(std::future::pending());
        let status = bench(&options, console, interrupt, heartbeat, |seed, store| {
            let (program, folder) = (Program::of::<H>(), store.node_logs());
            Tasks::start(&program, options.node_count, seed, Some(&folder), logs)
                .map(Cluster::Tasks)
        });
        Ok(status.await)
    });
    ExitCode::from(status.unwrap_or_else(|error| {
        eprintln!("\n{error}");
        error.exit_status()
    }))
}

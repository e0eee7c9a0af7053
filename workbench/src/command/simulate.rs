//! The `simulate` example of a stage: one run of its server in virtual time, or a sweep.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser};
use common::Handler;

use super::arguments::arguments;
use super::exit::{HELP_WIDTH, exit, usage_error};
use super::outcomes::OutcomesArguments;
use super::run_and_judge::{no_verdict, run_and_judge};
use super::series::NoTestCount;
use super::shrink::ShrinkArguments;
use super::sweep::SweepArguments;
use crate::checker::Verdict;
use crate::cluster::Cluster;
use crate::cluster::tasks::{Program, Tasks};
use crate::console::{Console, print_stderr};
use crate::error::Error;
use crate::options::Options;
use crate::run::ctrl_c::CtrlC;
use crate::simulation::in_virtual_time;

/// Simulates a cluster of this stage's servers, in virtual time
#[derive(Parser)]
#[command(max_term_width = HELP_WIDTH)]
enum SimulateCommand {
    Test(Box<SimulateArguments>),
    Sweep(Box<SweepArguments>),
    Shrink(Box<ShrinkArguments>),
    #[command(hide = true)]
    Outcomes(Box<OutcomesArguments>),
}

/// Simulates one run, and judges it
#[derive(Args)]
#[command(args_override_self = true)]
struct SimulateArguments {
    #[command(flatten)]
    test_count: NoTestCount,

    #[command(flatten)]
    options: Options,
}

/// The whole of a `simulate` example: reads the command line, with the flags of `workbench test`
/// except `--bin`, and simulates servers of type `H`. Its exit status is that of the run or, for a
/// sweep, of the worst run.
pub fn simulate<H: Handler>() -> ExitCode {
    simulate_program(Program::of::<H>())
}

/// The same, without the type of the server: a stage that has been edited does not compile it again.
fn simulate_program(program: Program) -> ExitCode {
    let words = match arguments(std::env::args_os()) {
        Ok(words) => words,
        Err(error) => return exit(Err(error)),
    };
    match SimulateCommand::try_parse_from(words) {
        Ok(SimulateCommand::Test(arguments)) => exit(test(program, arguments.options)),
        Ok(SimulateCommand::Sweep(arguments)) => exit(arguments.run(&program)),
        Ok(SimulateCommand::Shrink(arguments)) => {
            exit(arguments.run(&program).and_then(|smallest| test(program, smallest)))
        }
        Ok(SimulateCommand::Outcomes(arguments)) => exit(arguments.run(&program)),
        Err(error) => usage_error(&error),
    }
}

fn test(program: Program, mut options: Options) -> Result<u8, Error> {
    options.check()?;
    let seed = options.seed_or_random();
    options.seed = Some(seed);
    let mut ctrl_c = CtrlC::of_process()?;
    let nodes = options.nodes.clone();
    let is_drawn = options.scenario.is_none();
    let shrink = options.shrink_command(seed);
    let status = in_virtual_time(&nodes, move |watchdog| async move {
        let console = Arc::new(Console::brief());
        let logs = options.log_stderr.then(|| console.clone());
        let shared = watchdog.clone();
        let status = run_and_judge(&options, console, &mut ctrl_c, watchdog, |seed, store| {
            let folder = store.node_logs();
            let tasks = Tasks::start(&program, &options.nodes, seed, &shared, Some(&folder), logs);
            tasks.map(Cluster::Tasks)
        });
        let status = status.await;
        if status == Error::Interrupted.exit_status() {
            // Do not wait until a large cluster is taken apart.
            std::process::exit(status.into());
        }
        Ok(status)
    });
    let status = status.unwrap_or_else(|error| no_verdict(&error, seed));
    if status == Verdict::Invalid.exit_status() && is_drawn {
        print_stderr(&format!("\nThe smallest run that fails like this: {shrink}"));
    }
    Ok(status)
}

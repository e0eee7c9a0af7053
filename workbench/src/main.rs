//! The `workbench` command: `workbench test …`, with Maelstrom's own flags.

use std::process::ExitCode;

use clap::Parser;
use workbench::cluster::reaper;
use workbench::command::arguments::arguments;
use workbench::command::check::CheckArguments;
use workbench::command::compare::CompareArguments;
use workbench::command::diagram::DiagramArguments;
use workbench::command::exit::{HELP_WIDTH, exit, print_and_exit, usage_error};
use workbench::command::new::NewArguments;
use workbench::command::prune::PruneArguments;
use workbench::command::remove::RemoveArguments;
use workbench::command::report::ReportArguments;
use workbench::command::test::TestArguments;
use workbench::command::trace::TraceArguments;
use workbench::command::watch::WatchArguments;

/// A test bench for Maelstrom nodes.
#[derive(Parser)]
#[command(max_term_width = HELP_WIDTH)]
enum Command {
    Test(Box<TestArguments>),
    Check(CheckArguments),
    Compare(CompareArguments),
    Prune(PruneArguments),
    Report(ReportArguments),
    Diagram(DiagramArguments),
    Trace(TraceArguments),
    Watch(WatchArguments),
    New(NewArguments),
    Remove(RemoveArguments),
    /// Kills the nodes of a workbench that was killed
    #[command(name = reaper::ARGUMENT, hide = true)]
    Reap {
        /// The mark of its nodes
        mark: String,
    },
}

fn main() -> ExitCode {
    let words = match arguments(std::env::args_os()) {
        Ok(words) => words,
        Err(error) => return exit(Err(error)),
    };
    match Command::try_parse_from(words) {
        Ok(Command::Test(arguments)) => exit(arguments.run()),
        Ok(Command::Check(arguments)) => exit(arguments.run()),
        Ok(Command::Compare(arguments)) => arguments.run(),
        Ok(Command::Prune(arguments)) => print_and_exit(arguments.run()),
        Ok(Command::Report(arguments)) => print_and_exit(arguments.run()),
        Ok(Command::Diagram(arguments)) => print_and_exit(arguments.run()),
        Ok(Command::Trace(arguments)) => print_and_exit(arguments.run()),
        Ok(Command::Watch(arguments)) => exit(arguments.run()),
        Ok(Command::New(arguments)) => print_and_exit(arguments.run()),
        Ok(Command::Remove(arguments)) => print_and_exit(arguments.run()),
        Ok(Command::Reap { mark }) => {
            reaper::main(&mark);
            ExitCode::SUCCESS
        }
        Err(error) => usage_error(&error),
    }
}

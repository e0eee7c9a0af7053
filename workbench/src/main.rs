//! The `workbench` command: `workbench test …`, with Maelstrom's own flags.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser};
use tokio::runtime::Builder;
use workbench::bench::bench;
use workbench::cluster::Cluster;
use workbench::cluster::processes::{Processes, Program};
use workbench::cluster::reaper;
use workbench::console::{Console, tell};
use workbench::error::Error;
use workbench::heartbeat::Heartbeat;
use workbench::interrupt::Interrupt;
use workbench::options::{HELP_WIDTH, Options, refuse};
use workbench::report::REPORT;
use workbench::report::diagram::command::Diagram;
use workbench::report::illustrate::illustrate;
use workbench::report::replay::trace::trace;
use workbench::report::scene::{Scene, Window};
use workbench::store::Store;
use workbench::time::Time;

/// A test bench for Maelstrom nodes.
#[derive(Parser)]
#[command(max_term_width = HELP_WIDTH)]
enum Command {
    /// Runs a program as the nodes of a cluster, and judges it
    Test(Box<Test>),
    /// Draws a run again: its plots and report.html, from the other files in its folder
    Report {
        /// The folder of the run
        #[arg(default_value = "store/latest")]
        store: PathBuf,
    },
    /// Draws a part of a run as a space-time diagram: an SVG on stdout
    Diagram(Diagram),
    /// Writes the trace of a run to stdout: what the replay player plays
    Trace(Trace),
    /// Kills what a killed bench left behind
    #[command(name = reaper::ARGUMENT, hide = true)]
    Reap {
        /// The mark of its nodes
        mark: String,
    },
}

#[derive(Args)]
#[command(args_override_self = true, allow_negative_numbers = true)]
struct Test {
    /// The program to run as each node. It runs in the system's temporary folder, as under
    /// Maelstrom, so name files in its arguments by their whole paths
    #[arg(long, value_name = "PROGRAM")]
    bin: PathBuf,

    #[command(flatten)]
    options: Options,

    /// Arguments of the program
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Args)]
#[command(allow_negative_numbers = true)]
struct Trace {
    /// The run's folder, such as store/latest
    #[arg(value_name = "STORE")]
    store: PathBuf,

    /// Where to begin, in seconds since the main phase began
    #[arg(long, value_name = "SECONDS", default_value = "0")]
    from: Time,

    /// Where to end [default: the end of the run]
    #[arg(long, value_name = "SECONDS")]
    to: Option<Time>,
}

fn main() -> ExitCode {
    match Command::try_parse() {
        Ok(Command::Test(command)) => test(*command),
        Ok(Command::Report { store }) => print(report(&store)),
        Ok(Command::Diagram(command)) => print(command.draw()),
        Ok(Command::Trace(command)) => print(read_trace(&command)),
        Ok(Command::Reap { mark }) => {
            reaper::main(&mark);
            ExitCode::SUCCESS
        }
        Err(words) => refuse(&words),
    }
}

/// Prints what was asked for, or why it cannot be had.
fn print(content: Result<String, Error>) -> ExitCode {
    let written = content.and_then(|content| {
        match io::stdout().write_all(content.as_bytes()) {
            // Whoever reads may stop when they have read enough.
            Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
                Err(Error::System { doing: "write to stdout".into(), source })
            }
            _ => Ok(()),
        }
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&error.to_string());
            ExitCode::from(error.exit_status())
        }
    }
}

fn test(command: Test) -> ExitCode {
    let status = Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        let status = runtime.block_on(judge(command));
        // After Ctrl-C nobody waits for what is still being written.
        runtime.shutdown_background();
        status
    });
    ExitCode::from(status.unwrap_or_else(|source| {
        let error = Error::System { doing: "listen for Ctrl-C".into(), source };
        tell(&error.to_string());
        error.exit_status()
    }))
}

/// Runs the test. Fails if the operating system does not let it listen for signals.
async fn judge(command: Test) -> io::Result<u8> {
    let Test { bin, options, arguments } = command;
    let interrupt = Interrupt::of_process()?;
    let console = Arc::new(Console::stderr());
    let logs = options.log_stderr.then(|| console.clone());
    let program = Program { file: bin, arguments };
    let status = bench(&options, console, interrupt, Heartbeat::default(), |_seed, store| {
        let count = options.node_count;
        Processes::start(&program, count, &store.node_logs(), logs).map(Cluster::Processes)
    });
    Ok(status.await)
}

/// Draws a run again. Gives the path of its page, in a line.
fn report(store: &Path) -> Result<String, Error> {
    illustrate(&Store::open(store)?)?;
    Ok(format!("{}\n", store.join(REPORT).display()))
}

/// Reads the window of a run that is asked for. Gives its trace, in a line.
fn read_trace(command: &Trace) -> Result<String, Error> {
    let window = Window { from: command.from, to: command.to.unwrap_or(Time::MAX) };
    if window.from > window.to {
        return Err(Error::Asked("--from is after --to".into()));
    }
    let scene = Scene::open(&Store::open(&command.store)?, Some(window), usize::MAX)?;
    Ok(trace(&scene) + "\n")
}

//! The `workbench` command: `workbench test …`, with Maelstrom's own flags.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser};
use tokio::runtime::Builder;
use workbench::cluster::Cluster;
use workbench::cluster::processes::{NodeCommand, Processes};
use workbench::cluster::reaper;
use workbench::cluster::watchdog::Watchdog;
use workbench::command::bench::bench;
use workbench::command::diagram::Diagram;
use workbench::command::judge;
use workbench::command::new::New;
use workbench::command::prune;
use workbench::command::remove::Remove;
use workbench::command::series::Series;
use workbench::console::{Console, print_stderr};
use workbench::error::Error;
use workbench::options::{HELP_WIDTH, Options, usage_error};
use workbench::record::store::Store;
use workbench::report::REPORT;
use workbench::report::message_window::{MessageWindow, Window};
use workbench::report::render::render_report;
use workbench::report::replay::trace::trace;
use workbench::run::ctrl_c::CtrlC;
use workbench::time::Time;

/// A test bench for Maelstrom nodes.
#[derive(Parser)]
#[command(max_term_width = HELP_WIDTH)]
enum Command {
    /// Runs a program as the nodes of a cluster, and judges it
    Test(Box<Test>),
    /// Judges a run again, from the files in its folder (Maelstrom: analyze)
    Check {
        /// The folder of the run
        #[arg(default_value = "store/latest")]
        store: PathBuf,
    },
    /// Removes the oldest runs and sweeps from a store
    Prune {
        /// How many to keep; one that a link such as store/latest leads to stays in any case
        #[arg(long, value_name = "N", default_value_t = prune::DEFAULT_KEPT_RUNS)]
        keep: usize,
        /// The store
        #[arg(long, value_name = "FOLDER", default_value = "store")]
        store: PathBuf,
    },
    /// Redraws a stored run: its plots and report.html, from the other files in its folder
    Report {
        /// The folder of the run
        #[arg(default_value = "store/latest")]
        store: PathBuf,
    },
    /// Draws a part of a run as a space-time diagram: an SVG on stdout
    Diagram(Diagram),
    /// Writes the trace of a run to stdout: what the replay player plays
    Trace(Trace),
    New(New),
    Remove(Remove),
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

    /// How many runs, one after the other, each from a seed of its own; the worst decides
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    test_count: u64,

    #[command(flatten)]
    options: Options,

    /// Arguments of the program; those that begin with a dash come after --
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
        Ok(Command::Check { store }) => check(&store),
        Ok(Command::Prune { keep, store }) => print(prune_store(&store, keep)),
        Ok(Command::Report { store }) => print(report(&store)),
        Ok(Command::Diagram(command)) => print(command.draw()),
        Ok(Command::Trace(command)) => print(read_trace(&command)),
        Ok(Command::New(command)) => print(command.make()),
        Ok(Command::Remove(command)) => print(command.remove()),
        Ok(Command::Reap { mark }) => {
            reaper::main(&mark);
            ExitCode::SUCCESS
        }
        Err(words) => usage_error(&words),
    }
}

/// Prints what was asked for, or why it cannot be had.
fn print(content: Result<String, Error>) -> ExitCode {
    end(content.and_then(|content| judge::print(&content)).map(|()| 0))
}

/// Ends with that exit status, or says what went wrong.
fn end(status: Result<u8, Error>) -> ExitCode {
    ExitCode::from(status.unwrap_or_else(|error| {
        print_stderr(&error.to_string());
        error.exit_status()
    }))
}

/// Judges a run again: prints what it printed, and ends as it ended.
fn check(store: &Path) -> ExitCode {
    let judged = judge::judge_again(store, &Console::brief());
    end(judged.and_then(|(results, text)| {
        judge::print(&text)?;
        Ok(results.verdict.exit_status())
    }))
}

/// Prunes a store. Gives what was removed, a line each, and what that comes to.
fn prune_store(store: &Path, keep: usize) -> Result<String, Error> {
    if !store.is_dir() {
        return Err(Error::Asked(format!("there is no store in {}", store.display())));
    }
    let mut text = String::new();
    let (removed, remaining) = prune::prune(store, keep, |folder| {
        let (path, size) = (folder.path.display(), prune::megabytes(folder.bytes));
        text += &format!("{path}, {size}\n");
    })?;
    let [gone, left] = [&removed, &remaining].map(|folders| {
        format!("{}, {}", prune::counted(folders), prune::megabytes(prune::bytes(folders)))
    });
    Ok(format!("{text}Removed {gone}; left {left}\n"))
}

fn test(command: Test) -> ExitCode {
    if let Err(error) = command.options.check() {
        return end(Err(error));
    }
    let status = Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        let status = runtime.block_on(judge(command));
        // After Ctrl-C nobody waits for what is still being written.
        runtime.shutdown_background();
        status
    });
    end(status.map_err(|source| Error::System { doing: "listen for Ctrl-C".into(), source }))
}

/// Runs the test. Fails if the operating system does not let it listen for signals.
async fn judge(command: Test) -> io::Result<u8> {
    let Test { test_count, bin, mut options, arguments } = command;
    let mut ctrl_c = CtrlC::of_process()?;
    let program = NodeCommand { file: bin, arguments };
    let first = options.seed_or_random();
    let mut series = Series::default();
    for seed in first..first.saturating_add(test_count) {
        options.seed = Some(seed);
        let console = Arc::new(Console::stderr());
        let logs = options.log_stderr.then(|| console.clone());
        let start = |_seed, store: &Store| {
            let logs = logs.clone();
            Processes::start(&program, &options.nodes, &store.node_logs(), logs)
                .map(Cluster::Processes)
        };
        let status = bench(&options, console, &mut ctrl_c, Watchdog::default(), start).await;
        series.add(seed, status);
        if status == Error::Interrupted.exit_status() {
            break;
        }
    }
    if test_count > 1 {
        // The verdict stands, even if it cannot be told.
        let _ = judge::print(&format!("\n{series}\n"));
    }
    Ok(series.worst())
}

/// Redraws a stored run. Gives the path of its page, in a line.
fn report(store: &Path) -> Result<String, Error> {
    render_report(&Store::open(store)?)?;
    Ok(format!("{}\n", store.join(REPORT).display()))
}

/// Reads the window of a run that is asked for. Gives its trace, in a line.
fn read_trace(command: &Trace) -> Result<String, Error> {
    let window = Window { from: command.from, to: command.to.unwrap_or(Time::MAX) };
    if window.from > window.to {
        return Err(Error::Asked("--from is after --to".into()));
    }
    let scene = MessageWindow::open(&Store::open(&command.store)?, Some(window), usize::MAX)?;
    Ok(trace(&scene) + "\n")
}

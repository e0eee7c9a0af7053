//! The `workbench` command: `workbench test …`, with Maelstrom's own flags.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser};
use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use workbench::bench::bench;
use workbench::cluster::Cluster;
use workbench::cluster::processes::{Processes, Program};
use workbench::cluster::reaper;
use workbench::console::{Console, tell};
use workbench::error::Error;
use workbench::heartbeat::Heartbeat;
use workbench::interrupt::Interrupt;
use workbench::options::{HELP_WIDTH, Options, refuse};

/// A test bench for Maelstrom nodes.
#[derive(Parser)]
#[command(max_term_width = HELP_WIDTH)]
enum Command {
    /// Runs a program as the nodes of a cluster, and judges it
    Test(Box<Test>),
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

fn main() -> ExitCode {
    match Command::try_parse() {
        Ok(Command::Test(command)) => test(*command),
        Ok(Command::Reap { mark }) => {
            reaper::main(&mark);
            ExitCode::SUCCESS
        }
        Err(words) => refuse(&words),
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
    let interrupt = interrupt()?;
    let console = Arc::new(Console::stderr());
    let logs = options.log_stderr.then(|| console.clone());
    let program = Program { file: bin, arguments };
    let status = bench(&options, console, interrupt, Heartbeat::default(), |_seed, store| {
        let count = options.node_count;
        Processes::start(&program, count, &store.node_logs(), logs).map(Cluster::Processes)
    });
    Ok(status.await)
}

/// Hears of it when the bench is told to end: by Ctrl-C, by `kill`, or by a closing terminal.
fn interrupt() -> io::Result<Interrupt> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, wishes) = mpsc::channel(1);
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            // A wish that waits to be heard is enough.
            let _ = sender.try_send(());
        }
    });
    Ok(Interrupt::new(wishes))
}

//! `workbench test`: runs a program as the nodes of a cluster, once or several times.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use tokio::runtime::Builder;

use super::exit::print;
use super::run_and_judge::run_and_judge;
use super::series::RunSeries;
use crate::cluster::Cluster;
use crate::cluster::processes::{NodeCommand, Processes};
use crate::cluster::watchdog::Watchdog;
use crate::console::Console;
use crate::error::Error;
use crate::options::Options;
use crate::record::store::Store;
use crate::run::ctrl_c::CtrlC;

/// Runs a program as the nodes of a cluster, and judges it
#[derive(Args)]
#[command(args_override_self = true, allow_negative_numbers = true)]
pub struct TestArguments {
    /// The program to run as each node. It runs in the system's temporary folder, as under
    /// Maelstrom, so give files in its arguments by their absolute paths
    #[arg(long, value_name = "PROGRAM")]
    bin: PathBuf,

    /// How many runs, one after the other, each with its own seed; the worst decides
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    test_count: u64,

    #[command(flatten)]
    options: Options,

    /// Arguments of the program; put -- before the first that begins with a dash
    arguments: Vec<String>,
}

impl TestArguments {
    /// Runs the cluster as often as asked for. Gives the exit status of the worst run.
    pub fn run(self) -> Result<u8, Error> {
        self.options.check()?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime
            .map_err(|source| Error::System { doing: "start the workbench".into(), source })?;
        let status = runtime.block_on(self.run_all());
        // After Ctrl-C, do not wait for what is still being written.
        runtime.shutdown_background();
        status
    }

    async fn run_all(self) -> Result<u8, Error> {
        let TestArguments { test_count, bin, mut options, arguments } = self;
        let mut ctrl_c = CtrlC::of_process()?;
        let node = NodeCommand { file: bin, arguments };
        let first = options.seed_or_random();
        let mut series = RunSeries::default();
        for seed in first..first.saturating_add(test_count) {
            options.seed = Some(seed);
            let console = Arc::new(Console::stderr());
            let logs = options.log_stderr.then(|| console.clone());
            let start = |_seed, store: &Store| {
                Processes::start(&node, &options.nodes, &store.node_logs(), logs)
                    .map(Cluster::Processes)
            };
            let status =
                run_and_judge(&options, console, &mut ctrl_c, Watchdog::default(), start).await;
            series.add(seed, status);
            if status == Error::Interrupted.exit_status() {
                break;
            }
        }
        if test_count > 1 {
            // The exit status says it, too, where stdout cannot be written.
            let _ = print(&format!("\n{series}\n"));
        }
        Ok(series.worst())
    }
}

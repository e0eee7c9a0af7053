//! Simulation: a whole cluster in this thread, in virtual time, the same for the same seed.

use std::path::Path;
use std::sync::Arc;

use common::Handler;
use tokio::runtime::{Builder, Runtime};

use crate::cluster::Cluster;
use crate::cluster::tasks::Tasks;
use crate::console::Console;
use crate::error::Error;
use crate::event_loop::Setting;
use crate::journal::Journal;
use crate::options::Options;
use crate::run::{Recording, run};

/// A runtime whose clock stands still while anything is to be done, and then jumps to the next
/// deadline. It has one thread, this one, so that things happen in one order.
///
/// Fails if the operating system has nothing left to make one of.
pub fn runtime() -> Result<Runtime, Error> {
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|source| Error::System { doing: "start a simulation".into(), source })
}

/// Starts the nodes of a simulated run: servers of type `H`. See [`Tasks::start`].
pub fn cluster<H: Handler>(
    options: &Options,
    seed: u64,
    logs: Option<&Path>,
    console: Option<Arc<Console>>,
) -> Result<Cluster, Error> {
    Tasks::start::<H>(options.node_count, seed, logs, console).map(Cluster::Tasks)
}

/// Simulates one run of servers of type `H`, without a word to anyone. What is journalled goes to
/// `journal`. Gives what was recorded and, if there can be no verdict, why.
pub fn simulate_run<H: Handler>(
    options: &Options,
    seed: u64,
    journal: Journal,
) -> Result<(Recording, Result<(), Error>), Error> {
    runtime()?.block_on(async {
        let cluster = cluster::<H>(options, seed, None, None)?;
        let console = Arc::new(Console::quiet());
        let interrupt = Box::pin(std::future::pending());
        Ok(run(options, Setting { seed, cluster, journal, console, interrupt }).await)
    })
}

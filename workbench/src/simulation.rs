//! Simulation: a whole cluster in one thread, in virtual time, the same for the same seed.

use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;

use crate::cluster::Cluster;
use crate::cluster::tasks::{Program, Tasks};
use crate::console::Console;
use crate::error::Error;
use crate::event_loop::Setting;
use crate::heartbeat::Heartbeat;
use crate::journal::Journal;
use crate::options::Options;
use crate::run::{Recording, run};

/// For how many seconds of real time a simulation may stand still.
const STALL: u64 = 5;

/// Runs `simulation` on a thread of its own, under a clock that stands still while anything is to
/// be done, and then jumps to the next deadline. One thread, so that things happen in one order.
///
/// Fails with [`Error::Stalled`] if the event loop no longer comes round: somebody keeps the
/// thread for himself. There is no way to end that thread but with the process.
pub fn in_virtual_time<T, F>(
    simulation: impl FnOnce(Heartbeat) -> F + Send + 'static,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>>,
{
    let system = |source| Error::System { doing: "start a simulation".into(), source };
    let runtime =
        Builder::new_current_thread().enable_time().start_paused(true).build().map_err(system)?;
    let heartbeat = Heartbeat::default();
    let shown = heartbeat.clone();
    let (sender, outcome) = channel();
    let thread = thread::Builder::new().name("simulation".into()).spawn(move || {
        // Nobody listens any more once the simulation has been given up as stalled.
        let _ = sender.send(runtime.block_on(simulation(shown)));
    });
    let thread = thread.map_err(system)?;
    let mut beats = heartbeat.beats();
    loop {
        match outcome.recv_timeout(Duration::from_secs(STALL)) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) if heartbeat.beats() == beats => {
                let messages = heartbeat.last_delivered();
                return Err(Error::Stalled { seconds: STALL, messages });
            }
            Err(RecvTimeoutError::Timeout) => beats = heartbeat.beats(),
            // It can only have panicked: that is this thread's panic now.
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => unreachable!("a simulation ends with an outcome or a panic"),
            },
        }
    }
}

/// Simulates one run of `program` without a word to anyone. What is journalled goes to `journal`.
/// Gives what was recorded and, if there can be no verdict, why.
///
/// Fails if the simulation cannot start, or stalls.
pub fn simulate_run(
    program: Program,
    options: &Options,
    seed: u64,
    journal: Journal,
) -> Result<(Recording, Result<(), Error>), Error> {
    let options = options.clone();
    in_virtual_time(move |heartbeat| async move {
        let tasks = Tasks::start(&program, options.node_count, seed, None, None)?;
        let (cluster, console) = (Cluster::Tasks(tasks), Arc::new(Console::quiet()));
        let interrupt = Box::pin(std::future::pending());
        let setting = Setting { seed, cluster, journal, console, interrupt, heartbeat };
        Ok(run(&options, setting).await)
    })
}

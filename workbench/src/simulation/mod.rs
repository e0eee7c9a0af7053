//! Simulation: a whole cluster in one thread, in virtual time, the same for the same seed.

pub(crate) mod stage;
pub mod sweep;
pub mod tally;
pub(crate) mod transcript;

use std::future::Future;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use anstyle::Style;
use common::Mutex;
use tokio::runtime::Builder;

use crate::cluster::Cluster;
use crate::cluster::tasks::{Program, Tasks};
use crate::cluster::watchdog::Watchdog;
use crate::console::Console;
use crate::error::Error;
use crate::names::NodeNames;
use crate::options::Options;
use crate::output::print::render_summary;
use crate::output::run_info::RunInfo;
use crate::record::journal::Journal;
use crate::record::recording::Recording;
use crate::report::REPORT;
use crate::report::message_window::{MessageWindow, Window};
use crate::run::ctrl_c::CtrlC;
use crate::run::event_loop::RunInputs;
use crate::run::{check, run};
use crate::workload::Results;

/// For how many seconds of real time a simulation may stand still.
const STALL: u32 = 5;

/// How often somebody looks whether it does.
const LOOK: Duration = Duration::from_secs(1);

/// Runs `simulation` of `nodes` on a thread of its own, under a clock that stands still while anything is to
/// be done, and then jumps to the next deadline. One thread, so that things happen in one order.
///
/// Fails with [`Error::Stalled`] if the event loop no longer comes round: somebody keeps the
/// thread for himself. There is no way to end that thread but with the process.
pub fn in_virtual_time<T, F>(
    nodes: &NodeNames,
    simulation: impl FnOnce(Watchdog) -> F + Send + 'static,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>>,
{
    watched(LOOK, nodes, simulation)
}

/// The same, with a look at the heartbeat every so often.
fn watched<T, F>(
    look: Duration,
    nodes: &NodeNames,
    simulation: impl FnOnce(Watchdog) -> F + Send + 'static,
) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>>,
{
    let system = |source| Error::System { doing: "start a simulation".into(), source };
    let runtime =
        Builder::new_current_thread().enable_time().start_paused(true).build().map_err(system)?;
    let watchdog = Watchdog::default();
    let shown = watchdog.clone();
    let (sender, outcome) = channel();
    let thread = thread::Builder::new().name("simulation".into()).spawn(move || {
        let outcome = runtime.block_on(simulation(shown));
        // The nodes end with the runtime, and then their logs are whole. What is still written after
        // Ctrl-C is not waited for.
        runtime.shutdown_background();
        // Nobody listens any more once the simulation has been given up as stalled.
        let _ = sender.send(outcome);
    });
    let thread = thread.map_err(system)?;
    let (mut beats, mut still) = (watchdog.beats(), 0);
    loop {
        match outcome.recv_timeout(look) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) => {
                let seen = watchdog.beats();
                let stands_still = seen == beats && !watchdog.is_over();
                still = if stands_still { still + 1 } else { 0 };
                beats = seen;
                if still == STALL {
                    let node = watchdog.current_node().map(|node| nodes[node].to_owned());
                    let messages = watchdog.last_delivered(nodes);
                    return Err(Error::Stalled { node, seconds: STALL.into(), messages });
                }
            }
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
    let (nodes, options) = (&options.nodes, options.clone());
    in_virtual_time(nodes, move |watchdog| async move {
        let tasks = Tasks::start(&program, &options.nodes, seed, &watchdog, None, None)?;
        let (cluster, console) = (Cluster::Tasks(tasks), Arc::new(Console::quiet()));
        let ctrl_c = &mut CtrlC::never();
        let setting = RunInputs { seed, cluster, journal, console, ctrl_c, watchdog };
        Ok(run(&options, setting).await)
    })
}

/// The journal of a simulated run is the bench's own, so nobody else is to blame for it.
const UNREADABLE: &str = "the bench's own journal cannot be read";

/// A simulated run that got to its end.
#[derive(Debug)]
pub struct JudgedRun {
    /// What the run was.
    pub info: RunInfo,
    /// What was recorded.
    pub recording: Recording,
    /// What the checks found in it.
    pub results: Results,
    /// Every message, a line each, as [`Journal`] writes them.
    pub journal: String,
}

/// Simulates one run of `program`, and judges it.
///
/// Fails if there can be no verdict.
pub fn judge_run(program: Program, options: &Options, seed: u64) -> Result<JudgedRun, Error> {
    let written = Arc::new(Mutex::new(vec![]));
    let journal = Journal::new(InMemory(written.clone()), &options.nodes);
    let (recording, outcome) = simulate_run(program, options, seed, journal)?;
    outcome?;
    let results = check(&recording, options);
    let journal = String::from_utf8_lossy(&written.lock()).into_owned();
    let info = RunInfo::new(options, seed, &recording, results.verdict.into());
    Ok(JudgedRun { info, recording, results, journal })
}

impl JudgedRun {
    /// What `make simulate` prints on stdout for this run, to the byte, if it keeps its files where
    /// runs do unless told otherwise.
    ///
    /// Panics as [`JudgedRun::scene`] does.
    pub fn printed(&self) -> String {
        let JudgedRun { info, recording, results, journal } = self;
        let explanation = results.explain(&info.nodes, &recording.history, journal.as_bytes());
        let explanation = explanation.unwrap_or_else(|error| panic!("{UNREADABLE}: {error}"));
        let store = Path::new("store/latest");
        let report = store.join(REPORT).display().to_string();
        render_summary(info, results, &explanation, store, Some(&report), Style::new())
    }

    /// The window of the run, for a picture.
    ///
    /// Panics if the journal is none, which the bench itself would have to be blamed for.
    pub fn scene(&self, window: Window) -> MessageWindow {
        let scene =
            MessageWindow::read(self.info.clone(), window, usize::MAX, self.journal.as_bytes());
        scene.unwrap_or_else(|error| panic!("{UNREADABLE}: {error}"))
    }
}

/// A journal's text, while it is written in another thread.
struct InMemory(Arc<Mutex<Vec<u8>>>);

impl Write for InMemory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_after_a_run_may_take_its_time() {
        let (look, long) = (Duration::from_millis(5), Duration::from_millis(200));
        let nodes = &NodeNames::numbered(1);
        let written = watched(look, nodes, move |watchdog| async move {
            watchdog.end();
            thread::sleep(long);
            Ok(())
        });
        assert!(written.is_ok());
        let stalled = watched(look, nodes, move |_| async move {
            thread::sleep(long);
            Ok(())
        });
        assert!(matches!(stalled, Err(Error::Stalled { .. })));
    }
}

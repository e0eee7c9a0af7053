//! Simulation: a whole cluster in one thread, in virtual time, the same for the same seed.

pub mod comparison;
pub mod shrink;
pub(crate) mod stage;
pub mod sweep;
pub mod tally;
pub(crate) mod transcript;

use std::future::Future;
use std::io::{self, Write};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
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
use crate::plan::Plan;
use crate::record::journal::Journal;
use crate::record::recording::Recording;
use crate::report::REPORT;
use crate::report::message_window::{MessageWindow, Window};
use crate::run::ctrl_c::CtrlC;
use crate::run::event_loop::RunInputs;
use crate::run::{check, run};
use crate::time::Time;
use crate::workload::Results;

/// How many seconds of real time a simulation may make no progress.
const MAX_STALL_SECONDS: u32 = 5;

/// How often that is checked.
const LOOK: Duration = Duration::from_secs(1);

/// Runs a simulation of `nodes` on a thread of its own. Its clock is paused while there is work to do, and
/// then jumps to the next deadline. With a single thread, there is a single order of events.
///
/// Fails with [`Error::Stalled`] if the event loop makes no progress because a node blocks the thread.
/// Only the end of the process ends that thread.
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

/// The same, with a look at the watchdog at that interval.
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
        // The nodes end with the runtime, which completes their logs. After Ctrl-C, do not wait for what
        // is still being written.
        runtime.shutdown_background();
        // The receiver is gone if the simulation has stalled.
        let _ = sender.send(outcome);
    });
    let thread = thread.map_err(system)?;
    let (mut ticks, mut still) = (watchdog.ticks(), 0);
    loop {
        match outcome.recv_timeout(look) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) => {
                let seen = watchdog.ticks();
                let stands_still = seen == ticks && !watchdog.is_over();
                still = if stands_still { still + 1 } else { 0 };
                ticks = seen;
                if still == MAX_STALL_SECONDS {
                    let node = watchdog.current_node().map(|node| nodes[node].to_owned());
                    let messages = watchdog.last_delivered(nodes);
                    return Err(Error::Stalled {
                        node,
                        seconds: MAX_STALL_SECONDS.into(),
                        messages,
                    });
                }
            }
            // The thread has panicked: pass the panic on.
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => resume_unwind(panic),
                Ok(()) => unreachable!("a simulation ends with an outcome or a panic"),
            },
        }
    }
}

/// Simulates one run of `program`, and prints nothing. Gives the record, and why there can be no verdict
/// if the run did not finish.
///
/// Fails if the simulation cannot start, or stalls.
pub fn simulate_run(
    program: Program,
    options: &Options,
    seed: u64,
    journal: Journal,
) -> Result<(Recording, Result<(), Error>), Error> {
    simulate_plan(program, options, options.plan(seed)?, seed, journal, None)
}

/// The same for a run whose nodes write their logs into a folder.
pub(crate) fn simulate_with_logs(
    program: Program,
    options: &Options,
    seed: u64,
    journal: Journal,
    logs: PathBuf,
) -> Result<(Recording, Result<(), Error>), Error> {
    simulate_plan(program, options, options.plan(seed)?, seed, journal, Some(logs))
}

/// The same with that plan, whatever the options say of operations and partitions.
fn simulate_plan(
    program: Program,
    options: &Options,
    plan: Plan,
    seed: u64,
    journal: Journal,
    logs: Option<PathBuf>,
) -> Result<(Recording, Result<(), Error>), Error> {
    let (nodes, options) = (&options.nodes, options.clone());
    in_virtual_time(nodes, move |watchdog| async move {
        let logs = logs.as_deref();
        let tasks = Tasks::start(&program, &options.nodes, seed, &watchdog, logs, None)?;
        let (cluster, console) = (Cluster::Tasks(tasks), Arc::new(Console::quiet()));
        let ctrl_c = &mut CtrlC::never();
        let inputs = RunInputs { seed, plan, cluster, journal, console, ctrl_c, watchdog };
        Ok(run(&options, inputs).await)
    })
}

/// The workbench wrote the journal, so this is a bug.
const UNREADABLE: &str = "the workbench cannot read its own journal";

/// A simulated run with its verdict.
#[derive(Debug)]
pub struct JudgedRun {
    /// What the run was.
    pub info: RunInfo,
    /// Its record.
    pub recording: Recording,
    /// The results of the checks.
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
    /// Exactly what `make simulate` prints to stdout for this run, with the default store.
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

    /// All messages of the run from the beginning of its main phase.
    ///
    /// Panics if the journal cannot be read.
    pub fn scene_of_all(&self) -> MessageWindow {
        self.scene(Window { from: Time::ZERO, to: Time::MAX })
    }

    /// The messages in a window of the run, for a picture.
    ///
    /// Panics if the journal cannot be read.
    pub fn scene(&self, window: Window) -> MessageWindow {
        let scene =
            MessageWindow::read(self.info.clone(), window, usize::MAX, self.journal.as_bytes());
        scene.unwrap_or_else(|error| panic!("{UNREADABLE}: {error}"))
    }
}

/// The text of a journal that another thread writes.
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
    fn only_a_run_can_stall_and_not_what_comes_after_it() {
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

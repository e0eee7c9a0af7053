//! The progress of a run on stderr: a live line on a terminal, plain lines elsewhere.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::{escape_control, percent_encoded};

/// How far a run has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Which part of the run it is.
    pub phase: Phase,
    /// Time since the main phase began.
    pub elapsed: Duration,
    /// Operations that succeeded.
    pub ok: u64,
    /// Operations that definitely did not happen.
    pub fail: u64,
    /// Operations whose outcome is unknown.
    pub info: u64,
    /// Messages sent.
    pub messages: u64,
    /// The partition in force, as in `n1 n4 | n0 n2 n3`.
    pub partition: Option<String>,
}

/// A part of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    /// Each node receives `init`, and its topology.
    #[default]
    SetUp,
    /// Operations and partitions.
    Main,
    /// No partition, and no operations.
    Recovery,
    /// The last operation of every worker.
    Final,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Phase::SetUp => "set-up",
            Phase::Main => "main phase",
            Phase::Recovery => "recovery",
            Phase::Final => "final phase",
        })
    }
}

/// `12.3 s  main phase  ok 61  fail 0  info 0  messages 1402  n1 n4 | n0 n2 n3`
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status { phase, elapsed, ok, fail, info, messages, partition } = self;
        let seconds = elapsed.as_secs_f64();
        let network = partition.as_deref().unwrap_or("no partition");
        write!(f, "{seconds:5.1} s  {phase}  ok {ok}  fail {fail}  info {info}  ")?;
        write!(f, "messages {messages}  {network}")
    }
}

/// Where a run shows its progress.
#[derive(Debug, Default)]
pub struct Console {
    live: Option<ProgressBar>,
    /// How often the progress is shown, if at all.
    interval: Option<Duration>,
    quiet: bool,
}

impl Console {
    /// How often the live line is updated.
    pub const LIVE: Duration = Duration::from_millis(100);
    /// Work that takes longer than this is announced.
    const PATIENCE: Duration = Duration::from_secs(1);
    /// How often a plain line is added.
    const PLAIN: Duration = Duration::from_secs(5);

    /// The process's own stderr, for a run in real time.
    pub fn stderr() -> Console {
        if !std::io::stderr().is_terminal() {
            return Console { interval: Some(Console::PLAIN), ..Console::default() };
        }
        let live = Some(progress_bar(None, "{wide_msg}"));
        Console { live, interval: Some(Console::LIVE), quiet: false }
    }

    /// The same for a simulated run, which takes milliseconds and shows no progress.
    pub fn brief() -> Console {
        Console::default()
    }

    /// A console that prints nothing.
    pub fn quiet() -> Console {
        Console { quiet: true, ..Console::default() }
    }

    /// How often to call [`Console::status`], if at all.
    pub fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// Shows the progress: updates the live line, or adds a plain one.
    pub fn status(&self, status: &Status) {
        match &self.live {
            Some(bar) => bar.set_message(status.to_string()),
            None => self.line(&status.to_string()),
        }
    }

    /// Adds a line, above the live one if there is one.
    pub fn line(&self, line: &str) {
        match &self.live {
            Some(bar) => bar.suspend(|| print_stderr(line)),
            None if self.quiet => {}
            None => print_stderr(line),
        }
    }

    /// Does some work, and says what it is if it takes longer than a second.
    pub fn patiently<T>(&self, doing: &str, work: impl FnOnce() -> T) -> T {
        let (done, is_done) = channel::<()>();
        thread::scope(|scope| {
            scope.spawn(move || {
                if is_done.recv_timeout(Console::PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    self.line(&format!("{doing} …"));
                }
            });
            let done = done;
            let result = work();
            drop(done);
            result
        })
    }

    /// Removes the live line.
    pub fn clear(&self) {
        if let Some(bar) = &self.live {
            bar.finish_and_clear();
        }
    }
}

/// A progress bar on stderr, which is hidden where stderr is not a terminal.
pub(crate) fn progress_bar(length: Option<u64>, template: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// A path to show: on a terminal, a URL to click.
pub fn link(path: &Path, is_terminal: bool) -> String {
    match std::path::absolute(path) {
        Ok(whole) if is_terminal => format!("file://{}", percent_encoded(&whole)),
        _ => path.display().to_string(),
    }
}

/// Writes a line to stderr, with control characters escaped, since it may quote what a node wrote. A
/// closed stderr is not an error.
pub fn print_stderr(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", escape_control(line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_url_on_a_terminal_and_unchanged_elsewhere() {
        let path = Path::new("/my runs/größe/50%/report.html");
        assert_eq!(link(path, true), "file:///my%20runs/gr%C3%B6%C3%9Fe/50%25/report.html");
        assert_eq!(link(path, false), "/my runs/größe/50%/report.html");
        assert!(link(Path::new("store/latest"), true).starts_with("file:///"));
    }
}

//! What a person watching a run sees on stderr: a live line on a terminal, plain lines elsewhere.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::text::escape::escape_control;

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
    /// Operations of which nobody knows whether they happened.
    pub info: u64,
    /// Messages sent.
    pub messages: u64,
    /// The partition in force, as in `n1 n4 | n0 n2 n3`.
    pub partition: Option<String>,
}

/// A part of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nodes are told who they are.
    #[default]
    SetUp,
    /// Operations and partitions.
    Main,
    /// The network is whole, and nobody asks anything.
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

/// Where a run tells people how it goes.
#[derive(Debug, Default)]
pub struct Console {
    live: Option<ProgressBar>,
    /// How often somebody wants to know how far the run is.
    interval: Option<Duration>,
    quiet: bool,
}

impl Console {
    /// How often a live line is worth renewing.
    pub const LIVE: Duration = Duration::from_millis(100);
    /// How long people wait without wondering for what.
    const PATIENCE: Duration = Duration::from_secs(1);
    /// How often a plain line is worth adding.
    const PLAIN: Duration = Duration::from_secs(5);

    /// The process's own stderr, for a run that takes its time.
    pub fn stderr() -> Console {
        if !std::io::stderr().is_terminal() {
            return Console { interval: Some(Console::PLAIN), ..Console::default() };
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        // The template is a constant: were it wrong, indicatif's own would do.
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        Console { live: Some(bar), interval: Some(Console::LIVE), quiet: false }
    }

    /// The same for a run that is over in no time, so that nobody wants to know how far it is.
    pub fn brief() -> Console {
        Console::default()
    }

    /// A console that says nothing.
    pub fn quiet() -> Console {
        Console { quiet: true, ..Console::default() }
    }

    /// How often [`Console::status`] wants to be called, if at all.
    pub fn interval(&self) -> Option<Duration> {
        self.interval
    }

    /// Shows how far the run is: renews the live line, or adds a plain one.
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

    /// Does some work, and tells people what it is if it takes longer than a second.
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

    /// Takes the live line away.
    pub fn clear(&self) {
        if let Some(bar) = &self.live {
            bar.finish_and_clear();
        }
    }
}

/// A path for people: on a terminal an address that can be clicked.
pub fn link(path: &Path, is_terminal: bool) -> String {
    match std::path::absolute(path) {
        Ok(whole) if is_terminal => file_url(&whole),
        _ => path.display().to_string(),
    }
}

/// The URL of a file. Of its bytes, those that need not be encoded stay as they are (RFC 3986).
fn file_url(path: &Path) -> String {
    let mut url = "file://".to_owned();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(byte.into());
        } else {
            url += &format!("%{byte:02X}");
        }
    }
    url
}

/// Writes a line to stderr. If nobody reads it, that is no reason to end. Nodes have a say in many
/// lines: what they wrote must not act on the terminal.
pub fn print_stderr(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", escape_control(line));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_can_be_clicked_on_a_terminal_and_stays_as_it_is_elsewhere() {
        let path = Path::new("/my runs/größe/50%/report.html");
        assert_eq!(link(path, true), "file:///my%20runs/gr%C3%B6%C3%9Fe/50%25/report.html");
        assert_eq!(link(path, false), "/my runs/größe/50%/report.html");
        assert!(link(Path::new("store/latest"), true).starts_with("file:///"));
    }
}

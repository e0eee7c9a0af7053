//! The reaper: a process that outlives the bench just long enough to kill the nodes, should the
//! bench itself be killed before it could.

use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};

/// The argument with which this program becomes a reaper.
pub const ARGUMENT: &str = "reap";

/// Kills every process of a node's group, whatever it has started.
pub fn kill(group: i32) {
    if let Some(group) = Pid::from_raw(group) {
        // The group may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// A reaper, as the bench sees it.
#[derive(Debug)]
pub struct Reaper {
    process: Child,
    groups: ChildStdin,
}

impl Reaper {
    /// Starts this very program as a reaper, in a process group of its own, so that a Ctrl-C that
    /// ends the bench does not end it too.
    pub fn start() -> io::Result<Reaper> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg(ARGUMENT)
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let groups = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Reaper { process, groups })
    }

    /// Tells it of a node's process group.
    pub fn watch(&mut self, group: i32) -> io::Result<()> {
        writeln!(self.groups, "{group}")
    }

    /// Sends it home: the nodes have ended.
    pub fn dismiss(mut self) {
        let _ = writeln!(self.groups, "{DISMISSED}");
        drop(self.groups);
        let _ = self.process.wait();
    }
}

const DISMISSED: &str = "dismissed";

/// What a reaper does: it reads process groups, one a line, until it is dismissed. If its input
/// ends before that, the bench is gone, and it kills them all.
pub fn main() {
    let mut groups = vec![];
    for line in io::stdin().lock().lines().map_while(Result::ok) {
        if line == DISMISSED {
            return;
        }
        groups.extend(line.parse::<i32>());
    }
    groups.into_iter().for_each(kill);
}

//! The reaper: a process that kills the nodes, and whatever they have started, when the bench is
//! done with them, and also when the bench itself has been killed.

use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The argument with which this program becomes a reaper; the mark of its nodes comes after it.
pub const ARGUMENT: &str = "reap";

/// The variable in a node's environment that holds the mark of its run. Children inherit it, those
/// that leave their process group among them.
pub const VARIABLE: &str = "WORKBENCH_RUN";

/// A reaper, as the bench sees it.
#[derive(Debug)]
pub struct Reaper {
    process: Child,
    groups: ChildStdin,
    mark: String,
}

impl Reaper {
    /// Starts this very program as a reaper, in a process group of its own, so that a Ctrl-C that
    /// ends the bench does not end it too.
    #[expect(clippy::disallowed_methods, reason = "a mark has to differ from every other one")]
    pub fn start() -> io::Result<Reaper> {
        let mark = format!("{}-{:016x}", std::process::id(), rand::random::<u64>());
        let mut process = Command::new(std::env::current_exe()?)
            .args([ARGUMENT, &mark])
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()?;
        let groups = process.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Reaper { process, groups, mark })
    }

    /// The mark that nodes must bear: a [`VARIABLE`] of their environment.
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Tells it of a node's process group.
    pub fn watch(&mut self, group: i32) -> io::Result<()> {
        writeln!(self.groups, "{group}")
    }

    /// Lets it kill all nodes, and waits until it has.
    pub fn reap(mut self) {
        drop(self.groups);
        // It fails only if somebody else has waited for it.
        let _ = self.process.wait();
    }
}

/// What a reaper does: it reads process groups, one a line. When there are no more, the bench is
/// done or dead, and it kills them all, and every process that bears the mark.
pub fn main(mark: &str) {
    let lines = io::stdin().lock().lines().map_while(Result::ok);
    let groups: Vec<i32> = lines.filter_map(|line| line.parse().ok()).collect();
    for group in groups.into_iter().filter_map(Pid::from_raw) {
        // The group may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
    kill_marked(mark);
}

/// Kills what has left its process group. One that forks while it is looked for is found the next
/// time; one that goes on forking faster than it can be killed is let go in the end.
///
/// Where there is no `/proc`, as on macOS, it finds nobody.
fn kill_marked(mark: &str) {
    const LOOKS: usize = 100;
    let entry = format!("{VARIABLE}={mark}");
    for _ in 0..LOOKS {
        let found: Vec<Pid> = processes().filter(|&process| bears(process, &entry)).collect();
        if found.is_empty() {
            return;
        }
        for process in found {
            let _ = kill_process(process, Signal::KILL);
        }
        thread::sleep(Duration::from_millis(2));
    }
}

fn processes() -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
}

/// Whether a process was started with that entry in its environment. A dead one has none any more.
fn bears(process: Pid, entry: &str) -> bool {
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    environment.split(|&byte| byte == 0).any(|found| found == entry.as_bytes())
}

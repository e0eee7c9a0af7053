//! The reaper: a process that kills the nodes and their children when the run is over, or when the
//! workbench itself was killed.

use std::io::{self, BufRead, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;
use std::{fs, thread};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// The argument that makes this program a reaper. The mark of its nodes follows.
pub const ARGUMENT: &str = "reap";

/// The environment variable of a node that holds the mark of its run. Children inherit it, even those
/// that leave their process group.
pub const VARIABLE: &str = "WORKBENCH_RUN";

/// The workbench's handle on a reaper.
#[derive(Debug)]
pub struct Reaper {
    process: Child,
    groups: ChildStdin,
    mark: String,
}

impl Reaper {
    /// Starts this program as a reaper, in its own process group, so that Ctrl-C does not end it.
    #[expect(clippy::disallowed_methods, reason = "a mark must be unique")]
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

    /// The mark of the nodes: the value of their [`VARIABLE`].
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Adds a node's process group.
    pub fn watch(&mut self, group: i32) -> io::Result<()> {
        writeln!(self.groups, "{group}")
    }

    /// Kills all nodes, and waits until that is done.
    pub fn reap(mut self) {
        drop(self.groups);
        // This fails only if the process was waited for before.
        let _ = self.process.wait();
    }
}

/// The reaper process: reads process groups, one per line. When its input ends, because the workbench is
/// done or dead, it kills them all, and every process with the mark.
pub fn main(mark: &str) {
    let lines = io::stdin().lock().lines().map_while(Result::ok);
    let groups: Vec<i32> = lines.filter_map(|line| line.parse().ok()).collect();
    for group in groups.into_iter().filter_map(Pid::from_raw) {
        // The group may have ended by itself.
        let _ = kill_process_group(group, Signal::KILL);
    }
    kill_marked(mark);
}

/// Kills marked processes that have left their group. It looks again and again for those that fork
/// meanwhile, up to a limit. Without `/proc`, as on macOS, it finds none.
fn kill_marked(mark: &str) {
    const MAX_ROUNDS: usize = 100;
    let entry = format!("{VARIABLE}={mark}");
    for _ in 0..MAX_ROUNDS {
        let found: Vec<Pid> = processes().filter(|&process| has_entry(process, &entry)).collect();
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

/// Whether a process has that entry in its environment. A dead one has none.
fn has_entry(process: Pid, entry: &str) -> bool {
    let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
    environment.split(|&byte| byte == 0).any(|found| found == entry.as_bytes())
}

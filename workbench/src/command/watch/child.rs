//! A program that is started and waited for, and ended with all that it has started if the wait is given up.

use std::process::{ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Command;

use crate::error::Error;

/// What a program wrote, and how it ended.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

/// Runs a program, without a terminal. If the future is dropped, the program is killed, with those of its
/// children that have stayed in its process group.
///
/// Fails if it cannot be started.
pub async fn run(command: &mut Command) -> Result<Finished, Error> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let program = command.as_std().get_program().display().to_string();
    let child = command.process_group(0).spawn().map_err(Error::path("run", &program))?;
    let mut group = KilledGroup(child.id().and_then(|id| Pid::from_raw(id as i32)));
    let output = child.wait_with_output().await.map_err(Error::path("wait for", &program))?;
    // Its number may soon be another's.
    group.0 = None;
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Finished { status: output.status, stdout, stderr })
}

/// A process group that is killed when this is dropped.
struct KilledGroup(Option<Pid>);

impl Drop for KilledGroup {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

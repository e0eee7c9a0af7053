//! Nodes as child processes: JSON on stdin and stdout, stderr into their logs.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use common::{Lines, excerpt_of};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, ChildStderr, ChildStdin, Command};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::channel::{Receiver, Sender, channel};
use super::inspected::Inspected;
use super::reaper::{self, Reaper};
use super::recent_lines::{Pending, RecentLines};
use super::stdout::read_stdout;
use super::{Backlogged, NodeEvent};
use crate::console::Console;
use crate::error::Error;
use crate::names::NodeNames;
use crate::network::Envelope;

/// How many bytes may wait to be read by one node.
const MAX_BACKLOG_BYTES: usize = 64 * 1024 * 1024;

/// How long to wait for the last output of a node that has ended or been killed.
const LAST_OUTPUT_LIMIT: Duration = Duration::from_millis(500);

/// What to start as a node.
#[derive(Debug, Clone)]
pub struct NodeCommand {
    /// The file to run. A name without a slash is searched for on the PATH if there is no such file here.
    pub file: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
}

/// Nodes as child processes. They end with the workbench, however it ends.
#[derive(Debug)]
pub struct Processes {
    names: NodeNames,
    nodes: Vec<NodeProcess>,
    events: Receiver,
    reaper: Option<Reaper>,
}

#[derive(Debug)]
struct NodeProcess {
    group: i32,
    stdin: mpsc::UnboundedSender<String>,
    /// How many bytes it has yet to read.
    backlogged: Arc<AtomicUsize>,
    stdout: RecentLines,
    stderr: RecentLines,
    supervisor: JoinHandle<()>,
}

impl Processes {
    /// Starts a node for each name, in the system's temporary folder, as Maelstrom does. What they write
    /// to stderr goes to `<name>.log` in `logs` and, if one is given, to the console.
    ///
    /// If one cannot be started, this fails and kills the others.
    pub fn start(
        program: &NodeCommand,
        names: &NodeNames,
        logs: &Path,
        console: Option<Arc<Console>>,
    ) -> Result<Processes, Error> {
        let file = program.absolute()?;
        let reaper = Reaper::start().map_err(|source| Error::System {
            doing: "start the process that kills nodes if the workbench is killed".into(),
            source,
        })?;
        let mark = reaper.mark().to_owned();
        raise_open_file_limit(names.count());
        let (sender, events) = channel();
        let mut processes =
            Processes { names: names.clone(), nodes: vec![], events, reaper: Some(reaper) };
        for (index, name) in names.iter().enumerate() {
            let path = logs.join(format!("{name}.log"));
            let log = File::create(&path).map_err(Error::path("create", &path))?;
            let failed = |source| Error::System {
                doing: format!(
                    "start {name}: run {}{}",
                    file.display(),
                    program.hint(&file, &source)
                ),
                source,
            };
            let child = Command::new(&file)
                .args(&program.arguments)
                .current_dir(std::env::temp_dir())
                .env(reaper::VARIABLE, &mark)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .process_group(0)
                .kill_on_drop(true)
                .spawn()
                .map_err(failed)?;
            let log = StderrLog { node: name.to_owned(), file: log, console: console.clone() };
            let node = NodeProcess::watch(index, child, log, sender.clone()).map_err(failed)?;
            if let Some(reaper) = &mut processes.reaper {
                reaper.watch(node.group).map_err(failed)?;
            }
            processes.nodes.push(node);
        }
        Ok(processes)
    }

    /// Waits for the next thing that a node does.
    pub async fn next(&mut self) -> NodeEvent {
        match self.events.recv().await {
            Some(event) => event,
            // Every node has ended.
            None => std::future::pending().await,
        }
    }

    /// Queues a message for a node's stdin. Fails if too many bytes wait there.
    pub fn deliver(&mut self, node: usize, envelope: Envelope) -> Result<(), Backlogged> {
        let Envelope { id, src, dest, body, .. } = envelope;
        let [src, dest] = [src, dest].map(|end| self.names.of_endpoint(end));
        let mut line = String::with_capacity(body.get().len() + 64);
        // Names hold nothing that JSON would have to escape; writing to a String cannot fail.
        let _ = writeln!(line, r#"{{"id":{id},"src":"{src}","dest":"{dest}","body":{body}}}"#);
        let NodeProcess { stdin, backlogged, .. } = &self.nodes[node];
        let waiting = backlogged.fetch_add(line.len(), Ordering::Relaxed) + line.len();
        // A node whose stdin is gone has ended or is about to: its end is an event of its own.
        if stdin.send(line).is_ok() && waiting > MAX_BACKLOG_BYTES {
            return Err(Backlogged(format!(
                "{} MiB wait for it on its stdin",
                MAX_BACKLOG_BYTES >> 20
            )));
        }
        Ok(())
    }

    /// The last lines that a node wrote, by stream.
    pub fn recent_output(&self, node: usize) -> Vec<(&'static str, Vec<String>)> {
        let NodeProcess { stdout, stderr, .. } = &self.nodes[node];
        vec![("stdout", stdout.lines()), ("stderr", stderr.lines())]
    }

    /// What a node has written to stdout without a newline.
    pub fn pending(&self, node: usize) -> Option<Pending> {
        self.nodes[node].stdout.pending()
    }

    /// Kills every node and every process that they have started, and waits until they have ended.
    pub async fn stop(mut self) {
        self.kill();
        // Output that still waits to be sent is dropped.
        self.events.close();
        for node in &mut self.nodes {
            let _ = timeout(2 * LAST_OUTPUT_LIMIT, &mut node.supervisor).await;
        }
    }

    fn kill(&mut self) {
        // Only once: the system may give the process id to another program.
        if let Some(reaper) = self.reaper.take() {
            reaper.reap();
        }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        self.kill();
    }
}

impl NodeCommand {
    /// Nodes run in another folder, so a path is made absolute first.
    ///
    /// A link to a script leads to the script, as under Maelstrom: it may look for its neighbours. A
    /// link to any other program is run as a link, because such a program may depend on the path by
    /// which it was called, as the Python of a virtual environment does.
    fn absolute(&self) -> Result<PathBuf, Error> {
        let is_name = self.file.components().count() == 1;
        if is_name && !self.file.exists() {
            return Ok(self.file.clone());
        }
        let path = match self.file.is_symlink() && is_script(&self.file) {
            true => std::fs::canonicalize(&self.file),
            false => std::path::absolute(&self.file),
        };
        path.map_err(Error::path("find", &self.file))
    }

    /// What to do about the program if it cannot be started.
    fn hint(&self, file: &Path, failure: &io::Error) -> String {
        let text = self.file.to_string_lossy();
        let mut words = text.split_whitespace();
        let (Some(program), Some(_)) = (words.next(), words.clone().next()) else {
            return hint(file, failure).into();
        };
        if failure.kind() != io::ErrorKind::NotFound || file.exists() {
            return hint(file, failure).into();
        }
        let whole = |word: &str| match Path::new(word).exists() {
            true => {
                std::path::absolute(word).map_or(word.into(), |path| path.display().to_string())
            }
            false => word.to_owned(),
        };
        let arguments: Vec<String> = words.map(whole).collect();
        format!(
            " (--bin names a program alone, its arguments come after --: `--bin {program} -- {}`)",
            arguments.join(" ")
        )
    }
}

/// Raises the limit of open files to what that many nodes need, as far as the hard limit allows.
fn raise_open_file_limit(nodes: usize) {
    // Each node has three pipes, a log and a process handle, and needs more while it starts.
    let needed = 8 * nodes as u64 + 64;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_some_and(|current| current < needed) {
        let current = Some(maximum.map_or(needed, |maximum| needed.min(maximum)));
        // If this fails, the start of some node fails and says why.
        let _ = setrlimit(Resource::Nofile, Rlimit { current, maximum });
    }
}

/// Whether a file begins as a script does.
fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"#!"
}

fn hint(file: &Path, failure: &io::Error) -> &'static str {
    const EXEC_FORMAT_ERROR: i32 = 8;
    const TOO_MANY_OPEN_FILES: i32 = 24;
    match failure.raw_os_error() {
        _ if failure.kind() == io::ErrorKind::NotFound => {
            if !file.exists() {
                " (does it exist? has it been built?)"
            } else if !std::env::temp_dir().exists() {
                " (nodes run in the system's temporary folder, and TMPDIR names one that does not exist)"
            } else {
                " (its first line, `#!…`, names a program that does not exist)"
            }
        }
        _ if file.is_dir() => " (it is a folder: name the program in it)",
        _ if failure.kind() == io::ErrorKind::PermissionDenied => {
            " (is it a program? A script needs `chmod +x`)"
        }
        Some(EXEC_FORMAT_ERROR) => {
            " (a script needs a first line such as `#!/usr/bin/env python3`)"
        }
        Some(TOO_MANY_OPEN_FILES) => {
            " (each node takes several files: `ulimit -Hn` is how many there may be in all)"
        }
        _ => "",
    }
}

impl NodeProcess {
    /// Starts the tasks that carry the streams of a child and wait for its end.
    fn watch(
        index: usize,
        mut child: Child,
        log: StderrLog,
        events: Sender,
    ) -> io::Result<NodeProcess> {
        let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
        let group = child.id().and_then(|id| i32::try_from(id).ok()).ok_or_else(gone)?;
        let (stdout, stderr) = (RecentLines::default(), RecentLines::default());
        let (stdin, lines) = mpsc::unbounded_channel();
        let backlogged = Arc::new(AtomicUsize::new(0));
        tokio::spawn(write(child.stdin.take().ok_or_else(gone)?, lines, backlogged.clone()));
        let output = child.stdout.take().ok_or_else(gone)?;
        let mut read = tokio::spawn(read_stdout(index, output, stdout.clone(), events.clone()));
        let errors = child.stderr.take().ok_or_else(gone)?;
        let mut logged = tokio::spawn(log.keep(errors, stderr.clone()));
        let supervisor = tokio::spawn(async move {
            let status = tokio::select! {
                biased;
                status = child.wait() => status,
                _ = &mut read => match timeout(LAST_OUTPUT_LIMIT, child.wait()).await {
                    Ok(status) => status,
                    Err(_) => {
                        // It is still running, but can no longer answer.
                        let reason = "it closed its stdout, so it can no longer answer".into();
                        let invalid = NodeEvent::InvalidLine { node: index, reason, line: String::new() };
                        events.send_now(invalid);
                        child.wait().await
                    }
                },
            };
            // Its last output comes before its end. A child of its own may keep the streams open.
            for stream in [&mut read, &mut logged] {
                if !stream.is_finished() && timeout(LAST_OUTPUT_LIMIT, &mut *stream).await.is_err()
                {
                    stream.abort();
                }
            }
            let how = status.map_or_else(|failure| format!("was lost: {failure}"), describe);
            events.send_now(NodeEvent::Ended { node: index, how });
        });
        Ok(NodeProcess { group, stdin, backlogged, stdout, stderr, supervisor })
    }
}

/// `exited with status 1`, `was killed by signal 9`
fn describe(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exited with status {code}"),
        (None, Some(signal)) => format!("was killed by signal {signal}"),
        (None, None) => format!("ended: {status}"),
    }
}

/// Writes the queued lines to a node's stdin, in batches.
async fn write(
    mut stdin: ChildStdin,
    mut lines: mpsc::UnboundedReceiver<String>,
    backlogged: Arc<AtomicUsize>,
) {
    const BATCH: usize = 64 * 1024;
    while let Some(mut batch) = lines.recv().await {
        while batch.len() < BATCH
            && let Ok(line) = lines.try_recv()
        {
            batch.push_str(&line);
        }
        if stdin.write_all(batch.as_bytes()).await.is_err() {
            return;
        }
        backlogged.fetch_sub(batch.len(), Ordering::Relaxed);
    }
}

/// Where a node's stderr goes.
struct StderrLog {
    node: String,
    file: File,
    console: Option<Arc<Console>>,
}

impl StderrLog {
    /// Writes every byte to the file, and every line to the console.
    async fn keep(self, stderr: ChildStderr, recent_lines: RecentLines) {
        let StderrLog { node, mut file, console } = self;
        // A full disk must not stop the node.
        let copy = move |bytes: &[u8]| drop(file.write_all(bytes));
        let mut lines = Lines::new(Inspected::new(stderr, copy));
        while let Ok(Some((line, length))) = lines.next().await {
            recent_lines.push(excerpt_of(line, length));
            if let Some(console) = &console {
                console.line(&format!("{node}: {}", String::from_utf8_lossy(line)));
            }
        }
    }
}

//! Runs of the real `workbench`, each in its own store, and what they leave behind.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;
use tokio::time::Instant;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value as Json;
use tempfile::TempDir;

/// Says which node this program is to be.
pub const RUN_AS_NODE: &str = "RUN_AS_NODE";

/// Far longer than anything here takes; what is not there after so long will not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A `workbench` that has not started yet.
pub struct Bench {
    command: Command,
    folder: TempDir,
    node: Option<PathBuf>,
    arguments: Vec<String>,
}

impl Bench {
    /// A run of half a second, with a node of `nodes.rs` as every node.
    pub fn of(node: &str) -> Bench {
        let this = std::env::current_exe().expect("the path of this program");
        let mut bench = Bench::of_program(this);
        bench.command.env(RUN_AS_NODE, node);
        bench
    }

    /// A run of half a second, with a script for `sh` as every node. It first prints its process id.
    pub fn of_script(script: &str) -> Bench {
        Bench::of_program("sh").arguments(["-c", &format!("echo pid $$ >&2\n{script}")])
    }

    /// A run of half a second, with that program as every node.
    pub fn of_program(program: impl Into<PathBuf>) -> Bench {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = Command::new(env!("CARGO_BIN_EXE_workbench"));
        command.args("test --time-limit 0.5 --rate 50 --store".split(' '));
        command.arg(folder.path().join("store"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Bench { command, folder, node: Some(program.into()), arguments: vec![] }
    }

    /// Adds flags, with spaces between them. Later flags override earlier ones.
    pub fn flags(mut self, flags: &str) -> Bench {
        self.command.args(flags.split_whitespace());
        self
    }

    /// Adds arguments of the node.
    pub fn arguments<'a>(mut self, arguments: impl IntoIterator<Item = &'a str>) -> Bench {
        self.arguments.extend(arguments.into_iter().map(str::to_owned));
        self
    }

    /// Adds whatever else the command needs.
    pub fn with<F>(mut self, change: F) -> Bench
    where
        F: for<'a> FnOnce(&'a mut Command, &Path) -> &'a mut Command,
    {
        change(&mut self.command, self.folder.path());
        self
    }

    /// Lets a shell carry out `words`, such as a `ulimit`, before it becomes the workbench.
    pub fn after(mut self, words: &str) -> Bench {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("{words}; exec \"$0\" \"$@\"")]);
        shell.arg(self.command.get_program()).args(self.command.get_args());
        for (name, value) in self.command.get_envs() {
            shell.env(name, value.unwrap_or_default());
        }
        shell.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        self.command = shell;
        self
    }

    /// Leaves `--bin` out.
    pub fn without_program(mut self) -> Bench {
        self.node = None;
        self
    }

    /// Starts it.
    pub fn start(mut self) -> Running {
        if let Some(node) = &self.node {
            self.command.arg("--bin").arg(node);
        }
        if !self.arguments.is_empty() {
            self.command.arg("--").args(&self.arguments);
        }
        let started = Instant::now();
        let mut child = self.command.spawn().expect("the workbench");
        let (sender, lines) = channel();
        if let Some(stderr) = child.stderr.take() {
            thread::spawn(move || pass_on(stderr, &sender));
        }
        let (sender, stdout) = channel();
        if let Some(mut stream) = child.stdout.take() {
            thread::spawn(move || {
                let mut text = String::new();
                let _ = stream.read_to_string(&mut text);
                let _ = sender.send(text);
            });
        } else {
            let _ = sender.send(String::new());
        }
        let memory = Arc::new(AtomicU64::new(0));
        let (number, most) = (child.id(), memory.clone());
        thread::spawn(move || {
            while let Some(megabytes) = memory_of(number) {
                most.fetch_max(megabytes, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(10));
            }
        });
        let stderr = String::new();
        Running { child, folder: self.folder, stdout, lines, stderr, started, memory }
    }

    /// Starts it, and waits for its end.
    pub fn run(self) -> Finished {
        self.start().finish()
    }
}

fn pass_on(stream: impl Read, sender: &Sender<String>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
    }
}

/// A `workbench` that runs; killed if the test fails.
pub struct Running {
    child: Child,
    folder: TempDir,
    stdout: Receiver<String>,
    lines: Receiver<String>,
    stderr: String,
    started: Instant,
    memory: Arc<AtomicU64>,
}

impl Running {
    /// Waits until it writes a line to stderr that holds these words, and gives the line.
    pub fn wait_for(&mut self, words: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let rest = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(rest) else {
                panic!("no line on stderr with the words \"{words}\":\n{}", self.stderr);
            };
            self.stderr += &format!("{line}\n");
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The folder of its run, which has begun.
    pub fn latest(&self) -> PathBuf {
        self.folder.path().join("store/latest")
    }

    /// The folder that all this is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How long it has been running.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a process to be told");
    }

    /// Waits for its end, and for that of all that hold its stdout and stderr.
    pub fn finish(mut self) -> Finished {
        let deadline = self.started + PATIENCE;
        let rest = || deadline.saturating_duration_since(Instant::now());
        let stdout = self.stdout.recv_timeout(rest()).expect("the end of the workbench's stdout");
        while let Ok(line) = self.lines.recv_timeout(rest()) {
            self.stderr += &format!("{line}\n");
        }
        let status =
            wait_until("the end of the workbench", || self.child.try_wait().expect("a child"));
        let store = self.folder.path().join("store");
        let folder = std::mem::replace(&mut self.folder, TempDir::new().expect("a folder"));
        let finished = Finished {
            code: status.code(),
            stdout,
            stderr: std::mem::take(&mut self.stderr),
            took: self.started.elapsed(),
            memory: self.memory.load(Ordering::Relaxed),
            store,
            folder,
        };
        finished.leaves_no_process_behind();
        finished
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is left of a run.
pub struct Finished {
    /// Its exit status; none if a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it had at a time, in megabytes; 0 where the system does not tell.
    pub memory: u64,
    /// The folder that `--store` named.
    pub store: PathBuf,
    /// The folder that all this is in.
    pub folder: TempDir,
}

impl Finished {
    /// Asserts the exit status, and these words on stderr.
    #[track_caller]
    pub fn fails(self, code: i32, words: &[&str]) -> Finished {
        assert_eq!(self.code, Some(code), "{}{}", self.stderr, self.stdout);
        for words in words {
            assert!(self.stderr.contains(words), "\"{words}\" is not in:\n{}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Asserts a verdict, these words in the summary, and the last line that goes with the verdict.
    #[track_caller]
    pub fn ends(self, code: i32, words: &[&str]) -> Finished {
        let text = format!("{}{}", self.stderr, self.stdout);
        assert_eq!(self.code, Some(code), "{text}");
        let last = match code {
            0 => "Everything looks good! ヽ(‘ー`)ノ",
            1 => "Analysis invalid! (ﾉಥ益ಥ）ﾉ ┻━┻",
            _ => "Errors occurred during analysis, but no anomalies found. ಠ~ಠ",
        };
        assert_eq!(self.stdout.lines().last(), Some(last), "{text}");
        for words in words {
            assert!(self.stdout.contains(words), "\"{words}\" is not in:\n{}", self.stdout);
        }
        self
    }

    /// A file of the latest run.
    #[track_caller]
    pub fn file(&self, name: &str) -> Vec<u8> {
        let path = self.store.join("latest").join(name);
        std::fs::read(&path).unwrap_or_else(|failure| panic!("{}: {failure}", path.display()))
    }

    /// A text file of the latest run.
    #[track_caller]
    pub fn text(&self, name: &str) -> String {
        String::from_utf8(self.file(name)).expect("text")
    }

    /// A JSON file of the latest run.
    #[track_caller]
    pub fn json(&self, name: &str) -> Json {
        serde_json::from_slice(&self.file(name)).expect("JSON")
    }

    /// Asserts that every process that told its number on stderr, as `pid 123`, has ended.
    fn leaves_no_process_behind(&self) {
        for number in self.pids() {
            wait_until(&format!("the end of process {number}"), || is_gone(number).then_some(()));
        }
    }

    /// The numbers of all processes that told them in any node's log of any run.
    pub fn pids(&self) -> Vec<i32> {
        let folders = |path: &Path| -> Vec<PathBuf> {
            let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).filter(|path| !path.is_symlink()).collect()
        };
        let runs = folders(&self.store).iter().flat_map(|path| folders(path)).collect::<Vec<_>>();
        let logs = runs.iter().flat_map(|run| folders(&run.join("node-logs")));
        let log = |path| String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into();
        let lines: Vec<String> = logs.map(log).collect();
        let numbers = lines.iter().flat_map(|text| text.lines());
        numbers.filter_map(|line| line.strip_prefix("pid ")?.parse().ok()).collect()
    }
}

/// What `workbench` does with those arguments.
pub fn workbench(arguments: &[&OsStr]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workbench"));
    command.args(arguments).stdin(Stdio::null()).output().expect("the workbench")
}

/// Whether there is no such process, or only what the system remembers of a dead one.
pub fn is_gone(number: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    let is_dead = stat.rsplit(')').next().is_some_and(|rest| rest.starts_with(" Z"));
    is_dead || Pid::from_raw(number).is_none_or(|pid| test_kill_process(pid).is_err())
}

/// The most memory that a process has had so far, in megabytes; none if it is gone, or if the system
/// does not tell.
fn memory_of(number: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{number}/status")).ok()?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    most.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// Asks until there is an answer, and fails with `what` if it takes too long.
pub fn wait_until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

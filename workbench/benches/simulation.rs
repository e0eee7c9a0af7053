//! How fast the workbench is: verdicts a minute, messages a second and memory, for small clusters
//! and large ones, simulated and as processes.
//!
//!     cargo bench --profile dev --package workbench --bench simulation
//!
//! Words after `--` choose parts: `verdicts`, `messages`, `processes`, `hour`, `history`.
//!
//! This program is both sides: the benchmark, and, when told to by `RUN_AS_NODE`, a node.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to people")]

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;
use tokio::time::Instant;

use broadcast_3c::Server;
use serde_json::{Value as Json, json};
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::record::history::{History, Value};
use workbench::record::journal::Journal;
use workbench::record::recording::Recording;
use workbench::record::value_set::ValueSet;
use workbench::run;
use workbench::simulation::simulate_run;
use workbench::simulation::sweep::{Next, Sweep};
use workbench::time::Time;

fn options(flags: &str) -> Options {
    flags.parse().expect("valid flags")
}

/// The most memory that a process has had, in megabytes; none if it is gone, or if the system does
/// not tell.
fn memory(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let most = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    most.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// Begins to measure this process's memory anew, where the system can.
fn forget_memory() {
    let _ = fs::write("/proc/self/clear_refs", "5");
}

fn megabytes(memory: Option<u64>) -> String {
    memory.map_or("unknown".into(), |megabytes| format!("{megabytes} MB"))
}

/// Verdicts a minute, checks included, on all cores; each on a run of `seconds`.
fn verdicts(nodes: usize, seeds: u64, seconds: u64) {
    let flags = format!(
        "-w broadcast --node-count {nodes} --time-limit {seconds} --rate 10 --nemesis partition"
    );
    forget_memory();
    let start = Instant::now();
    let sweep = Sweep::start(&Program::of::<Server>(), &options(&flags), 1..1 + seeds);
    let sweep = sweep.expect("threads");
    let mut valid = 0;
    loop {
        match sweep.next(Duration::from_secs(1)) {
            Next::Outcome(outcome) => valid += u64::from(outcome.is_valid()),
            Next::NotYet => {}
            Next::End => break,
        }
    }
    let rate = seeds as f64 * 60.0 / start.elapsed().as_secs_f64();
    let memory = megabytes(memory("self"));
    println!(
        "{nodes:4} nodes: {seeds:4} runs of {seconds:2} s, {valid} of them valid, {rate:.1} \
         verdicts a minute, {memory}"
    );
}

/// What a message costs, with the journal streamed to a file; in microseconds.
fn simulated(nodes: usize) -> f64 {
    // A small cluster is simulated for longer, so that all take about as long.
    let seconds = if nodes > 100 { 0.5 } else { 5.0 };
    let runs = (20_000 / (nodes * nodes) as u64).max(1);
    let flags = format!("-w broadcast --node-count {nodes} --time-limit {seconds} --rate 10");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut messages = 0;
    forget_memory();
    let start = Instant::now();
    for seed in 1..=runs {
        let file = File::create(folder.path().join("journal.jsonl")).expect("a journal");
        let options = options(&flags);
        let journal = Journal::new(BufWriter::new(file), &options.nodes);
        let run = simulate_run(Program::of::<Server>(), &options, seed, journal);
        let (recording, outcome) = run.expect("a simulation");
        outcome.expect("a whole run");
        messages += recording.traffic.all.sent;
    }
    let seconds = start.elapsed().as_secs_f64();
    let (rate, cost) = (messages as f64 / seconds, seconds * 1e6 / messages as f64);
    let memory = megabytes(memory("self"));
    println!(
        "{nodes:4} nodes: {messages:8} messages, {rate:.0} a second, {cost:.2} µs each, {memory}"
    );
    cost
}

/// How many messages a second get through pipes when every worker asks again as soon as it is
/// answered.
fn processes(nodes: usize) {
    const SECONDS: u64 = 3;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let flags = format!(
        "test -w echo --node-count {nodes} --time-limit {SECONDS} --rate 1000000 --concurrency 20n"
    );
    let this = std::env::current_exe().expect("the path of this program");
    let mut bench = Command::new(env!("CARGO_BIN_EXE_workbench"))
        .args(flags.split(' '))
        .arg("--store")
        .arg(folder.path())
        .arg("--bin")
        .arg(this)
        .env("RUN_AS_NODE", "yes")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the workbench");
    let number = bench.id().to_string();
    let mut most = None;
    let status = loop {
        most = most.max(memory(&number));
        if let Some(status) = bench.try_wait().expect("a child") {
            break status;
        }
        thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "{nodes} nodes: {status}");
    let messages = messages(&folder.path().join("latest/results.json"));
    let (rate, memory) = (messages / SECONDS, megabytes(most));
    println!("{nodes:4} nodes: {messages:8} messages, {rate} a second, {memory} for the workbench");
}

fn messages(results: &Path) -> u64 {
    let text = fs::read_to_string(results).expect("results");
    let results: Json = serde_json::from_str(&text).expect("JSON");
    results["net"]["all"]["send-count"].as_u64().expect("a number")
}

/// Checks a history of 100,000 operations, of which 10,000 are broadcasts and the others reads.
fn check() {
    const OPERATIONS: usize = 100_000;
    forget_memory();
    let mut history = History::new();
    let mut values = 0;
    for operation in 0..OPERATIONS {
        let at = |half: usize| Time::from_millis((2 * operation + half) as i64);
        let (f, asked) = match operation % 10 {
            0 => ("broadcast", Value::Json(json!(values))),
            _ => ("read", Value::None),
        };
        let id = history.invoke(at(0), 0, 0, f, asked, false);
        values += usize::from(f == "broadcast");
        let answer = match f {
            "read" => Value::Set(ValueSet::new((0..values).map(Json::from), values)),
            _ => Value::None,
        };
        history.complete(id, at(1), Ok(answer));
    }
    let recording = Recording { history, ..Recording::default() };
    let start = Instant::now();
    let verdict = run::check(&recording, &options("-w broadcast")).verdict;
    let millis = start.elapsed().as_millis();
    let memory = megabytes(memory("self"));
    println!(
        "{OPERATIONS} operations, {values} values: {} after {millis} ms, {memory}, history \
         included",
        verdict.name()
    );
}

/// A simulated hour. Reads grow with every value, and with them the history and the journal.
fn hour() {
    let options = options(
        "-w broadcast --node-count 5 --time-limit 3600 --rate 10 --nemesis partition \
         --nemesis-interval 60",
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal.jsonl");
    forget_memory();
    let start = Instant::now();
    let file = BufWriter::new(File::create(&path).expect("a journal"));
    let journal = Journal::new(file, &options.nodes);
    let run = simulate_run(Program::of::<Server>(), &options, 1, journal);
    let (recording, outcome) = run.expect("a simulation");
    outcome.expect("a whole run");
    let results = run::check(&recording, &options);
    assert_eq!(results.findings(), [], "a value was lost, or a node lacks it");
    let seconds = start.elapsed().as_secs_f64();
    let (operations, values) =
        (recording.history.operations().len(), recording.propagation.values());
    let messages = recording.traffic.all.sent;
    let (memory, size) = (megabytes(memory("self")), fs::metadata(&path).expect("a file").len());
    println!(
        "{operations} operations, {values} values, none lost; {messages} messages in \
         {seconds:.1} s, {memory}, a journal of {} MB",
        size / 1_000_000
    );
}

/// The parts, by the words that choose them.
const PARTS: [(&str, fn()); 5] = [
    ("verdicts", || {
        println!("Runs with partitions, simulated on all cores, and checked:");
        // A value costs messages by the square of the nodes, so the largest cluster runs for a
        // moment.
        for (nodes, seeds, seconds) in [(5, 1000, 20), (25, 20, 20), (100, 2, 20), (500, 2, 1)] {
            verdicts(nodes, seeds, seconds);
        }
    }),
    ("messages", || {
        println!("\nBroadcasts, simulated in one thread, the journal written to a file:");
        let [few, _, many, _] = [5, 25, 100, 500].map(simulated);
        println!("a message among 100 nodes costs {:.2} times what it does among 5", many / few);
    }),
    ("processes", || {
        println!("\nEchoes through the pipes of processes, as fast as they go:");
        [5, 25, 100].into_iter().for_each(processes);
    }),
    ("hour", || {
        println!("\nAn hour of five nodes at rate 10, with a partition every minute or so:");
        hour();
    }),
    ("history", || {
        println!("\nA long history, checked:");
        check();
    }),
];

fn main() -> ExitCode {
    if std::env::var_os("RUN_AS_NODE").is_some() {
        return common::run::<echo::Server>();
    }
    // What `cargo bench` passes on: options that do not matter here, and words that choose parts.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name == word);
    PARTS.iter().filter(|(name, _)| is_wanted(name)).for_each(|(_, part)| part());
    ExitCode::SUCCESS
}

//! `workbench test` as people run it: the real program, with real child processes, good and bad.
//!
//! This program is both sides: the tests, and, when told to by `RUN_AS_NODE`, a node.

mod bad_nodes;
mod bench;
mod disks;
mod ends;
mod files;
mod flags;
mod floods;
mod good_runs;
mod lines;
mod nodes;
mod programs;
mod replies;
mod report;
mod services;
mod signals;
mod simulated;
mod stored;
mod surroundings;

use std::collections::VecDeque;
use std::process::ExitCode;
use std::sync::Mutex;
use std::thread;

/// A test and its name.
type Test = (&'static str, fn());

/// How many tests run at the same time. Most of them wait most of their time.
const AT_ONCE: usize = 12;

fn main() -> ExitCode {
    if let Some(node) = std::env::var_os(bench::RUN_AS_NODE) {
        return nodes::run(&node.to_string_lossy());
    }
    if std::env::var_os(simulated::RUN_AS_SIMULATION).is_some() {
        return nodes::simulate();
    }
    // What `cargo test` passes on: words that choose tests, and options that do not matter here.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    // The longest come first, so that nobody has to wait for them in the end.
    let short = [
        good_runs::TESTS,
        signals::TESTS,
        simulated::TESTS,
        ends::TESTS,
        replies::TESTS,
        report::TESTS,
        floods::TESTS,
        disks::TESTS,
        lines::TESTS,
        surroundings::TESTS,
        programs::TESTS,
        stored::TESTS,
        services::TESTS,
        flags::TESTS,
    ];
    let is_long = std::env::args().any(|argument| argument == "--ignored");
    let tests = if is_long { &[floods::LONG_TESTS][..] } else { &short };
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    let tests: VecDeque<Test> =
        tests.iter().copied().flatten().copied().filter(|(name, _)| chosen(name)).collect();
    if run(Mutex::new(tests)) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs the tests, some at the same time. Gives whether all have passed.
fn run(tests: Mutex<VecDeque<Test>>) -> bool {
    let next = || tests.lock().expect("no test runs under this lock").pop_front();
    let work = || {
        let mut all_passed = true;
        while let Some((name, test)) = next() {
            // A thread of its own gives a panic the test's name.
            let thread = thread::Builder::new().name(name.into()).spawn(test);
            let passed = thread.expect("a new thread").join().is_ok();
            eprintln!("test {name} ... {}", if passed { "ok" } else { "FAILED" });
            all_passed &= passed;
        }
        all_passed
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        // Every worker is waited for, whatever the others say.
        workers.into_iter().map(|worker| worker.join().unwrap_or(false)).fold(true, |a, b| a & b)
    })
}

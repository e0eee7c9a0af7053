//! Signals to the workbench and its nodes: however a run ends, the nodes end with it.

use std::io::{Read, Write};
use std::process::Command;
use std::time::Duration;
use tokio::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use crate::bench::{Bench, Finished, Running, is_gone, wait_until};
use crate::files;

crate::tests![
    ctrl_c_ends_the_final_phase,
    ctrl_c_ends_set_up,
    ctrl_c_ends_recovery,
    ctrl_c_ends_the_writing_of_files,
    ctrl_c_ends_the_printing_of_the_summary,
    sigterm_ends_the_main_phase,
    ctrl_c_ends_a_run_that_lags_behind,
    ctrl_c_ends_nodes_that_ignore_everything,
    a_killed_workbench_takes_its_nodes_with_it,
    no_process_is_left_after_a_verdict,
    #[cfg(target_os = "linux")]
    no_descendant_of_a_node_survives,
];

/// A node that ignores all that can be ignored, the end of stdin among it, and that has a child.
const STUBBORN: &str = "trap '' TERM INT HUP; read line
    sleep 100 & echo pid $! >&2
    echo '{\"src\":\"n0\",\"dest\":\"c0\",\"body\":{\"type\":\"init_ok\",\"in_reply_to\":1}}'
    sleep 100";

/// Interrupts a run, and asserts what it leaves behind.
fn interrupted(running: Running, signal: Signal) -> Finished {
    let interrupted = Instant::now();
    running.signal(signal);
    let finished =
        running.finish().fails(130, &["The record is in ", "To remove it: rm -r ", "interrupted"]);
    let took = interrupted.elapsed();
    assert!(took < Duration::from_secs(4), "it took {took:?} to end");
    assert_eq!(finished.stdout, "", "there is no verdict");
    assert!(!finished.store.join("latest/results.edn").exists(), "there is no verdict");
    files::check_history(&finished);
    finished
}

fn ctrl_c_ends_set_up() {
    let bench = Bench::of("answers").flags("-w echo --node-count 3 --log-stderr");
    let mut running = bench.arguments(["init", "null", "9"]).start();
    (0..3).for_each(|_| drop(running.wait_for(": pid ")));
    let finished = interrupted(running, Signal::INT);
    assert_eq!(finished.pids().len(), 3);
    assert_eq!(finished.text("history.json"), "[]\n");
    let journal = finished.text("journal.jsonl");
    assert_eq!(journal.lines().count(), 3, "each init is in the journal: {journal}");
}

fn ctrl_c_ends_recovery() {
    let mut running = Bench::of("forwards").flags("-w broadcast --node-count 2").start();
    running.wait_for("recovery");
    interrupted(running, Signal::INT);
}

fn ctrl_c_ends_the_final_phase() {
    let flags = "-w broadcast --node-count 1 --log-stderr";
    let mut running = Bench::of("forwards").flags(flags).start();
    let pid = pid(&running.wait_for(": pid "));
    running.wait_for("recovery");
    // A stopped node does not answer the last read.
    let pid = Pid::from_raw(pid).expect("a number of a process");
    kill_process(pid, Signal::STOP).expect("a node to be told");
    running.wait_for("final phase");
    interrupted(running, Signal::INT);
}

fn ctrl_c_ends_the_writing_of_files() {
    let mut running = Bench::of("good").flags("-w echo --node-count 1").start();
    running.wait_for("main phase");
    let folder = running.latest();
    // Whoever opens a pipe for writing waits until somebody reads it.
    let pipe = folder.join("history.json.part");
    let made = Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let is_written = || folder.join("history.txt").exists().then_some(());
    wait_until("the file before it", is_written);
    running.signal(Signal::INT);
    let finished =
        running.finish().fails(130, &["What was written so far", "interrupted", "No verdict."]);
    assert!(!folder.join("history.json.part").exists(), "half of a file");
    assert!(!finished.store.join("latest/history.json").exists());
    assert!(!finished.store.join("latest/results.json").exists());
}

fn ctrl_c_ends_the_printing_of_the_summary() {
    let (mut reader, mut writer) = std::io::pipe().expect("a pipe");
    let full = writer.try_clone().expect("a pipe");
    // It blocks when the pipe is full, and ends when its reader is gone.
    let filling = std::thread::spawn(move || while writer.write_all(&[b'x'; 4096]).is_ok() {});
    let bench =
        Bench::of("good").flags("-w echo --node-count 1").with(|command, _| command.stdout(full));
    let running = bench.start();
    let results = running.latest().join("results.json");
    wait_until("the verdict", || results.exists().then_some(()));
    running.signal(Signal::INT);
    let finished = running.finish().fails(130, &["interrupted"]);
    assert!(finished.json("results.json").is_object(), "the files were there before");
    reader.read_exact(&mut [0; 4096]).expect("what filled it");
    drop(reader);
    filling.join().expect("an end");
}

fn sigterm_ends_the_main_phase() {
    let flags = "-w broadcast --rate 500 --latency 200 --time-limit 50 --log-net-recv";
    let mut running = Bench::of("forwards").flags(flags).start();
    // The answer to an operation comes when there is something to be recorded.
    running.wait_for("\"type\":\"broadcast_ok\"");
    let finished = interrupted(running, Signal::TERM);
    let journal = files::check_journal(&finished);
    assert!(journal.iter().any(|message| message["body"]["type"] == "broadcast_ok"));
    assert_eq!(finished.pids().len(), 5);
}

fn ctrl_c_ends_a_run_that_lags_behind() {
    let flags = "-w echo --rate 1000000 --concurrency 100n --time-limit 50";
    let mut running = Bench::of("good").flags(flags).start();
    running.wait_for("main phase");
    interrupted(running, Signal::INT);
}

fn ctrl_c_ends_nodes_that_ignore_everything() {
    let bench = Bench::of_script(STUBBORN).flags("-w echo --node-count 1 --time-limit 50");
    let mut running = bench.start();
    running.wait_for("main phase");
    let finished = interrupted(running, Signal::INT);
    assert!(!finished.pids().is_empty());
}

fn a_killed_workbench_takes_its_nodes_with_it() {
    let flags = "-w echo --node-count 1 --time-limit 50 --log-stderr";
    let mut running = Bench::of_script(STUBBORN).flags(flags).start();
    // The node and its child.
    let pids: Vec<i32> = (0..2).map(|_| pid(&running.wait_for(": pid "))).collect();
    assert!(pids.iter().all(|&pid| !is_gone(pid)));
    let killed = Instant::now();
    running.signal(Signal::KILL);
    wait_until("the end of the nodes", || pids.iter().all(|&pid| is_gone(pid)).then_some(()));
    let took = killed.elapsed();
    assert!(took < Duration::from_secs(1), "the nodes outlived the workbench by {took:?}");
    // The reaper holds the workbench's stderr open: when that ends, the reaper has ended, too.
    assert_eq!(running.finish().code, None);
}

/// The number in a line such as `n0: pid 123`.
fn pid(line: &str) -> i32 {
    line.rsplit(' ').next().and_then(|pid| pid.parse().ok()).expect("a number")
}

/// A child that leaves the node's process group, so that it gets none of its signals.
#[cfg(target_os = "linux")]
fn no_descendant_of_a_node_survives() {
    let daemon = "setsid sleep 100 & echo pid $! >&2";
    // It outlives the node.
    let exits = Bench::of_script(&format!("{daemon}\nexit 3")).flags("-w echo --node-count 1");
    let finished = exits.run().fails(255, &["n0 exited with status 3"]);
    assert_eq!(finished.pids().len(), 2);

    // It outlives the workbench.
    let flags = "-w echo --node-count 1 --time-limit 50 --log-stderr";
    let lives = format!("{daemon}\nread line; exec sleep 100");
    let mut running = Bench::of_script(&lives).flags(flags).start();
    let pids: Vec<i32> = (0..2).map(|_| pid(&running.wait_for(": pid "))).collect();
    assert!(pids.iter().all(|&pid| !is_gone(pid)));
    running.signal(Signal::KILL);
    wait_until("the end of the nodes", || pids.iter().all(|&pid| is_gone(pid)).then_some(()));
    running.finish();
}

fn no_process_is_left_after_a_verdict() {
    let finished = Bench::of_script(STUBBORN).flags("-w echo --node-count 1").run();
    let finished = finished.ends(1, &["not one echo was ok"]);
    assert_eq!(finished.pids().len(), 2, "the node and its child");
}

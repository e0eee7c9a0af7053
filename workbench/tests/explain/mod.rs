//! Simulated runs of small servers that lose values, and how the losses are explained.

mod servers;
mod simulated;

use common::Handler;
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::simulation::{JudgedRun, judge_run};
use workbench::workload::Explanation;

/// Simulates a broadcast among servers of that kind, and explains what was lost.
fn simulate<H: Handler>(flags: &str, seed: u64) -> (JudgedRun, Explanation) {
    let flags = format!("-w broadcast --node-count 5 --time-limit 20 --rate 10 {flags}");
    let options: Options = flags.parse().unwrap();
    let run = judge_run(Program::of::<H>(), &options, seed).unwrap();
    let journal = run.journal.as_bytes();
    let history = &run.recording.history;
    let explanation = run.results.explain(&run.info.nodes, history, journal).unwrap();
    (run, explanation)
}

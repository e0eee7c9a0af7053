//! Simulated runs of small servers that lose values, and how the losses are explained.

mod servers;
mod simulated;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use clap::Parser;
use common::Handler;
use workbench::checker::{Input, Results, WorkloadKind, check};
use workbench::cluster::tasks::Program;
use workbench::explain::{Explanation, explain};
use workbench::journal::Journal;
use workbench::options::Options;
use workbench::run::Recording;
use workbench::simulation::simulate_run;

#[derive(Parser)]
struct Flags {
    #[command(flatten)]
    options: Options,
}

/// A run and its explanation.
struct Explained {
    recording: Recording,
    results: Results,
    explanation: Explanation,
}

/// Simulates a broadcast among servers of that kind.
fn simulate<H: Handler>(flags: &str, seed: u64) -> Explained {
    let flags = format!("test -w broadcast --time-limit 20 --rate 10 {flags}");
    let Flags { options } = Flags::try_parse_from(flags.split_whitespace()).unwrap();
    let buffer = Buffer::default();
    let journal = Journal::new(buffer.clone());
    let (recording, outcome) = simulate_run(Program::of::<H>(), &options, seed, journal).unwrap();
    outcome.unwrap();
    let results = check(&Input {
        workload: WorkloadKind::Broadcast,
        history: &recording.history,
        traffic: &recording.traffic,
        faults: &recording.faults,
        unasked: &recording.unasked,
        nodes: &options.node_names(),
        availability: options.availability,
        strict: options.strict,
    });
    let journal = buffer.0.lock().unwrap();
    let explanation = explain(&recording.history, &results, journal.as_slice()).unwrap();
    Explained { recording, results, explanation }
}

/// Where a journal is written that is to be read again.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

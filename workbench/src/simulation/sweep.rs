//! Sweeps: the same run from many seeds, on all cores.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use common::Mutex;

use crate::checker::{Outcome, ValuesResults};
use crate::cluster::tasks::Program;
use crate::error::Error;
use crate::options::Options;
use crate::output::seed_outcome::{PartitionOutcome, SeedOutcome};
use crate::record::journal::Journal;
use crate::record::partitions::PartitionSpan;
use crate::record::recording::Recording;
use crate::run::check;
use crate::simulation::simulate_run;
use crate::time::Time;

impl SeedOutcome {
    fn of(seed: u64, options: &Options, run: Result<Recording, Error>) -> SeedOutcome {
        let recording = match run {
            Ok(recording) => recording,
            Err(error) => return SeedOutcome::without_verdict(seed, &error),
        };
        let results = check(&recording, options);
        let values = results.workload.values();
        let latencies = values.and_then(|values| values.set_full.stable_latencies);
        let last_heal = recording.partitions.last().map_or(Some(Time::ZERO), |cut| cut.until);
        let converged = last_heal
            .filter(|_| recording.propagation.values() > 0)
            .and_then(|heal| recording.propagation.converged_after(heal));
        SeedOutcome {
            seed,
            verdict: Some(results.verdict),
            error: None,
            findings: results.findings().into_iter().map(|finding| finding.0.to_owned()).collect(),
            operations: results.net.operations,
            ok: results.stats.total.ok,
            values: recording.propagation.values(),
            lost: values.map_or(0, |values| values.set_full.with(Outcome::Lost).len()),
            incomplete: values.map_or(0, incomplete),
            msgs_per_op: results
                .net
                .messages_per_operation(&results.net.traffic.all)
                .unwrap_or(0.0),
            converged_millis: converged.map(|converged| converged.as_millis() as u64),
            stable_median_millis: latencies.map(|[_, median, ..]| median),
            stable_max_millis: latencies.map(|[.., max]| max),
            partitions: recording
                .partitions
                .iter()
                .map(|cut| PartitionOutcome::of(cut, &recording))
                .collect(),
        }
    }

    fn without_verdict(seed: u64, error: &Error) -> SeedOutcome {
        SeedOutcome {
            seed,
            verdict: None,
            error: Some(error.to_string()),
            findings: vec![],
            operations: 0,
            ok: 0,
            values: 0,
            lost: 0,
            incomplete: 0,
            msgs_per_op: 0.0,
            converged_millis: None,
            stable_median_millis: None,
            stable_max_millis: None,
            partitions: vec![],
        }
    }
}

impl PartitionOutcome {
    fn of(cut: &PartitionSpan, recording: &Recording) -> PartitionOutcome {
        let PartitionSpan { partition, from, until } = cut;
        let (dropped, delivered_before_heal) =
            recording.propagation.dropped_by(partition.number, *until);
        PartitionOutcome {
            shape: partition.shape,
            sides: partition.to_string(),
            from: *from,
            until: *until,
            dropped,
            delivered_before_heal,
        }
    }
}

/// How many acknowledged values some node lacked in its final read.
fn incomplete(values: &ValuesResults) -> usize {
    let lacked = values.incomplete.iter().flat_map(|(_, lacked)| lacked);
    lacked.collect::<BTreeSet<_>>().len()
}

/// Simulates one seed and judges it.
pub fn judge_seed(program: &Program, options: &Options, seed: u64) -> SeedOutcome {
    let run = simulate_run(program.clone(), options, seed, Journal::counting());
    let run = run.and_then(|(recording, outcome)| outcome.map(|()| recording));
    SeedOutcome::of(seed, options, run)
}

/// A sweep in the background. Once dropped, it starts no more runs.
pub struct Sweep {
    outcomes: Receiver<SeedOutcome>,
}

impl Sweep {
    /// Starts to judge `seeds`, with a thread on every core.
    ///
    /// Fails if a thread cannot be started.
    pub fn start(program: &Program, options: &Options, seeds: Range<u64>) -> Result<Sweep, Error> {
        let seeds = Arc::new(Mutex::new(seeds));
        let (sender, outcomes) = channel();
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (program, options) = (program.clone(), options.clone());
            let (seeds, sender) = (seeds.clone(), sender.clone());
            let thread = thread::Builder::new().name("sweep".into()).spawn(move || {
                loop {
                    let Some(seed) = seeds.lock().next() else { return };
                    if sender.send(judge_seed(&program, &options, seed)).is_err() {
                        return;
                    }
                }
            });
            let failed = |source| Error::System { doing: "start a sweep".into(), source };
            thread.map_err(failed)?;
        }
        Ok(Sweep { outcomes })
    }

    /// Waits for the next outcome, in no order of seeds, for at most `limit`.
    pub fn next(&self, limit: Duration) -> Next {
        use std::sync::mpsc::RecvTimeoutError;
        match self.outcomes.recv_timeout(limit) {
            Ok(outcome) => Next::Outcome(outcome),
            Err(RecvTimeoutError::Timeout) => Next::NotYet,
            Err(RecvTimeoutError::Disconnected) => Next::End,
        }
    }
}

/// What comes next in a [`Sweep`].
pub enum Next {
    /// A seed has been judged.
    Outcome(SeedOutcome),
    /// Not within the time limit.
    NotYet,
    /// All seeds have been judged.
    End,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_ends_with_the_last_seed_even_at_the_largest_number() {
        let silent = Program::new(|_inbox, _outbox, _seed| std::future::pending());
        let options = "-w echo --node-count 1".parse().unwrap();
        let sweep = Sweep::start(&silent, &options, u64::MAX - 2..u64::MAX).unwrap();
        let mut seeds = vec![];
        while let Next::Outcome(outcome) = sweep.next(Duration::from_secs(60)) {
            seeds.push(outcome.seed);
            assert!(seeds.len() <= 2, "{seeds:?}");
        }
        seeds.sort_unstable();
        assert_eq!(seeds, [u64::MAX - 2, u64::MAX - 1]);
    }
}

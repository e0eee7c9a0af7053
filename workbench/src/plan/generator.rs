//! The generator: which operation, when, and which worker. Depends on the seed only, not on how fast nodes
//! reply, so that a real run and a simulated one have the same plan.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

use crate::random;
use crate::time::Time;
use crate::workload::{Request, Session};

/// A planned operation.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduledOperation {
    /// When it is due.
    pub time: Time,
    /// Who carries it out.
    pub assignment: Assignment,
    /// The request to send.
    pub request: Request,
}

/// Who carries out an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignment {
    /// The worker whose turn it is; if that one is busy, the next free one takes over.
    Turn(usize),
    /// A worker of that node; if all are busy, one more.
    Node(usize),
}

/// Plans operations, one after the other, endlessly.
#[derive(Debug)]
pub struct Generator {
    rng: StdRng,
    rate: f64,
    time: Time,
    workers: usize,
    turns: Vec<usize>,
}

impl Generator {
    /// A generator of `rate` operations a second, more than 0, for that many workers.
    pub fn new(rate: f64, workers: usize, seed: u64) -> Generator {
        let rng = random::generator(seed, "operations");
        Generator { rng, rate, time: Time::ZERO, workers, turns: vec![] }
    }

    /// The next operation of `session`. The first is due at once; the gap to each further one is uniform in
    /// [0, 2 / rate). Workers take turns, in a new order each round.
    pub fn next(&mut self, session: &mut dyn Session) -> ScheduledOperation {
        let time = self.time;
        let gap = self.rng.random::<f64>() * 2.0 / self.rate;
        self.time = time + Duration::from_nanos((gap * 1e9) as u64);
        let assignment = Assignment::Turn(self.turn());
        ScheduledOperation { time, assignment, request: session.next(&mut self.rng) }
    }

    /// Every worker once, in random order.
    pub fn round(&mut self) -> Vec<usize> {
        let mut round: Vec<usize> = (0..self.workers).collect();
        round.shuffle(&mut self.rng);
        round
    }

    fn turn(&mut self) -> usize {
        if self.turns.is_empty() {
            self.turns = self.round();
        }
        self.turns.pop().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::WorkloadKind;

    #[test]
    fn operations_have_the_given_rate_and_workers_take_turns() {
        let mut session = WorkloadKind::Broadcast.session();
        let mut generator = Generator::new(10.0, 5, 1);
        let plan: Vec<ScheduledOperation> =
            (0..10_000).map(|_| generator.next(session.as_mut())).collect();
        assert_eq!(plan[0].time, Time::ZERO, "the first comes at once");
        for pair in plan.windows(2) {
            assert!(pair[1].time.since(pair[0].time) < Duration::from_millis(200));
        }
        let rate = 10_000.0 / plan[9999].time.seconds();
        assert!((9.8..10.2).contains(&rate), "{rate} operations a second");
        for round in plan.chunks(5) {
            let all = (0..5).map(Assignment::Turn);
            assert!(all.into_iter().all(|turn| round.iter().any(|next| next.assignment == turn)));
        }
        let reads = plan.iter().filter(|planned| planned.request.f == "read").count();
        assert!((4800..5200).contains(&reads), "{reads} of 10000 are reads");
    }

    #[test]
    fn broadcast_values_count_up_from_0() {
        let mut session = WorkloadKind::Broadcast.session();
        let mut generator = Generator::new(10.0, 5, 1);
        let requests = (0..100).map(|_| generator.next(session.as_mut()).request);
        let values: Vec<u64> =
            requests.filter_map(|request| request.body["message"].as_u64()).collect();
        assert!(values.iter().copied().eq(0..values.len() as u64), "{values:?}");
    }
}

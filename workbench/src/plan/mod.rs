//! The plan of a run: which operation when, which partition when. It is drawn from the seed, or written in
//! a scenario. It does not depend on how fast nodes reply, so that a real run and a simulated one share it.

pub mod generator;
pub mod nemesis;
pub mod scenario;

use std::time::Duration;

use rand::seq::SliceRandom;

use self::generator::{Generator, ScheduledOperation};
use self::nemesis::{Nemesis, NemesisAction};
use self::scenario::{Action, Scenario, Step};
use crate::names::NodeNames;
use crate::network::faults::MessageFaults;
use crate::random;
use crate::time::Time;
use crate::workload::Session;

/// How long nodes have to recover between the last heal and the final operations, as under Maelstrom.
const RECOVERY: Duration = Duration::from_secs(10);

/// What a plan is drawn from, besides the seed.
#[derive(Debug, Clone)]
pub struct Draw {
    /// The nodes.
    pub nodes: NodeNames,
    /// How many workers there are.
    pub workers: usize,
    /// Operations per second, on average.
    pub rate: f64,
    /// How long the main phase lasts.
    pub time_limit: Duration,
    /// The mean time between two actions of the nemesis; none without partitions.
    pub nemesis_interval: Option<Duration>,
}

/// The plan of a run.
#[derive(Debug)]
pub struct Plan {
    source: Source,
    seed: u64,
    workers: usize,
    end: Time,
    final_time: Option<Time>,
    has_partitions: bool,
}

#[derive(Debug)]
enum Source {
    Drawn {
        operations: Box<Generator>,
        nemesis: Option<Box<Nemesis>>,
        is_idle: bool,
    },
    Written {
        operations: Vec<Step>,
        partitions: Vec<Step>,
        faults: MessageFaults,
        final_order: Option<Vec<usize>>,
    },
}

impl Plan {
    /// The plan that is drawn from `seed`.
    pub fn drawn(draw: Draw, seed: u64) -> Plan {
        let Draw { nodes, workers, rate, time_limit, nemesis_interval } = draw;
        let has_partitions = nemesis_interval.is_some();
        let nemesis =
            nemesis_interval.map(|interval| Box::new(Nemesis::new(nodes, interval, seed)));
        let operations = Box::new(Generator::new(rate, workers, seed));
        Plan {
            source: Source::Drawn { operations, nemesis, is_idle: rate == 0.0 },
            seed,
            workers,
            end: Time::ZERO + time_limit,
            final_time: None,
            has_partitions,
        }
    }

    /// The plan that a scenario is. Where it does not say in which order the final operations come, that is
    /// drawn from `seed`.
    pub fn written(scenario: &Scenario, workers: usize, seed: u64) -> Plan {
        let is_operation = |step: &Step| matches!(step.action, Action::Operation { .. });
        let steps = scenario.steps.iter().rev().cloned();
        let (operations, partitions): (Vec<Step>, Vec<Step>) = steps.partition(is_operation);
        Plan {
            has_partitions: !partitions.is_empty(),
            source: Source::Written {
                operations,
                partitions,
                faults: scenario.faults.clone(),
                final_order: scenario.final_order.clone(),
            },
            seed,
            workers,
            end: scenario.end(),
            final_time: scenario.final_time,
        }
    }

    /// The next operation; none if there is no more.
    pub fn next_operation(&mut self, session: &mut dyn Session) -> Option<ScheduledOperation> {
        let planned = match &mut self.source {
            Source::Drawn { is_idle: true, .. } => return None,
            Source::Drawn { operations, .. } => operations.next(session),
            Source::Written { operations, .. } => {
                let Step { at, action } = operations.pop()?;
                let Action::Operation { assignment, f, value } = action else { return None };
                let request = session.request(f, value.as_ref());
                let request = request.expect("a scenario is checked before it is run");
                ScheduledOperation { time: at, assignment, request }
            }
        };
        (planned.time < self.end).then_some(planned)
    }

    /// The next action of the nemesis; none if there is no more.
    pub fn next_action(&mut self) -> Option<(Time, NemesisAction)> {
        let (time, action) = match &mut self.source {
            Source::Drawn { nemesis, .. } => nemesis.as_mut()?.next()?,
            Source::Written { partitions, .. } => {
                let Step { at, action } = partitions.pop()?;
                match action {
                    Action::Partition(partition) => (at, NemesisAction::Start(partition)),
                    Action::Heal => (at, NemesisAction::Stop),
                    Action::Operation { .. } => return None,
                }
            }
        };
        (time < self.end).then_some((time, action))
    }

    /// What becomes of single messages.
    pub fn take_faults(&mut self) -> MessageFaults {
        match &mut self.source {
            Source::Drawn { .. } => MessageFaults::default(),
            Source::Written { faults, .. } => std::mem::take(faults),
        }
    }

    /// When the main phase ends. What is planned for later does not happen.
    pub fn end(&self) -> Time {
        self.end
    }

    /// Whether there is ever a partition.
    pub fn has_partitions(&self) -> bool {
        self.has_partitions
    }

    /// When the final operations begin, of a network that was healed at `healed`.
    pub fn final_time(&self, healed: Time) -> Time {
        self.final_time.map_or(healed + RECOVERY, |time| time.max(healed))
    }

    /// The workers in the order in which they begin their final operations.
    pub fn final_order(&mut self) -> Vec<usize> {
        match &mut self.source {
            Source::Drawn { operations, .. } => operations.round(),
            Source::Written { final_order: Some(order), .. } => order.clone(),
            Source::Written { .. } => {
                let mut order: Vec<usize> = (0..self.workers).collect();
                order.shuffle(&mut random::generator(self.seed, "final operations"));
                order
            }
        }
    }

    /// All that is planned, as a scenario.
    pub fn to_scenario(mut self, session: &mut dyn Session) -> Scenario {
        let mut steps = vec![];
        while let Some((at, action)) = self.next_action() {
            let action = match action {
                NemesisAction::Start(partition) => Action::Partition(partition),
                NemesisAction::Stop => Action::Heal,
            };
            steps.push(Step { at, action });
        }
        while let Some(planned) = self.next_operation(session) {
            steps.push(Step { at: planned.time, action: planned.into() });
        }
        // At the same moment, the partition comes before the operation, as in a run.
        steps.sort_by_key(|step| step.at);
        let faults = self.take_faults();
        let final_order = session.last().map(|_| self.final_order());
        let (time_limit, final_time) = (Some(self.end), self.final_time);
        Scenario { steps, faults, time_limit, final_time, final_order }
    }
}

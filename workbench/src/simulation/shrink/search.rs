//! The search for the smallest run: what it leaves out and makes simpler, in which order.

use std::time::Duration;

use tokio::time::Instant;

use super::MAX_RUNS;
use super::case::{Case, Span};
use super::failure::FailureKind;
use super::minimize::minimize;
use crate::checker::Verdict;
use crate::cluster::tasks::Program;
use crate::error::Error;
use crate::network::faults::{MessageFault, MessageFaults, MessagePlace};
use crate::options::Options;
use crate::plan::Plan;
use crate::record::journal::Journal;
use crate::run::check;
use crate::simulation::simulate_plan;

/// How an attempt ended.
pub enum Attempt {
    /// It failed in that way. Also gives what the network lost and doubled.
    Failed(FailureKind, MessageFaults),
    /// It did not fail.
    Passed(Verdict),
    /// It ended early, for a reason that says nothing about the nodes.
    NoVerdict(Error),
}

/// Simulates and judges a run.
pub fn attempt(program: &Program, case: &Case) -> Attempt {
    let Case { options, seed, scenario } = case;
    let plan = Plan::written(scenario, options.workers(), *seed);
    let run = simulate_plan(program.clone(), options, plan, *seed, Journal::counting(), None);
    let (recording, outcome) = match run {
        Ok(run) => run,
        Err(error) => return Attempt::NoVerdict(error),
    };
    let (failure, verdict) = match outcome {
        Ok(()) => {
            let results = check(&recording, options);
            (FailureKind::of(&results), Ok(results.verdict))
        }
        Err(error) => (FailureKind::of_error(&error), Err(error)),
    };
    match (failure, verdict) {
        (Some(failure), _) => Attempt::Failed(failure, recording.faults),
        (None, Ok(verdict)) => Attempt::Passed(verdict),
        (None, Err(error)) => Attempt::NoVerdict(error),
    }
}

/// The search may not try another run.
struct Over;

/// A search in progress.
pub struct Search<'a, G> {
    program: &'a Program,
    failure: FailureKind,
    /// The smallest run so far that fails.
    pub best: Case,
    /// How many runs have been tried.
    pub runs: usize,
    deadline: Instant,
    go_on: G,
    /// Whether it was ended before there was nothing left to try.
    pub is_cut_short: bool,
}

impl<'a, G: FnMut(&Case, usize) -> bool> Search<'a, G> {
    /// A search that begins with `case`, which has been tried and fails like that.
    pub fn new(
        program: &'a Program,
        case: Case,
        failure: FailureKind,
        deadline: Instant,
        go_on: G,
    ) -> Search<'a, G> {
        Search { program, failure, best: case, runs: 1, deadline, go_on, is_cut_short: false }
    }

    /// Searches until there is nothing left to try. `faults` is what the network lost and doubled in the
    /// first run.
    pub fn run(&mut self, faults: MessageFaults) {
        self.is_cut_short = self.try_all(faults).is_err();
    }

    /// Stops at once when it is over: with many operations, even to list what could be tried takes minutes.
    fn try_all(&mut self, faults: MessageFaults) -> Result<(), Over> {
        const MAX_PASSES: usize = 4;
        self.keep_if_fails(self.best.with_faults_by_name(faults))?;
        self.keep_if_fails(self.best.with_operations_at_nodes())?;
        for _ in 0..MAX_PASSES {
            let before = self.best.clone();
            self.drop_operations()?;
            self.drop_partitions()?;
            self.drop_nodes()?;
            self.drop_faults()?;
            self.move_faults()?;
            self.simplify_conditions()?;
            self.simplify_partitions()?;
            self.simplify_times()?;
            if self.best == before {
                break;
            }
        }
        self.keep_if_fails_with_some_seed(self.best.with_final_order_of_seed())?;
        self.keep_if_fails(self.best.with_numbered_nodes())?;
        self.keep_if_fails(Case { seed: 1, ..self.best.clone() })?;
        Ok(())
    }

    /// Tries a run, and keeps it if it fails in the same way. Says whether it did. The best run so far is
    /// not tried again.
    fn keep_if_fails(&mut self, case: Case) -> Result<bool, Over> {
        if case == self.best {
            return Ok(false);
        }
        let is_over = self.runs >= MAX_RUNS || Instant::now() >= self.deadline;
        if is_over || !(self.go_on)(&self.best, self.runs) {
            return Err(Over);
        }
        self.runs += 1;
        let attempt = attempt(self.program, &case);
        let fails = matches!(attempt, Attempt::Failed(failure, _) if failure == self.failure);
        if fails {
            self.best = case;
        }
        Ok(fails)
    }

    /// Tries runs, the simplest first, until one fails in the same way, and keeps that. Tries none after the
    /// best run so far: they are less simple.
    fn keep_first_that_fails(&mut self, cases: impl IntoIterator<Item = Case>) -> Result<(), Over> {
        for case in cases {
            if case == self.best || self.keep_if_fails(case)? {
                break;
            }
        }
        Ok(())
    }

    /// Tries a run with its seed, and then with others. By the rules of the set-full checker, a value is lost
    /// only if the last of all reads lacks it, and which one that is depends on the seed.
    fn keep_if_fails_with_some_seed(&mut self, case: Case) -> Result<(), Over> {
        const SEEDS: u64 = 8;
        let seeds = std::iter::once(case.seed).chain(1..=SEEDS);
        self.keep_first_that_fails(seeds.map(|seed| Case { seed, ..case.clone() }))
    }

    fn drop_operations(&mut self) -> Result<(), Over> {
        let (case, spans) = (self.best.clone(), self.best.spans());
        minimize(self.best.operations(), |left| self.keep_if_fails(case.with(left, &spans)))?;
        Ok(())
    }

    fn drop_partitions(&mut self) -> Result<(), Over> {
        let (case, operations) = (self.best.clone(), self.best.operations());
        minimize(self.best.spans(), |left: &[Span]| {
            self.keep_if_fails(case.with(&operations, left))
        })?;
        Ok(())
    }

    fn drop_nodes(&mut self) -> Result<(), Over> {
        for node in (0..self.best.options.nodes.count()).rev() {
            if let Some(case) = self.best.without_node(node) {
                self.keep_if_fails_with_some_seed(case)?;
            }
        }
        Ok(())
    }

    fn drop_faults(&mut self) -> Result<(), Over> {
        let case = self.best.clone();
        let faults: Vec<(MessagePlace, MessageFault)> = case.scenario.faults.iter().collect();
        minimize(faults, |left| self.keep_if_fails(case.with_faults(left.iter().copied())))?;
        Ok(())
    }

    /// Tries earlier messages in the place of those that have a fault, so that the operations before them can
    /// be left out.
    fn move_faults(&mut self) -> Result<(), Over> {
        const EARLIEST: u64 = 8;
        let faults: Vec<(MessagePlace, MessageFault)> = self.best.scenario.faults.iter().collect();
        for (place, fault) in faults {
            let case = self.best.clone();
            let moved = |nth| {
                let others = case.scenario.faults.iter().filter(|(other, _)| *other != place);
                case.with_faults(others.chain([(MessagePlace { nth, ..place }, fault)]))
            };
            self.keep_first_that_fails((1..place.nth.min(EARLIEST)).map(moved))?;
        }
        Ok(())
    }

    /// Tries without latencies, with constant ones, and with the default topology.
    fn simplify_conditions(&mut self) -> Result<(), Over> {
        let simpler: [fn(&mut Options); 3] = [
            |options| (options.latency, options.latency_dist) = (Duration::ZERO, None),
            |options| options.latency_dist = None,
            |options| options.topology = None,
        ];
        for simplify in simpler {
            let mut case = self.best.clone();
            simplify(&mut case.options);
            self.keep_if_fails(case)?;
        }
        Ok(())
    }

    /// Tries partitions that cut off a single node, and partitions without a heal: the end of the main phase
    /// heals them, too.
    fn simplify_partitions(&mut self) -> Result<(), Over> {
        for place in (0..self.best.scenario.steps.len()).rev() {
            let case = self.best.clone();
            let nodes = 0..case.options.nodes.count();
            self.keep_first_that_fails(
                nodes.filter_map(|node| case.with_one_cut_off(place, node)),
            )?;
            if let Some(unhealed) = self.best.without_heal(place) {
                self.keep_if_fails(unhealed)?;
            }
        }
        Ok(())
    }

    /// Tries earlier and rounder times: of all steps at once, then of each by itself.
    fn simplify_times(&mut self) -> Result<(), Over> {
        const SPACINGS: [i64; 3] = [0, 100, 1000];
        const UNITS: [i64; 5] = [i64::MAX, 1_000_000_000, 100_000_000, 10_000_000, 1_000_000];
        self.keep_if_fails(self.best.with_default_ends())?;
        let case = self.best.clone();
        self.keep_first_that_fails(SPACINGS.map(|millis| case.with_spacing(millis)))?;
        for place in 0..self.best.scenario.steps.len() {
            let case = self.best.clone();
            self.keep_first_that_fails(UNITS.map(|unit| case.with_earlier_step(place, unit)))?;
        }
        Ok(())
    }
}

//! Shrinking: from a run that fails to the smallest one that fails in the same way.
//!
//! Each try is a run in virtual time. What still fails is kept, so the result is always a run that was seen
//! to fail.

mod case;
mod failure;
mod minimize;
mod story;

use std::io::BufReader;
use std::sync::Arc;
use std::time::Duration;

use common::Mutex;
use tokio::time::Instant;

pub use case::Case;
pub use failure::FailureKind;
pub use story::story;

use self::case::Span;
use self::minimize::minimize;
use super::{InMemory, simulate_plan};
use crate::checker::Verdict;
use crate::cluster::tasks::Program;
use crate::error::Error;
use crate::network::faults::{MessageFault, MessageFaults, MessagePlace};
use crate::network::partition::Partition;
use crate::options::Options;
use crate::output::run_info::RunInfo;
use crate::plan::Plan;
use crate::plan::scenario::{Action, ScenarioFile, Step};
use crate::record::journal::Journal;
use crate::report::message_window::{Fate, MessageWindow, Window};
use crate::run::check;
use crate::time::Time;

/// The most runs that are tried.
pub const MAX_RUNS: usize = 2_000;

/// How long it may take.
pub const MAX_TIME: Duration = Duration::from_secs(30);

/// The smallest run that was found.
#[derive(Debug)]
pub struct Shrunk {
    /// The run.
    pub case: Case,
    /// How it fails, which is how the first one failed.
    pub failure: FailureKind,
    /// How large the first one was, in words.
    pub from: String,
    /// How many runs were tried.
    pub runs: usize,
    /// Whether it may not be the smallest, because of [`MAX_RUNS`], [`MAX_TIME`] or Ctrl-C.
    pub is_cut_short: bool,
}

impl Shrunk {
    /// The options of the smallest run, which came from that of `options` and `seed`: what shrinks that
    /// again is what reproduces it.
    ///
    /// Fails if its scenario cannot be written, which is a bug.
    pub fn options(&self, options: &Options, seed: u64) -> Result<Options, Error> {
        let Case { options: own, seed: own_seed, scenario } = &self.case;
        let text = own.render_scenario(scenario, *own_seed);
        let mut small = Options::of_scenario(ScenarioFile::new("scenario.toml", text))?;
        small.reproduce_with = Some(options.shrink_command(seed));
        small.store = options.store.clone();
        Ok(small)
    }
}

/// Shrinks the run of `options` and `seed`. `go_on` is called before each try with what has been reached and
/// the number of runs, and ends the search if it says no.
///
/// Fails if the run does not fail, or cannot be started.
pub fn shrink(
    program: &Program,
    options: &Options,
    seed: u64,
    go_on: impl FnMut(&Case, usize) -> bool,
) -> Result<Shrunk, Error> {
    let case = Case { options: options.clone(), seed, scenario: options.whole_plan(seed)? };
    let failure = match try_run(program, &case) {
        Attempt::Failed(failure) => failure,
        Attempt::Passed(verdict) => return Err(Error::Asked(not_failing(verdict))),
        Attempt::NoVerdict(error) => return Err(error),
    };
    let from = case.size();
    let deadline = Instant::now() + MAX_TIME;
    let mut search =
        Search { program, failure, best: case, runs: 1, deadline, go_on, is_over: false };
    search.run();
    let Search { best: case, runs, is_over: is_cut_short, .. } = search;
    Ok(Shrunk { case, failure, from, runs, is_cut_short })
}

fn not_failing(verdict: Verdict) -> String {
    match verdict {
        Verdict::Unknown => {
            "This run is neither valid nor invalid, so there is nothing to shrink. \
                             Find out with `make sweep` which seeds fail"
                .into()
        }
        _ => "This run is valid, so there is nothing to shrink. `make sweep` finds seeds that fail"
            .into(),
    }
}

/// How an attempt ended.
enum Attempt {
    Failed(FailureKind),
    Passed(Verdict),
    NoVerdict(Error),
}

fn try_run(program: &Program, case: &Case) -> Attempt {
    let Case { options, seed, scenario } = case;
    let plan = Plan::written(scenario, options.workers(), *seed);
    let run = simulate_plan(program.clone(), options, plan, *seed, Journal::counting(), None);
    match run.and_then(|(recording, outcome)| outcome.map(|()| recording)) {
        Ok(recording) => {
            let results = check(&recording, options);
            FailureKind::of(&results).map_or(Attempt::Passed(results.verdict), Attempt::Failed)
        }
        Err(error) => match FailureKind::of_error(&error) {
            Some(failure) => Attempt::Failed(failure),
            None => Attempt::NoVerdict(error),
        },
    }
}

/// A search in progress.
struct Search<'a, G> {
    program: &'a Program,
    failure: FailureKind,
    /// The smallest run so far that fails.
    best: Case,
    runs: usize,
    deadline: Instant,
    go_on: G,
    is_over: bool,
}

impl<G: FnMut(&Case, usize) -> bool> Search<'_, G> {
    fn run(&mut self) {
        const MAX_PASSES: usize = 4;
        self.fix_losses();
        self.keep_if_fails(self.best.with_operations_at_nodes());
        for _ in 0..MAX_PASSES {
            let (steps, nodes) = (self.best.scenario.clone(), self.best.options.nodes.clone());
            self.drop_operations();
            self.drop_partitions();
            self.drop_nodes();
            self.drop_faults();
            self.move_faults();
            self.simplify_conditions();
            self.simplify_partitions();
            self.simplify_times();
            if self.is_over || (steps == self.best.scenario && nodes == self.best.options.nodes) {
                break;
            }
        }
        let mut case = self.best.clone();
        case.scenario.final_order = None;
        self.keep_if_fails_with_some_seed(case);
        self.keep_if_fails(self.best.with_numbered_nodes());
        self.keep_if_fails(Case { seed: 1, ..self.best.clone() });
    }

    /// Tries a run, and keeps it if it fails in the same way. Says whether it does.
    fn keep_if_fails(&mut self, case: Case) -> bool {
        let is_over = self.runs >= MAX_RUNS || Instant::now() >= self.deadline;
        self.is_over = self.is_over || is_over || !(self.go_on)(&self.best, self.runs);
        if self.is_over {
            return false;
        }
        self.runs += 1;
        let attempt = try_run(self.program, &case);
        let fails = matches!(attempt, Attempt::Failed(failure) if failure == self.failure);
        if fails {
            self.best = case;
        }
        fails
    }

    /// Names the messages that the network happened to lose or to double, instead of a probability, so that
    /// they can be left out one by one.
    fn fix_losses(&mut self) {
        let conditions = self.best.options.conditions();
        if conditions.loss == 0.0 && conditions.duplicate == 0.0 {
            return;
        }
        let mut case = self.best.clone();
        let Some(faults) = faults_of(self.program, &case) else { return };
        case.scenario.faults = faults;
        (case.options.loss, case.options.duplicate) = (0.0, 0.0);
        self.keep_if_fails(case);
    }

    fn drop_operations(&mut self) {
        let (case, spans) = (self.best.clone(), self.best.spans());
        minimize(self.best.operations(), |left| self.keep_if_fails(case.with(left, &spans)));
    }

    fn drop_partitions(&mut self) {
        let (case, operations) = (self.best.clone(), self.best.operations());
        minimize(self.best.spans(), |left: &[Span]| {
            self.keep_if_fails(case.with(&operations, left))
        });
    }

    fn drop_nodes(&mut self) {
        let mut node = self.best.options.nodes.count();
        while node > 0 {
            node -= 1;
            if let Some(case) = self.best.without_node(node) {
                self.keep_if_fails_with_some_seed(case);
            }
        }
    }

    /// Tries a run with its seed, and then with others. By the rules of the set-full checker, a value is lost
    /// only if the last of all reads lacks it, and which one that is depends on the seed.
    fn keep_if_fails_with_some_seed(&mut self, case: Case) -> bool {
        const SEEDS: u64 = 8;
        let seeds = std::iter::once(case.seed).chain(1..=SEEDS);
        seeds.into_iter().any(|seed| self.keep_if_fails(Case { seed, ..case.clone() }))
    }

    fn drop_faults(&mut self) {
        let case = self.best.clone();
        let faults: Vec<(MessagePlace, MessageFault)> = case.scenario.faults.iter().collect();
        minimize(faults, |left| {
            let mut case = case.clone();
            case.scenario.faults = left.iter().copied().collect();
            self.keep_if_fails(case)
        });
    }

    /// Tries earlier messages in the place of those that have a fault, so that the operations before them can
    /// be left out.
    fn move_faults(&mut self) {
        const EARLIEST: u64 = 8;
        let faults: Vec<(MessagePlace, MessageFault)> = self.best.scenario.faults.iter().collect();
        for (place, fault) in faults {
            for nth in 1..place.nth.min(EARLIEST) {
                let kept = self.best.scenario.faults.iter().filter(|(other, _)| *other != place);
                let moved = std::iter::once((MessagePlace { nth, ..place }, fault));
                let mut case = self.best.clone();
                case.scenario.faults = kept.chain(moved).collect();
                if self.keep_if_fails(case) {
                    break;
                }
            }
        }
    }

    /// Tries without latencies, and with the default topology.
    fn simplify_conditions(&mut self) {
        let mut simpler: Vec<Case> = vec![];
        let options = &self.best.options;
        if !options.latency.is_zero() {
            let mut case = self.best.clone();
            (case.options.latency, case.options.latency_dist) = (Duration::ZERO, None);
            simpler.push(case);
            let mut case = self.best.clone();
            case.options.latency_dist = None;
            simpler.extend(options.latency_dist.map(|_| case));
        }
        simpler.into_iter().any(|case| self.keep_if_fails(case));
        if self.best.options.topology.is_some() {
            let mut case = self.best.clone();
            case.options.topology = None;
            self.keep_if_fails(case);
        }
    }

    /// Tries partitions that cut off a single node, and partitions without a heal: the end of the main phase
    /// heals them, too.
    fn simplify_partitions(&mut self) {
        let nodes = self.best.options.nodes.clone();
        for place in 0..self.best.scenario.steps.len() {
            let Some(Step { at, action }) = self.best.scenario.steps.get(place).cloned() else {
                break;
            };
            match action {
                Action::Operation { .. } => {}
                Action::Partition(partition) => {
                    let is_one = partition
                        .sides()
                        .is_some_and(|sides| matches!(&sides[..], [one, _] if one.len() == 1));
                    let alone = (0..nodes.count()).filter(|_| !is_one);
                    for node in alone {
                        let others = (0..nodes.count()).filter(|&other| other != node);
                        let pairs = others.flat_map(|other| [(node, other), (other, node)]);
                        let one = Partition::blocking(partition.number, &nodes, pairs);
                        let mut steps = self.best.scenario.steps.clone();
                        steps[place] = Step { at, action: Action::Partition(one) };
                        if self.keep_if_fails(self.best.with_steps(steps)) {
                            break;
                        }
                    }
                }
                Action::Heal => {
                    let mut steps = self.best.scenario.steps.clone();
                    steps.remove(place);
                    self.keep_if_fails(self.best.with_steps(steps));
                }
            }
        }
    }

    /// Tries earlier and rounder times: all at once, one after the other in whole seconds or tenths, and then
    /// each step by itself.
    fn simplify_times(&mut self) {
        let mut case = self.best.clone();
        (case.scenario.time_limit, case.scenario.final_time) = (None, None);
        let ends_early = case.scenario != self.best.scenario && self.keep_if_fails(case);
        let times = self.best.times();
        let ranked = |step: i64| {
            let mut rank = 0;
            let mut last = None;
            let rank_of = |time: &Time| {
                rank += i64::from(last.is_some_and(|last| last != *time));
                last = Some(*time);
                Time::from_millis(rank * step)
            };
            times.iter().map(rank_of).collect::<Vec<Time>>()
        };
        let mut tried = vec![times.clone()];
        for step in [0, 100, 1000] {
            let times = ranked(step);
            if !tried.contains(&times) && self.keep_if_fails(self.best.with_times(&times)) {
                break;
            }
            tried.push(times);
        }
        for place in 0..times.len() {
            self.simplify_time(place);
        }
        let mut case = self.best.clone();
        case.scenario.time_limit = None;
        if !ends_early && case.scenario != self.best.scenario {
            self.keep_if_fails(case);
        }
    }

    fn simplify_time(&mut self, place: usize) {
        const ROUND: [i64; 4] = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000];
        let times = self.best.times();
        let earliest = if place == 0 { Time::ZERO } else { times[place - 1] };
        let rounded = ROUND.map(|unit| Time::from_nanos(times[place].nanos() / unit * unit));
        let mut tried = vec![times[place]];
        for time in std::iter::once(earliest).chain(rounded) {
            if time < earliest || tried.contains(&time) {
                continue;
            }
            tried.push(time);
            let mut times = times.clone();
            times[place] = time;
            if self.keep_if_fails(self.best.with_times(&times)) {
                break;
            }
        }
    }
}

/// The messages that the network lost or doubled in a run; none if it has no journal that can be read.
fn faults_of(program: &Program, case: &Case) -> Option<MessageFaults> {
    let Case { options, seed, scenario } = case;
    let written = Arc::new(Mutex::new(vec![]));
    let journal = Journal::new(InMemory(written.clone()), &options.nodes);
    let plan = Plan::written(scenario, options.workers(), *seed);
    let (recording, _) =
        simulate_plan(program.clone(), options, plan, *seed, journal, None).ok()?;
    let info = RunInfo::new(options, *seed, &recording, Verdict::Invalid.into());
    let window = Window { from: Time::from_nanos(i64::MIN), to: Time::MAX };
    let journal = written.lock();
    let scene = MessageWindow::read(info, window, usize::MAX, BufReader::new(journal.as_slice()));
    let mut messages = scene.ok()?.messages;
    messages.sort_by_key(|message| (message.id, message.duplicate));
    let mut sent = std::collections::BTreeMap::new();
    let mut faults = std::collections::BTreeMap::<MessagePlace, MessageFault>::new();
    for message in messages {
        let (src, dest) = (message.src, message.dest);
        let nth = sent.entry((src, dest)).or_insert(0);
        *nth += u64::from(!message.duplicate);
        let place = MessagePlace { src, dest, nth: *nth };
        if message.duplicate {
            faults.entry(place).or_default().is_duplicated = true;
        } else if matches!(message.fate, Fate::Lost(_)) {
            faults.entry(place).or_default().is_lost = true;
        }
    }
    Some(faults.into_iter().collect())
}

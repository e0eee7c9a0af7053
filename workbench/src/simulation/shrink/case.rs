//! A run that may be made smaller: its flags, its seed and its scenario, and the ways to change them.

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::network::faults::{MessageFault, MessageFaults, MessagePlace};
use crate::network::partition::Partition;
use crate::options::{Concurrency, Options};
use crate::plan::generator::Assignment;
use crate::plan::scenario::{Action, Scenario, Step};
use crate::text::{counted, joined};
use crate::time::Time;

/// What a run is a function of, besides the server.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The flags. What they say of operations and partitions does not count.
    pub options: Options,
    /// The seed of latencies, losses and of the nodes.
    pub seed: u64,
    /// What happens.
    pub scenario: Scenario,
}

/// A partition, and its heal if there is one.
pub type Span = Vec<Step>;

impl Case {
    /// Operations, in order.
    pub fn operations(&self) -> Vec<Step> {
        self.scenario.steps.iter().filter(|step| is_operation(step)).cloned().collect()
    }

    /// Partitions with their heals, in order.
    pub fn spans(&self) -> Vec<Span> {
        let mut spans: Vec<Span> = vec![];
        for step in &self.scenario.steps {
            match &step.action {
                Action::Operation { .. } => {}
                Action::Partition(_) => spans.push(vec![step.clone()]),
                Action::Heal => match spans.last_mut() {
                    Some(span) if span.len() == 1 => span.push(step.clone()),
                    // It heals what is whole.
                    _ => spans.push(vec![step.clone()]),
                },
            }
        }
        spans
    }

    /// The same with those operations and partitions alone.
    pub fn with(&self, operations: &[Step], spans: &[Span]) -> Case {
        let mut steps: Vec<Step> = spans.iter().flatten().cloned().collect();
        steps.extend(operations.iter().cloned());
        // At the same moment, the partition comes before the operation.
        steps.sort_by_key(|step| step.at);
        self.with_steps(steps)
    }

    /// The same with those steps, in order. Partitions and the values that clients hand over are numbered
    /// again.
    pub fn with_steps(&self, mut steps: Vec<Step>) -> Case {
        let started = steps.iter_mut().filter_map(|step| match &mut step.action {
            Action::Partition(partition) => Some(partition),
            Action::Operation { .. } | Action::Heal => None,
        });
        started.enumerate().for_each(|(number, partition)| partition.number = number);
        let handing_over = self.options.workload.values().map(|values| values.f);
        let values = steps.iter_mut().filter_map(|step| match &mut step.action {
            Action::Operation { f, value, .. } if Some(*f) == handing_over => Some(value),
            Action::Operation { .. } | Action::Partition(_) | Action::Heal => None,
        });
        values.enumerate().for_each(|(number, value)| *value = Some(number.into()));
        let scenario = Scenario { steps, ..self.scenario.clone() };
        Case { scenario, ..self.clone() }
    }

    /// The same with each operation at its node, whichever worker carried it out.
    pub fn with_operations_at_nodes(&self) -> Case {
        let count = self.options.nodes.count();
        let mut case = self.clone();
        if let Some(order) = &mut case.scenario.final_order {
            order.retain(|&worker| worker < count);
        }
        for step in &mut case.scenario.steps {
            if let Action::Operation { assignment, .. } = &mut step.action
                && let Assignment::Turn(worker) = *assignment
            {
                *assignment = Assignment::Node(worker % count);
            }
        }
        case.options.concurrency = Concurrency::PerNode(1);
        case
    }

    /// The same without node number `gone`. Its operations go to the next one. None if it is the last, or if
    /// an operation is a worker's.
    pub fn without_node(&self, gone: usize) -> Option<Case> {
        let nodes = &self.options.nodes;
        let left = nodes.count() - 1;
        if left == 0 {
            return None;
        }
        let numbered = *nodes == NodeNames::numbered(nodes.count());
        let names = || {
            let kept = nodes.iter().enumerate().filter(|(node, _)| *node != gone);
            NodeNames::try_from(kept.map(|(_, name)| name.to_owned()).collect::<Vec<_>>())
        };
        let nodes = if numbered { NodeNames::numbered(left) } else { names().ok()? };
        let kept =
            |node: usize| (node != gone).then_some(if node > gone { node - 1 } else { node });
        let mut steps = vec![];
        for step in &self.scenario.steps {
            let action = match &step.action {
                Action::Operation { assignment: Assignment::Turn(_), .. } => return None,
                Action::Operation { assignment: Assignment::Node(node), f, value } => {
                    let node = kept(*node).unwrap_or(gone % left);
                    let (assignment, value) = (Assignment::Node(node), value.clone());
                    Action::Operation { assignment, f, value }
                }
                Action::Partition(partition) => {
                    let pairs = partition.pairs();
                    let pairs = pairs.filter_map(|(from, to)| Some((kept(from)?, kept(to)?)));
                    Action::Partition(Partition::blocking(partition.number, &nodes, pairs))
                }
                Action::Heal => Action::Heal,
            };
            steps.push(Step { at: step.at, action });
        }
        let end = |end| match end {
            Endpoint::Node(node) => kept(node).map(Endpoint::Node),
            other => Some(other),
        };
        let faults = self.scenario.faults.iter().filter_map(|(mut place, fault)| {
            (place.src, place.dest) = (end(place.src)?, end(place.dest)?);
            Some((place, fault))
        });
        let mut case = self.clone();
        case.scenario.faults = faults.collect();
        case.options.nodes = nodes;
        // Worker i is of node i: operations are at nodes.
        let order = case.scenario.final_order.take();
        case.scenario.final_order = order.map(|order| order.into_iter().filter_map(kept).collect());
        let case = case.with_steps(steps);
        let cuts = |span: &Span| match &span[0].action {
            Action::Partition(partition) => partition.pairs().next().is_some(),
            Action::Operation { .. } | Action::Heal => false,
        };
        let spans: Vec<Span> = case.spans().into_iter().filter(cuts).collect();
        Some(case.with(&case.operations(), &spans))
    }

    /// The same with the nodes called `n0`, `n1`, …
    pub fn with_numbered_nodes(&self) -> Case {
        let mut case = self.clone();
        let nodes = NodeNames::numbered(self.options.nodes.count());
        for step in &mut case.scenario.steps {
            if let Action::Partition(partition) = &mut step.action {
                *partition = Partition::blocking(partition.number, &nodes, partition.pairs());
            }
        }
        case.options.nodes = nodes;
        case
    }

    /// The same where the network loses and doubles those messages, and no others. Those that have a fault
    /// keep it.
    pub fn with_faults_by_name(&self, faults: MessageFaults) -> Case {
        let mut case = self.with_faults(self.scenario.faults.iter().chain(faults.iter()));
        (case.options.loss, case.options.duplicate) = (0.0, 0.0);
        case
    }

    /// The same with those faults of single messages.
    pub fn with_faults(&self, faults: impl Iterator<Item = (MessagePlace, MessageFault)>) -> Case {
        let scenario = Scenario { faults: faults.collect(), ..self.scenario.clone() };
        Case { scenario, ..self.clone() }
    }

    /// The same with the final operations in the order that the seed gives.
    pub fn with_final_order_of_seed(&self) -> Case {
        let scenario = Scenario { final_order: None, ..self.scenario.clone() };
        Case { scenario, ..self.clone() }
    }

    /// The same with a partition that cuts off that node alone, in the place of the partition at a step; none
    /// if that step is something else.
    pub fn with_one_cut_off(&self, place: usize, node: usize) -> Option<Case> {
        let mut case = self.clone();
        let Action::Partition(partition) = &mut case.scenario.steps[place].action else {
            return None;
        };
        let nodes = &self.options.nodes;
        let others = (0..nodes.count()).filter(|&other| other != node);
        let pairs = others.flat_map(|other| [(node, other), (other, node)]);
        *partition = Partition::blocking(partition.number, nodes, pairs);
        Some(case)
    }

    /// The same without the heal at a step; none if that step is something else.
    pub fn without_heal(&self, place: usize) -> Option<Case> {
        let mut steps = self.scenario.steps.clone();
        (steps.remove(place).action == Action::Heal).then(|| self.with_steps(steps))
    }

    /// The same with the ends of the main phase and of the recovery as a scenario has them that names none.
    pub fn with_default_ends(&self) -> Case {
        let scenario = Scenario { time_limit: None, final_time: None, ..self.scenario.clone() };
        Case { scenario, ..self.clone() }
    }

    /// The same with so many milliseconds between each two steps, but none between those at one time.
    pub fn with_spacing(&self, millis: i64) -> Case {
        let mut case = self.clone();
        let mut moments: Vec<Time> = case.scenario.steps.iter().map(|step| step.at).collect();
        moments.dedup();
        for step in &mut case.scenario.steps {
            let rank = moments.partition_point(|moment| *moment < step.at) as i64;
            step.at = Time::from_millis(rank * millis);
        }
        case
    }

    /// The same with a step at an earlier time that is a whole number of `unit` nanoseconds, but not before
    /// the step before it.
    pub fn with_earlier_step(&self, place: usize, unit: i64) -> Case {
        let mut case = self.clone();
        let steps = &mut case.scenario.steps;
        let earliest = place.checked_sub(1).map_or(Time::ZERO, |before| steps[before].at);
        let rounded = Time::from_nanos(steps[place].at.nanos() / unit * unit);
        steps[place].at = rounded.max(earliest);
        case
    }

    /// How large it is, in words: `1 operation, 2 nodes and 1 partition`.
    pub fn size(&self) -> String {
        let partitions =
            self.scenario.steps.iter().filter(|step| matches!(step.action, Action::Partition(_)));
        let faults = self.scenario.faults.places().count();
        let parts = [
            Some(counted(self.operations().len() as u64, "operation")),
            Some(counted(self.options.nodes.count() as u64, "node")),
            Some(partitions.count())
                .filter(|count| *count > 0)
                .map(|count| counted(count as u64, "partition")),
            (faults > 0).then(|| counted(faults as u64, "message fault")),
        ];
        joined(parts.into_iter().flatten(), "and")
    }
}

fn is_operation(step: &Step) -> bool {
    matches!(step.action, Action::Operation { .. })
}

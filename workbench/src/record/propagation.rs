//! How broadcast values spread: when each reached every node, and which partitions dropped copies.

use std::time::Duration;

use fixedbitset::FixedBitSet;
use serde_json::value::RawValue;

use crate::record::values_in::values_in;
use crate::time::Time;

/// When each node first had each broadcast value.
///
/// A node has a value from the moment at which a message that carries it is delivered to the node: a
/// broadcast from a client, or whatever another node or a service sends.
#[derive(Debug, Clone, Default)]
pub struct Propagation {
    values: Vec<Coverage>,
    /// How many of the values each node has.
    known: Vec<usize>,
    /// For each partition, the values of which it dropped a copy.
    dropped: Vec<FixedBitSet>,
}

/// The nodes that a value has reached.
#[derive(Debug, Clone)]
struct Coverage {
    /// When it was broadcast.
    started: Time,
    nodes: FixedBitSet,
    /// When the last of the nodes got it.
    complete: Option<Time>,
}

impl Propagation {
    /// No values yet, on that many nodes.
    pub fn new(nodes: usize) -> Propagation {
        Propagation { known: vec![0; nodes], ..Propagation::default() }
    }

    /// A client's broadcast of value number `value` is delivered to a node.
    pub fn broadcast(&mut self, value: usize, node: usize, time: Time) {
        // Values are issued in order, so this adds at most one.
        while self.values.len() <= value {
            let nodes = FixedBitSet::with_capacity(self.known.len());
            self.values.push(Coverage { started: time, nodes, complete: None });
        }
        self.reached(value, node, time);
    }

    /// A message from another node or from a service is delivered to `node`.
    pub fn delivered(&mut self, body: &RawValue, node: usize, time: Time) {
        // Most messages bring nothing new, and need not be searched.
        if self.known[node] < self.values.len() {
            values_in(body).into_iter().for_each(|value| self.reached(value, node, time));
        }
    }

    /// A message between nodes is dropped by that partition.
    pub fn dropped(&mut self, body: &RawValue, partition: usize) {
        let count = self.values.len();
        if self.dropped.len() <= partition {
            self.dropped.resize(partition + 1, FixedBitSet::new());
        }
        let is_known = |value: &usize| *value < count;
        for value in values_in(body).into_iter().filter(is_known) {
            self.dropped[partition].grow_and_insert(value);
        }
    }

    fn reached(&mut self, value: usize, node: usize, time: Time) {
        let Some(reach) = self.values.get_mut(value) else { return };
        if !reach.nodes.put(node) {
            self.known[node] += 1;
            if reach.nodes.is_full() {
                reach.complete = Some(time);
            }
        }
    }

    /// How many values were broadcast.
    pub fn values(&self) -> usize {
        self.values.len()
    }

    /// When the value was broadcast; none if it never was.
    pub fn started(&self, value: usize) -> Option<Time> {
        self.values.get(value).map(|reach| reach.started)
    }

    /// How many nodes have the value.
    pub fn reach(&self, value: usize) -> usize {
        self.values.get(value).map_or(0, |reach| reach.nodes.count_ones(..))
    }

    /// When the last node got the value; none if a node never did.
    pub fn complete(&self, value: usize) -> Option<Time> {
        self.values.get(value)?.complete
    }

    /// The longest time that a value took to get to the last node, counted from `heal` or, if that
    /// is later, from its broadcast; none if some node lacks a value still.
    pub fn converged_after(&self, heal: Time) -> Option<Duration> {
        let times = self.values.iter().map(|reach| {
            let complete = reach.complete?;
            Some(complete.since(reach.started.max(heal)))
        });
        times.collect::<Option<Vec<_>>>().map(|times| times.into_iter().max().unwrap_or_default())
    }

    /// How many values that partition dropped a copy of, and how many of these reached every node before
    /// the heal.
    pub fn dropped_by(&self, partition: usize, healed: Option<Time>) -> (usize, usize) {
        let Some(dropped) = self.dropped.get(partition) else { return (0, 0) };
        let is_delivered_before_heal = |&value: &usize| {
            let complete = self.complete(value);
            complete.is_some_and(|complete| healed.is_none_or(|healed| complete < healed))
        };
        (dropped.count_ones(..), dropped.ones().filter(is_delivered_before_heal).count())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::*;

    const fn at(millis: i64) -> Time {
        Time::from_millis(millis)
    }

    #[test]
    fn a_value_is_complete_when_the_last_node_gets_it() {
        let copy = to_raw_value(&json!({"message": 0})).unwrap();
        let mut propagation = Propagation::new(3);
        propagation.broadcast(0, 1, at(10));
        propagation.delivered(&copy, 0, at(11));
        assert_eq!(propagation.complete(0), None);
        assert_eq!(propagation.converged_after(at(0)), None);
        propagation.delivered(&copy, 0, at(12));
        propagation.delivered(&copy, 2, at(15));
        propagation.delivered(&copy, 2, at(16));
        assert_eq!(propagation.complete(0), Some(at(15)), "later copies change nothing");
        assert_eq!(
            propagation.converged_after(at(5)),
            Some(Duration::from_millis(5)),
            "from its broadcast"
        );
        assert_eq!(
            propagation.converged_after(at(12)),
            Some(Duration::from_millis(3)),
            "from the heal"
        );
        assert_eq!(propagation.converged_after(at(20)), Some(Duration::ZERO));
    }

    #[test]
    fn a_value_is_delivered_before_the_heal_if_every_node_has_it_before_the_heal() {
        let copy = |value| to_raw_value(&json!({"message": value})).unwrap();
        let mut propagation = Propagation::new(2);
        for value in 0..3 {
            propagation.broadcast(value, 0, at(1));
            propagation.dropped(&copy(value), 0);
        }
        propagation.dropped(&copy(7), 0);
        propagation.delivered(&copy(0), 1, at(5));
        propagation.delivered(&copy(1), 1, at(11));
        assert_eq!(propagation.dropped_by(0, Some(at(10))), (3, 1));
        assert_eq!(propagation.dropped_by(0, Some(at(11))), (3, 1), "at the heal is too late");
        assert_eq!(propagation.dropped_by(0, None), (3, 2));
        assert_eq!(propagation.dropped_by(4, None), (0, 0));
    }
}

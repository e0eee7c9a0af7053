//! Partitions: which node does not hear which, in the four shapes that Maelstrom draws.

use std::collections::BTreeMap;
use std::fmt;

use fixedbitset::FixedBitSet;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;

/// The shape of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One random node apart from all the others.
    One,
    /// Less than a third of the nodes, at random, apart from the rest; of three nodes none.
    MinorityThird,
    /// A random split in two halves, the second one larger by one if the number is odd.
    Majority,
    /// Every node hears a majority, and, of up to five nodes, no two hear the same one.
    MajoritiesRing,
}

impl Shape {
    /// Maelstrom's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Shape::One => "one",
            Shape::MinorityThird => "minority-third",
            Shape::Majority => "majority",
            Shape::MajoritiesRing => "majorities-ring",
        }
    }
}

/// A partition of the nodes: for each of them, whom it hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Its number: the first of a run is 0.
    pub number: usize,
    /// Its shape.
    pub shape: Shape,
    heard: Vec<FixedBitSet>,
    words: String,
}

impl Partition {
    /// Draws one of the four shapes, each as likely, over `nodes` nodes.
    pub fn random(number: usize, nodes: usize, rng: &mut StdRng) -> Partition {
        let shape = match rng.random_range(0..4_u32) {
            0 => Shape::One,
            1 => Shape::MinorityThird,
            2 => Shape::Majority,
            _ => Shape::MajoritiesRing,
        };
        Partition::of_shape(number, shape, nodes, rng)
    }

    /// Draws a partition of that shape over `nodes` nodes, one at least.
    pub fn of_shape(number: usize, shape: Shape, nodes: usize, rng: &mut StdRng) -> Partition {
        let mut order: Vec<usize> = (0..nodes).collect();
        order.shuffle(rng);
        let (heard, words) = match shape {
            Shape::One => two_sides(&order, 1),
            Shape::MinorityThird => two_sides(&order, (nodes - 1) / 3),
            Shape::Majority => two_sides(&order, nodes / 2),
            Shape::MajoritiesRing if nodes <= 5 => exact_ring(&order),
            Shape::MajoritiesRing => linked_majorities(&order, rng),
        };
        Partition { number, shape, heard, words }
    }

    /// Whether `receiver` hears `sender`. Every node hears itself.
    pub fn hears(&self, receiver: usize, sender: usize) -> bool {
        self.heard[receiver].contains(sender)
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.heard.len()
    }

    /// For each node that does not hear everyone, by name, those that it does not hear: what
    /// Jepsen calls a grudge.
    pub fn unheard_by_name(&self) -> BTreeMap<String, Vec<String>> {
        let name = |node: usize| format!("n{node}");
        let unheard = |node: usize| self.unheard(node).map(name).collect::<Vec<_>>();
        let cut_off = (0..self.nodes()).filter(|&node| self.unheard(node).next().is_some());
        cut_off.map(|node| (name(node), unheard(node))).collect()
    }

    /// The nodes that `receiver` does not hear, in rising order.
    pub fn unheard(&self, receiver: usize) -> impl Iterator<Item = usize> {
        self.heard[receiver].zeroes()
    }
}

/// The sides, as in `n1 n4 | n0 n2 n3`; a ring as in `n1 hears n0 n1 n4, n4 hears …`, or, of more
/// than five nodes, as in `each of 25 nodes hears 13 or more`.
impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

fn set(nodes: usize, members: &[usize]) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(nodes);
    set.extend(members.iter().copied());
    set
}

/// `n1 n4`
fn names(members: impl IntoIterator<Item = usize>) -> String {
    let names: Vec<String> = members.into_iter().map(|node| format!("n{node}")).collect();
    names.join(" ")
}

/// The first `size` nodes in `order` on one side, the others on the other.
fn two_sides(order: &[usize], size: usize) -> (Vec<FixedBitSet>, String) {
    let (left, right) = order.split_at(size.min(order.len()));
    let [left, right] = [left, right].map(|side| set(order.len(), side));
    let heard = (0..order.len())
        .map(|node| if left.contains(node) { left.clone() } else { right.clone() })
        .collect();
    let sides = [&left, &right].map(|side| names(side.ones()));
    let words: Vec<&str> =
        sides.iter().map(String::as_str).filter(|side| !side.is_empty()).collect();
    (heard, words.join(" | "))
}

/// Each run of `majority` neighbours in the ring is what its middle node hears.
fn exact_ring(ring: &[usize]) -> (Vec<FixedBitSet>, String) {
    let majority = ring.len() / 2 + 1;
    let mut heard = vec![FixedBitSet::new(); ring.len()];
    for start in 0..ring.len() {
        let run: Vec<usize> =
            (start..start + majority).map(|place| ring[place % ring.len()]).collect();
        heard[run[majority / 2]] = set(ring.len(), &run);
    }
    let words = hearing(ring, &heard);
    (heard, words)
}

/// Links the least connected node to the least connected one that it is not linked to yet, until
/// each has a majority.
fn linked_majorities(order: &[usize], rng: &mut StdRng) -> (Vec<FixedBitSet>, String) {
    let nodes = order.len();
    let majority = nodes / 2 + 1;
    let mut heard: Vec<FixedBitSet> = (0..nodes).map(|node| set(nodes, &[node])).collect();
    loop {
        // A fresh order each time breaks ties at random.
        let mut order: Vec<usize> = (0..nodes).collect();
        order.shuffle(rng);
        order.sort_by_key(|&node| heard[node].count_ones(..));
        let least = order[0];
        if heard[least].count_ones(..) >= majority {
            break;
        }
        let Some(&other) = order.iter().find(|&&node| !heard[least].contains(node)) else { break };
        heard[least].insert(other);
        heard[other].insert(least);
    }
    let words = format!("each of {nodes} nodes hears {majority} or more");
    (heard, words)
}

/// `n1 hears n0 n1 n4, n4 hears …`
fn hearing(order: &[usize], heard: &[FixedBitSet]) -> String {
    let hears = |&node: &usize| format!("n{node} hears {}", names(heard[node].ones()));
    order.iter().map(hears).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    fn partitions(shape: Shape, nodes: usize) -> impl Iterator<Item = Partition> {
        let draw = move |seed| {
            let mut rng = random::generator(seed, "test");
            Partition::of_shape(0, shape, nodes, &mut rng)
        };
        (0..50).map(draw)
    }

    /// The sizes of the sides of a partition in two, small one first.
    fn sizes(partition: &Partition) -> Vec<usize> {
        let mut sides: Vec<Vec<usize>> = vec![];
        for node in 0..partition.nodes() {
            let side: Vec<usize> =
                (0..partition.nodes()).filter(|&other| partition.hears(node, other)).collect();
            assert!(side.contains(&node), "n{node} hears itself in {partition}");
            if !sides.contains(&side) {
                sides.push(side);
            }
        }
        let mut sizes: Vec<usize> = sides.iter().map(Vec::len).collect();
        sizes.sort_unstable();
        assert_eq!(sizes.iter().sum::<usize>(), partition.nodes(), "sides do not overlap");
        sizes
    }

    #[test]
    fn the_shapes_in_two_sides_have_their_sizes() {
        for (shape, nodes, expected) in [
            (Shape::One, 5, vec![1, 4]),
            (Shape::One, 1, vec![1]),
            (Shape::MinorityThird, 3, vec![3]),
            (Shape::MinorityThird, 5, vec![1, 4]),
            (Shape::MinorityThird, 25, vec![8, 17]),
            (Shape::Majority, 5, vec![2, 3]),
            (Shape::Majority, 4, vec![2, 2]),
            (Shape::Majority, 25, vec![12, 13]),
        ] {
            for partition in partitions(shape, nodes) {
                assert_eq!(sizes(&partition), expected, "{shape:?} of {nodes}: {partition}");
            }
        }
    }

    #[test]
    fn a_majorities_ring_gives_every_node_a_majority() {
        for nodes in 3..=25 {
            for partition in partitions(Shape::MajoritiesRing, nodes) {
                for node in 0..nodes {
                    let heard = nodes - partition.unheard(node).count();
                    assert!(partition.hears(node, node));
                    assert!(heard > nodes / 2, "n{node} hears {heard} of {nodes}: {partition}");
                    if nodes <= 5 {
                        assert_eq!(heard, nodes / 2 + 1);
                    }
                    for other in 0..nodes {
                        // Of three nodes, each hears itself and the one before it.
                        let same = partition.hears(node, other) == partition.hears(other, node);
                        assert!(same || nodes == 3, "links go both ways: {partition}");
                    }
                }
            }
        }
    }

    #[test]
    fn in_a_small_majorities_ring_no_two_nodes_hear_the_same() {
        for nodes in 3..=5 {
            for partition in partitions(Shape::MajoritiesRing, nodes) {
                for node in 0..nodes {
                    for other in 0..node {
                        assert_ne!(partition.heard[node], partition.heard[other], "{partition}");
                    }
                }
            }
        }
    }

    #[test]
    fn words_name_the_sides() {
        let words = |shape, nodes| {
            let mut rng = random::generator(1, "test");
            Partition::of_shape(0, shape, nodes, &mut rng).to_string()
        };
        assert_eq!(words(Shape::Majority, 5), "n3 n4 | n0 n1 n2");
        assert_eq!(words(Shape::MinorityThird, 3), "n0 n1 n2", "nobody is cut off");
        assert_eq!(
            words(Shape::MajoritiesRing, 3),
            "n1 hears n1 n2, n0 hears n0 n1, n2 hears n0 n2"
        );
        assert_eq!(words(Shape::MajoritiesRing, 7), "each of 7 nodes hears 4 or more");
    }
}

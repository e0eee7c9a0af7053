//! Partitions: which node cannot reach which, in Maelstrom's four shapes.

use std::collections::BTreeMap;
use std::fmt;

use fixedbitset::FixedBitSet;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};

use crate::names::NodeNames;

/// The shape of a partition. In JSON, its [name](PartitionShape::name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartitionShape {
    /// One random node is cut off from all others.
    One,
    /// Fewer than a third of the nodes, at random, are cut off from the rest; of three nodes, none.
    MinorityThird,
    /// A random split into halves; with an odd number, the second is larger by one.
    Majority,
    /// Every node hears a majority; with up to five nodes, no two hear the same one.
    MajoritiesRing,
    /// None of these, as a scenario may have it.
    Other,
}

impl PartitionShape {
    /// Maelstrom's name for it.
    pub fn name(self) -> &'static str {
        match self {
            PartitionShape::One => "one",
            PartitionShape::MinorityThird => "minority-third",
            PartitionShape::Majority => "majority",
            PartitionShape::MajoritiesRing => "majorities-ring",
            PartitionShape::Other => "other",
        }
    }

    /// The shape of a partition whose nodes hear those `senders`.
    fn of(senders: &[FixedBitSet]) -> PartitionShape {
        let count = senders.len();
        let majority = count / 2 + 1;
        match sides(senders).as_deref() {
            Some([small, _]) => match small.count_ones(..) {
                1 => PartitionShape::One,
                size if size == count / 2 => PartitionShape::Majority,
                size if size == (count - 1) / 3 => PartitionShape::MinorityThird,
                _ => PartitionShape::Other,
            },
            None if senders.iter().all(|senders| senders.count_ones(..) >= majority) => {
                PartitionShape::MajoritiesRing
            }
            _ => PartitionShape::Other,
        }
    }
}

/// A partition: for each node, the nodes that can reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// Its number: the first of a run is 0.
    pub number: usize,
    /// Its shape.
    pub shape: PartitionShape,
    nodes: NodeNames,
    senders: Vec<FixedBitSet>,
    words: String,
}

impl Partition {
    /// Draws one of the four shapes, equally likely, over `nodes`.
    pub fn random(number: usize, nodes: &NodeNames, rng: &mut StdRng) -> Partition {
        let shape = match rng.random_range(0..4_u32) {
            0 => PartitionShape::One,
            1 => PartitionShape::MinorityThird,
            2 => PartitionShape::Majority,
            _ => PartitionShape::MajoritiesRing,
        };
        Partition::of_shape(number, shape, nodes, rng)
    }

    /// Draws a partition of that shape over `nodes`.
    pub fn of_shape(
        number: usize,
        shape: PartitionShape,
        nodes: &NodeNames,
        rng: &mut StdRng,
    ) -> Partition {
        let count = nodes.count();
        let mut order: Vec<usize> = (0..count).collect();
        order.shuffle(rng);
        let (senders, words) = match shape {
            PartitionShape::One => two_sides(nodes, &order, 1),
            PartitionShape::MinorityThird => two_sides(nodes, &order, (count - 1) / 3),
            PartitionShape::Majority => two_sides(nodes, &order, count / 2),
            PartitionShape::MajoritiesRing if count <= 5 => exact_ring(nodes, &order),
            PartitionShape::MajoritiesRing => linked_majorities(&order, rng),
            PartitionShape::Other => unreachable!("it is never drawn"),
        };
        Partition { number, shape, nodes: nodes.clone(), senders, words }
    }

    /// The partition of `nodes` in which, of each pair, the first node cannot reach the second.
    pub fn blocking(
        number: usize,
        nodes: &NodeNames,
        pairs: impl IntoIterator<Item = (usize, usize)>,
    ) -> Partition {
        let count = nodes.count();
        let everyone: Vec<usize> = (0..count).collect();
        let mut senders = vec![set(count, &everyone); count];
        for (sender, receiver) in pairs.into_iter().filter(|(sender, receiver)| sender != receiver)
        {
            senders[receiver].set(sender, false);
        }
        let words = match sides(&senders) {
            Some(sides) => {
                let sides: Vec<String> = sides.iter().map(|side| names(nodes, side)).collect();
                sides.join(" | ")
            }
            None => hearing(nodes, &senders),
        };
        let shape = PartitionShape::of(&senders);
        Partition { number, shape, nodes: nodes.clone(), senders, words }
    }

    /// Each pair of nodes of which the first cannot reach the second.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let receivers = 0..self.nodes();
        receivers.flat_map(|receiver| self.blocked(receiver).map(move |sender| (sender, receiver)))
    }

    /// The sides, the smallest first, if this is a partition into sides: no node can reach one on another
    /// side, and all can reach each other on their own.
    pub fn sides(&self) -> Option<Vec<Vec<usize>>> {
        let sides = sides(&self.senders)?;
        Some(sides.iter().map(|side| side.ones().collect()).collect())
    }

    /// Whether messages from `sender` reach `receiver`. Every node reaches itself.
    pub fn reachable_from(&self, receiver: usize, sender: usize) -> bool {
        self.senders[receiver].contains(sender)
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.senders.len()
    }

    /// For each node that cannot hear everyone, by name, the nodes that it cannot hear. Jepsen calls this
    /// a grudge.
    pub fn blocked_by_name(&self) -> BTreeMap<String, Vec<String>> {
        let name = |node: usize| self.nodes[node].to_owned();
        let blocked = |node: usize| self.blocked(node).map(name).collect::<Vec<_>>();
        let cut_off = (0..self.nodes()).filter(|&node| self.blocked(node).next().is_some());
        cut_off.map(|node| (name(node), blocked(node))).collect()
    }

    /// The nodes that cannot reach `receiver`, in ascending order.
    pub fn blocked(&self, receiver: usize) -> impl Iterator<Item = usize> {
        self.senders[receiver].zeroes()
    }
}

/// The sides, as in `n1 n4 | n0 n2 n3`; a ring as in `n0 hears n0 n1 n4, n1 hears …`, or, of more
/// than five nodes, as in `each of 25 nodes hears 13 or more`.
impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// The sides of a partition whose nodes hear those `senders`, the smallest first, if it has sides.
fn sides(senders: &[FixedBitSet]) -> Option<Vec<FixedBitSet>> {
    let mut sides: Vec<FixedBitSet> = vec![];
    for heard in senders {
        if !sides.contains(heard) {
            sides.push(heard.clone());
        }
    }
    let members: usize = sides.iter().map(|side| side.count_ones(..)).sum();
    sides.sort_by_key(|side| (side.count_ones(..), side.minimum()));
    (members == senders.len()).then_some(sides)
}

fn set(nodes: usize, members: &[usize]) -> FixedBitSet {
    let mut set = FixedBitSet::with_capacity(nodes);
    set.extend(members.iter().copied());
    set
}

/// `n1 n4`
fn names(nodes: &NodeNames, members: &FixedBitSet) -> String {
    let names: Vec<&str> = members.ones().map(|node| &nodes[node]).collect();
    names.join(" ")
}

/// The first `size` nodes in `order` on one side, the others on the other.
fn two_sides(nodes: &NodeNames, order: &[usize], size: usize) -> (Vec<FixedBitSet>, String) {
    let (left, right) = order.split_at(size.min(order.len()));
    let [left, right] = [left, right].map(|side| set(order.len(), side));
    let senders = (0..order.len())
        .map(|node| if left.contains(node) { left.clone() } else { right.clone() })
        .collect();
    let sides = [&left, &right].map(|side| names(nodes, side));
    let words: Vec<&str> =
        sides.iter().map(String::as_str).filter(|side| !side.is_empty()).collect();
    (senders, words.join(" | "))
}

/// Each run of `majority` neighbours in the ring is what its middle node hears.
fn exact_ring(nodes: &NodeNames, ring: &[usize]) -> (Vec<FixedBitSet>, String) {
    let majority = ring.len() / 2 + 1;
    let mut senders = vec![FixedBitSet::new(); ring.len()];
    for start in 0..ring.len() {
        let run: Vec<usize> =
            (start..start + majority).map(|place| ring[place % ring.len()]).collect();
        senders[run[majority / 2]] = set(ring.len(), &run);
    }
    let words = hearing(nodes, &senders);
    (senders, words)
}

/// Links the least connected node to the least connected one that it is not linked to yet, until
/// each has a majority.
fn linked_majorities(order: &[usize], rng: &mut StdRng) -> (Vec<FixedBitSet>, String) {
    let nodes = order.len();
    let majority = nodes / 2 + 1;
    let mut senders: Vec<FixedBitSet> = (0..nodes).map(|node| set(nodes, &[node])).collect();
    loop {
        // A fresh order each time breaks ties at random.
        let mut order: Vec<usize> = (0..nodes).collect();
        order.shuffle(rng);
        order.sort_by_key(|&node| senders[node].count_ones(..));
        let least = order[0];
        if senders[least].count_ones(..) >= majority {
            break;
        }
        let Some(&other) = order.iter().find(|&&node| !senders[least].contains(node)) else {
            break;
        };
        senders[least].insert(other);
        senders[other].insert(least);
    }
    let words = format!("each of {nodes} nodes hears {majority} or more");
    (senders, words)
}

/// `n0 hears n0 n1 n4, n1 hears …`
fn hearing(nodes: &NodeNames, senders: &[FixedBitSet]) -> String {
    let hears = |(node, senders): (usize, &FixedBitSet)| {
        format!("{} hears {}", &nodes[node], names(nodes, senders))
    };
    senders.iter().enumerate().map(hears).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    fn partitions(shape: PartitionShape, nodes: usize) -> impl Iterator<Item = Partition> {
        let draw = move |seed| {
            let mut rng = random::generator(seed, "test");
            Partition::of_shape(0, shape, &NodeNames::numbered(nodes), &mut rng)
        };
        (0..50).map(draw)
    }

    #[test]
    fn a_ring_is_described_in_the_order_of_the_nodes() {
        for partition in partitions(PartitionShape::MajoritiesRing, 5) {
            let words = partition.to_string();
            let hearers: Vec<_> = words.split(", ").map(|words| &words[..2]).collect();
            assert_eq!(hearers, ["n0", "n1", "n2", "n3", "n4"], "{words}");
        }
    }

    /// The sizes of the sides of a partition in two, small one first.
    fn sizes(partition: &Partition) -> Vec<usize> {
        let mut sides: Vec<Vec<usize>> = vec![];
        for node in 0..partition.nodes() {
            let side: Vec<usize> = (0..partition.nodes())
                .filter(|&other| partition.reachable_from(node, other))
                .collect();
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
    fn the_sides_of_a_partition_have_the_sizes_of_its_shape() {
        for nodes in 3..=25 {
            for (shape, small) in [
                (PartitionShape::One, 1),
                (PartitionShape::MinorityThird, (nodes - 1) / 3),
                (PartitionShape::Majority, nodes / 2),
            ] {
                let expected: Vec<usize> =
                    [small, nodes - small].into_iter().filter(|&size| size > 0).collect();
                for partition in partitions(shape, nodes) {
                    assert_eq!(sizes(&partition), expected, "{shape:?} of {nodes}: {partition}");
                }
            }
        }
        assert!(
            partitions(PartitionShape::MinorityThird, 3).all(|of_three| sizes(&of_three) == [3])
        );
        assert!(partitions(PartitionShape::One, 1).all(|of_one| sizes(&of_one) == [1]));
    }

    #[test]
    fn every_node_can_be_cut_off() {
        for shape in [
            PartitionShape::One,
            PartitionShape::MinorityThird,
            PartitionShape::Majority,
            PartitionShape::MajoritiesRing,
        ] {
            let mut blocked_from_n0 = FixedBitSet::with_capacity(5);
            partitions(shape, 5).for_each(|partition| blocked_from_n0.extend(partition.blocked(0)));
            assert_eq!(
                names(&NodeNames::numbered(5), &blocked_from_n0),
                "n1 n2 n3 n4",
                "{shape:?}"
            );
        }
    }

    #[test]
    fn a_majorities_ring_gives_every_node_a_majority() {
        for nodes in 3..=25 {
            let majority = nodes / 2 + 1;
            for partition in partitions(PartitionShape::MajoritiesRing, nodes) {
                for (node, senders) in partition.senders.iter().enumerate() {
                    assert!(senders.contains(node), "n{node} hears itself: {partition}");
                    let count = senders.count_ones(..);
                    let most = if nodes <= 5 { majority } else { majority + 1 };
                    assert!(
                        (majority..=most).contains(&count),
                        "n{node} hears {count}: {partition}"
                    );
                    for (other, senders_of_other) in partition.senders.iter().enumerate() {
                        // So there is always a detour, through a node that both hear.
                        assert!(
                            !senders.is_disjoint(senders_of_other),
                            "n{node}, n{other}: {partition}"
                        );
                        // Of three nodes, each hears itself and the one before it.
                        let both_ways = senders.contains(other) == senders_of_other.contains(node);
                        assert!(both_ways || nodes == 3, "n{node}, n{other}: {partition}");
                    }
                }
            }
        }
    }

    /// Each hears as many neighbours on either side of the ring, or one more before it.
    #[test]
    fn a_run_of_the_ring_belongs_to_its_middle_node() {
        for (nodes, before, after) in [(3, 1, 0), (4, 1, 1), (5, 1, 1)] {
            let ring: Vec<usize> = (0..nodes).collect();
            let (senders, words) = exact_ring(&NodeNames::numbered(nodes), &ring);
            for (node, senders) in senders.iter().enumerate() {
                let run = (node + nodes - before..=node + nodes + after).map(|place| place % nodes);
                assert_eq!(*senders, set(nodes, &run.collect::<Vec<_>>()), "{words}");
            }
        }
    }

    #[test]
    fn in_a_small_majorities_ring_no_two_nodes_hear_the_same() {
        for nodes in 3..=5 {
            for partition in partitions(PartitionShape::MajoritiesRing, nodes) {
                for node in 0..nodes {
                    for other in 0..node {
                        assert_ne!(
                            partition.senders[node], partition.senders[other],
                            "{partition}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn words_name_the_sides() {
        let words = |shape, nodes| {
            let mut rng = random::generator(1, "test");
            Partition::of_shape(0, shape, &NodeNames::numbered(nodes), &mut rng).to_string()
        };
        assert_eq!(words(PartitionShape::Majority, 5), "n3 n4 | n0 n1 n2");
        assert_eq!(words(PartitionShape::MinorityThird, 3), "n0 n1 n2", "no node is cut off");
        assert_eq!(
            words(PartitionShape::MajoritiesRing, 3),
            "n0 hears n0 n1, n1 hears n1 n2, n2 hears n0 n2"
        );
        assert_eq!(words(PartitionShape::MajoritiesRing, 7), "each of 7 nodes hears 4 or more");
    }

    #[test]
    fn a_partition_that_is_described_by_its_pairs_is_the_same() {
        for shape in [
            PartitionShape::One,
            PartitionShape::MinorityThird,
            PartitionShape::Majority,
            PartitionShape::MajoritiesRing,
        ] {
            for (nodes, drawn) in [4, 5, 7].map(|nodes| (nodes, partitions(shape, nodes))) {
                for drawn in drawn {
                    let names = NodeNames::numbered(nodes);
                    let described = Partition::blocking(0, &names, drawn.pairs());
                    assert_eq!(described.senders, drawn.senders);
                    // A minority third of one node is the same partition as one node cut off.
                    let is_one = shape == PartitionShape::MinorityThird && nodes < 7;
                    let expected = if is_one { PartitionShape::One } else { shape };
                    assert_eq!(described.shape, expected, "{drawn}");
                }
            }
        }
    }

    #[test]
    fn any_partition_can_be_described() {
        let described = |pairs: &[(usize, usize)]| {
            let nodes = NodeNames::numbered(3);
            let partition = Partition::blocking(0, &nodes, pairs.iter().copied());
            (partition.shape, partition.to_string())
        };
        let all_apart = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)];
        assert_eq!(described(&all_apart), (PartitionShape::Other, "n0 | n1 | n2".into()));
        assert_eq!(described(&all_apart[..4]), (PartitionShape::One, "n0 | n1 n2".into()));
        let one_way = "n0 hears n0 n1 n2, n1 hears n1 n2, n2 hears n0 n1 n2";
        assert_eq!(described(&[(0, 1)]).1, one_way);
    }

    #[test]
    fn a_partition_of_no_drawn_shape_has_the_shape_other() {
        let shape = |nodes, pairs: &[(usize, usize)]| {
            Partition::blocking(0, &NodeNames::numbered(nodes), pairs.iter().copied()).shape
        };
        // Of nine nodes, 1, 2 or 4 are cut off, not 3.
        let apart = |size: usize| {
            let pairs =
                (0..size).flat_map(|one| (size..9).flat_map(move |two| [(one, two), (two, one)]));
            shape(9, &pairs.collect::<Vec<_>>())
        };
        let shapes = [1, 2, 3, 4].map(apart);
        let [one, third, other, half] = shapes;
        assert_eq!(
            (one, third, half),
            (PartitionShape::One, PartitionShape::MinorityThird, PartitionShape::Majority)
        );
        assert_eq!(other, PartitionShape::Other);
        // In a ring of five, each hears three or more.
        assert_eq!(shape(5, &[(1, 0), (2, 0)]), PartitionShape::MajoritiesRing);
        assert_eq!(shape(5, &[(1, 0), (2, 0), (3, 0)]), PartitionShape::Other);
    }
}

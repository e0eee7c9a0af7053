//! The lifelines of a diagram: their order, and the walls that partitions put between them.

use std::collections::BTreeSet;

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::record::partitions::PartitionRecord;
use crate::service::Service;

/// The lifelines, from top to bottom: those of nodes, and then those of services.
pub struct Lanes<'a> {
    names: &'a NodeNames,
    nodes: Vec<usize>,
    services: Vec<Service>,
}

impl<'a> Lanes<'a> {
    /// Orders `nodes`, of those with these names, so that each side of each of `partitions` stays together as far as possible,
    /// or, if all of them hear their neighbours in a ring, in the order of the first such ring. Services
    /// are never partitioned, so they come after all walls.
    pub fn new(
        names: &'a NodeNames,
        nodes: &BTreeSet<usize>,
        services: &BTreeSet<Service>,
        partitions: &[&PartitionRecord],
    ) -> Lanes<'a> {
        let mut order: Vec<usize> = nodes.iter().copied().collect();
        let sided: Vec<&PartitionRecord> =
            partitions.iter().copied().filter(|partition| has_two_sides(partition)).collect();
        match partitions.iter().find_map(|partition| ring(partition, names, nodes)) {
            Some(ring) if sided.is_empty() => order = ring,
            _ => order.sort_by_key(|&node| (place(&names[node], &names[0], &sided), node)),
        }
        Lanes { names, nodes: order, services: services.iter().copied().collect() }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.nodes.len() + self.services.len()
    }

    /// Their names, from top to bottom.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        let nodes = self.nodes.iter().map(|&node| &self.names[node]);
        nodes.chain(self.services.iter().map(|service| service.name()))
    }

    /// Which lane is that node's or service's; none if it has none.
    pub fn lane(&self, end: Endpoint) -> Option<usize> {
        match end {
            Endpoint::Node(node) => self.nodes.iter().position(|&other| other == node),
            Endpoint::Service(service) => {
                let place = self.services.iter().position(|&other| other == service);
                place.map(|place| self.nodes.len() + place)
            }
            Endpoint::Client(_) => None,
        }
    }

    /// The lanes after which `partition` puts a wall: none if it has no two sides.
    pub fn walls(&self, partition: &PartitionRecord) -> Vec<usize> {
        if !has_two_sides(partition) {
            return vec![];
        }
        let name = |lane: usize| &self.names[self.nodes[lane]];
        let apart = |lane: &usize| partition.cuts(name(*lane), name(lane + 1));
        (0..self.nodes.len().saturating_sub(1)).filter(apart).collect()
    }
}

/// Whether the nodes fall into two sides that do not hear each other. A side is identified by the
/// nodes it does not hear; no other shape has just two such sets, all of whose members are cut off.
fn has_two_sides(partition: &PartitionRecord) -> bool {
    let sets: BTreeSet<&Vec<String>> = partition.blocked.values().collect();
    let members = sets.iter().map(|set| set.len()).sum::<usize>();
    sets.len() == 2 && members == partition.blocked.len()
}

/// Where a node belongs by its sides in `partitions`: the second one's sides are mirrored on the far
/// side of the first, as in a Gray code, so that nodes that both keep together stay together.
fn place(node: &str, first: &str, partitions: &[&PartitionRecord]) -> Vec<bool> {
    let mut mirrored = false;
    let side = |partition: &&PartitionRecord| {
        // The first node may have no lane, but it has a side.
        let far = partition.cuts(node, first) != mirrored;
        mirrored = far;
        far
    };
    partitions.iter().map(side).collect()
}

/// The nodes in the order of a ring in which each hears the one before and the one after; none if
/// `partition` is not such a ring.
fn ring(
    partition: &PartitionRecord,
    names: &NodeNames,
    nodes: &BTreeSet<usize>,
) -> Option<Vec<usize>> {
    let all = 0..partition.blocked.len();
    let hears =
        |node: usize, other: usize| node != other && !partition.cuts(&names[node], &names[other]);
    let is_named = |node: usize| partition.blocked.contains_key(&names[node]);
    let hears_two = |node: usize| all.clone().filter(|&other| hears(node, other)).count() == 2;
    if all.is_empty() || !all.clone().all(|node| is_named(node) && hears_two(node)) {
        return None;
    }
    let mut ring = vec![0];
    while let Some(next) =
        all.clone().find(|&next| hears(ring[ring.len() - 1], next) && !ring.contains(&next))
    {
        ring.push(next);
    }
    let is_whole = ring.len() == all.len();
    ring.retain(|node| nodes.contains(node));
    is_whole.then_some(ring)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::partition::{Partition, PartitionShape};
    use crate::random;
    use crate::record::partitions::PartitionSpan;
    use crate::time::Time;

    fn partition(shape: PartitionShape, nodes: usize, seed: u64) -> PartitionRecord {
        let (names, mut rng) = (NodeNames::numbered(nodes), random::generator(seed, "test"));
        let partition = Partition::of_shape(0, shape, &names, &mut rng);
        PartitionRecord::from(&PartitionSpan { partition, from: Time::ZERO, until: None })
    }

    /// The lifelines of all of these nodes.
    fn lanes<'a>(names: &'a NodeNames, partitions: &[&PartitionRecord]) -> Lanes<'a> {
        Lanes::new(names, &(0..names.count()).collect(), &BTreeSet::new(), partitions)
    }

    #[test]
    fn each_side_stays_together() {
        use PartitionShape::{Majority, One};
        for (shape, nodes) in [(One, 5), (Majority, 5), (Majority, 25)] {
            let names = NodeNames::numbered(nodes);
            for seed in 0..20 {
                let partition = partition(shape, nodes, seed);
                let walls = lanes(&names, &[&partition]).walls(&partition);
                assert_eq!(walls.len(), 1, "{}", partition.sides);
            }
        }
    }

    #[test]
    fn two_partitions_have_three_walls_at_most() {
        let names = NodeNames::numbered(5);
        for seed in 0..20 {
            let [first, second] =
                [seed, seed + 100].map(|seed| partition(PartitionShape::Majority, 5, seed));
            let lanes = lanes(&names, &[&first, &second]);
            assert_eq!(lanes.walls(&first).len(), 1, "{}", first.sides);
            assert!(lanes.walls(&second).len() <= 2, "{}, {}", first.sides, second.sides);
        }
    }

    #[test]
    fn in_a_ring_neighbours_hear_each_other_and_there_is_no_wall() {
        for nodes in 4..=5 {
            let names = NodeNames::numbered(nodes);
            for seed in 0..20 {
                let partition = partition(PartitionShape::MajoritiesRing, nodes, seed);
                let lanes = lanes(&names, &[&partition]);
                assert!(lanes.walls(&partition).is_empty());
                for pair in lanes.nodes.windows(2) {
                    let [one, other] = [pair[0], pair[1]].map(|node| &names[node]);
                    assert!(!partition.cuts(one, other), "{}", partition.sides);
                }
            }
        }
    }

    #[test]
    fn a_cut_that_cuts_nobody_off_has_no_wall_and_some_nodes_are_not_shown() {
        let names = NodeNames::numbered(3);
        let none = partition(PartitionShape::MinorityThird, 3, 1);
        let lanes = Lanes::new(&names, &[1, 2].into(), &BTreeSet::new(), &[&none]);
        assert_eq!(lanes.nodes, [1, 2]);
        assert!(lanes.walls(&none).is_empty());
        let lane = |node| lanes.lane(Endpoint::Node(node));
        assert_eq!((lane(2), lane(0)), (Some(1), None));
    }
    #[test]
    fn services_come_last_and_behind_no_wall() {
        let names = NodeNames::numbered(5);
        let services = [Service::LinTso, Service::SeqKv].into();
        for seed in 0..20 {
            let partition = partition(PartitionShape::Majority, 5, seed);
            let lanes = Lanes::new(&names, &(0..5).collect(), &services, &[&partition]);
            let shown: Vec<&str> = lanes.names().skip(5).collect();
            assert_eq!(shown, ["seq-kv", "lin-tso"]);
            assert_eq!(lanes.lane(Endpoint::Service(Service::LinTso)), Some(6));
            assert_eq!(lanes.walls(&partition).len(), 1, "{}", partition.sides);
        }
    }
}

//! Topologies: which neighbours the bench names to each node of a broadcast.

use std::collections::BTreeMap;

use clap::ValueEnum;

use crate::names::NodeNames;

/// The shape of the neighbourhood that the `topology` message describes (`--topology`).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Topology {
    /// Rows and columns: neighbours above, below, left and right.
    #[default]
    Grid,
    /// One after the other.
    Line,
    /// A tree in which every node has up to two children.
    #[value(alias = "tree2")]
    Tree,
    /// A tree in which every node has up to three children.
    Tree3,
    /// A tree in which every node has up to four children.
    Tree4,
    /// Everyone is everyone's neighbour.
    Total,
}

impl Topology {
    /// The neighbours of each of `nodes` nodes, in rising order.
    pub fn neighbours(self, nodes: usize) -> Vec<Vec<usize>> {
        let side = (1..).find(|side| side * side >= nodes).unwrap_or(1);
        let linked = |low: usize, high: usize| match self {
            Topology::Grid => high == low + side || (high == low + 1 && !high.is_multiple_of(side)),
            Topology::Line => high == low + 1,
            Topology::Tree => (high - 1) / 2 == low,
            Topology::Tree3 => (high - 1) / 3 == low,
            Topology::Tree4 => (high - 1) / 4 == low,
            Topology::Total => true,
        };
        let is_neighbour =
            |one: usize, other: usize| one != other && linked(one.min(other), one.max(other));
        (0..nodes)
            .map(|one| (0..nodes).filter(|&other| is_neighbour(one, other)).collect())
            .collect()
    }

    /// The same by name, as the `topology` message has it: `{"n0": ["n1", "n3"], …}`.
    pub fn by_name(self, nodes: &NodeNames) -> BTreeMap<&str, Vec<&str>> {
        let neighbours = self.neighbours(nodes.count()).into_iter().enumerate();
        neighbours
            .map(|(node, of)| (&nodes[node], of.into_iter().map(|node| &nodes[node]).collect()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Topology;

    #[test]
    fn a_grid_has_rows_of_the_rounded_up_root() {
        // n0 n1 n2
        // n3 n4
        let neighbours = Topology::Grid.neighbours(5);
        assert_eq!(neighbours, [vec![1, 3], vec![0, 2, 4], vec![1], vec![0, 4], vec![1, 3]]);
        assert_eq!(Topology::Grid.neighbours(16)[5], [1, 4, 6, 9], "four rows of four");
    }

    #[test]
    fn trees_lines_and_totals() {
        assert_eq!(Topology::Line.neighbours(3), [vec![1], vec![0, 2], vec![1]]);
        assert_eq!(Topology::Total.neighbours(3), [vec![1, 2], vec![0, 2], vec![0, 1]]);
        let tree = Topology::Tree.neighbours(6);
        assert_eq!(tree[0], [1, 2]);
        assert_eq!(tree[1], [0, 3, 4]);
        assert_eq!(tree[2], [0, 5]);
        let tree = Topology::Tree3.neighbours(8);
        assert_eq!(tree[0], [1, 2, 3]);
        assert_eq!(tree[1], [0, 4, 5, 6]);
        assert_eq!(tree[2], [0, 7]);
        assert_eq!(Topology::Tree4.neighbours(6)[0], [1, 2, 3, 4]);
        assert_eq!(Topology::Grid.neighbours(1), [vec![0; 0]]);
    }
}

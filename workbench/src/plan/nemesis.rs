//! The nemesis: which partition, and when. Depends on the seed only.

use std::time::Duration;

use rand::RngExt;
use rand::rngs::StdRng;

use crate::names::NodeNames;
use crate::network::partition::Partition;
use crate::random;
use crate::time::Time;

/// Something that the nemesis does to the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NemesisAction {
    /// Starts a partition.
    Start(Partition),
    /// Heals the network.
    Stop,
}

/// The actions of a nemesis, in the order of their times: start, stop, start, … endlessly.
///
/// The first start is due at once; each gap after it is uniform in [0, 2 * interval), as under
/// Maelstrom, and here a whole number of milliseconds.
#[derive(Debug)]
pub struct Nemesis {
    rng: StdRng,
    nodes: NodeNames,
    interval: Duration,
    time: Time,
    partitions: usize,
    is_partitioned: bool,
}

impl Nemesis {
    /// A nemesis for `nodes` that acts every `interval` on average.
    pub fn new(nodes: NodeNames, interval: Duration, seed: u64) -> Nemesis {
        let rng = random::generator(seed, "nemesis");
        Nemesis { rng, nodes, interval, time: Time::ZERO, partitions: 0, is_partitioned: false }
    }
}

impl Iterator for Nemesis {
    type Item = (Time, NemesisAction);

    fn next(&mut self) -> Option<(Time, NemesisAction)> {
        let time = self.time;
        let gap = self.rng.random::<f64>() * 2.0 * self.interval.as_secs_f64() * 1000.0;
        self.time = time + Duration::from_millis(gap as u64);
        self.is_partitioned = !self.is_partitioned;
        if !self.is_partitioned {
            return Some((time, NemesisAction::Stop));
        }
        let partition = Partition::random(self.partitions, &self.nodes, &mut self.rng);
        self.partitions += 1;
        Some((time, NemesisAction::Start(partition)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nemesis() -> Nemesis {
        Nemesis::new(NodeNames::numbered(5), Duration::from_secs(10), 1)
    }

    #[test]
    fn actions_alternate_and_the_first_is_due_at_once() {
        let acts: Vec<(Time, NemesisAction)> = nemesis().take(2000).collect();
        assert_eq!(acts[0].0, Time::ZERO);
        for (place, pair) in acts.windows(2).enumerate() {
            let gap = pair[1].0.since(pair[0].0);
            assert!(pair[0].0 <= pair[1].0 && gap < Duration::from_secs(20));
            assert_eq!(matches!(pair[0].1, NemesisAction::Start(_)), place % 2 == 0);
        }
        let mean = acts[1999].0.seconds() / 1999.0;
        assert!((9.5..10.5).contains(&mean), "a gap is {mean} s on average");
    }

    #[test]
    fn the_four_shapes_are_equally_likely() {
        let mut counts = std::collections::BTreeMap::new();
        for (_, act) in nemesis().take(8000) {
            if let NemesisAction::Start(partition) = act {
                *counts.entry(partition.shape.name()).or_insert(0) += 1;
            }
        }
        assert_eq!(counts.len(), 4);
        assert!(counts.values().all(|count| (900..1100).contains(count)), "{counts:?}");
    }
}

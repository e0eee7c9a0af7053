//! The network between nodes and clients: how long a message takes, and whom a partition cuts off.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::partition::Partition;
use crate::random;

/// Either end of a message: `n0`, `n1`, … are nodes, `c0`, `c1`, … clients of the bench.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// A node, by index.
    Node(usize),
    /// A client, by number.
    Client(u64),
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Node(index) => write!(f, "n{index}"),
            Endpoint::Client(number) => write!(f, "c{number}"),
        }
    }
}

/// Reads a name as the bench writes it. Fails for every other string: `n01` is nobody.
impl FromStr for Endpoint {
    type Err = ();

    fn from_str(name: &str) -> Result<Endpoint, ()> {
        let digits = name.get(1..).ok_or(())?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(());
        }
        match &name[..1] {
            "n" => digits.parse().map(Endpoint::Node).map_err(drop),
            "c" => digits.parse().map(Endpoint::Client).map_err(drop),
            _ => Err(()),
        }
    }
}

/// How latencies are spread around their mean (`--latency-dist`).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Distribution {
    /// Always the mean.
    #[default]
    Constant,
    /// Anything from nothing to twice the mean, alike.
    Uniform,
    /// Mostly short, now and then very long.
    Exponential,
}

/// A message under way.
#[derive(Debug, Clone)]
pub struct Flight {
    /// The number that the network gave it: 0, 1, 2, … in the order of sending.
    pub id: u64,
    /// Who sent it.
    pub src: Endpoint,
    /// For whom it is.
    pub dest: Endpoint,
    /// What it says, exactly as its sender wrote it.
    pub body: Box<RawValue>,
    /// When it was sent.
    pub sent: Instant,
    /// When it arrives, unless a partition is in its way at that moment.
    pub due: Instant,
}

impl Flight {
    /// Whether both ends are nodes.
    pub fn is_between_servers(&self) -> bool {
        matches!((self.src, self.dest), (Endpoint::Node(_), Endpoint::Node(_)))
    }
}

/// The network of a run.
#[derive(Debug)]
pub struct Network {
    mean: Duration,
    distribution: Distribution,
    rng: StdRng,
    next_id: u64,
    partition: Option<Partition>,
}

impl Network {
    /// A whole network whose messages between nodes take `mean` on average, drawn from `seed`.
    pub fn new(mean: Duration, distribution: Distribution, seed: u64) -> Network {
        let rng = random::generator(seed, "network");
        Network { mean, distribution, rng, next_id: 0, partition: None }
    }

    /// Takes a message from `src`: gives it its number, and says when it is due. A message from or
    /// to a client is due at once, as under Maelstrom.
    pub fn send(
        &mut self,
        src: Endpoint,
        dest: Endpoint,
        body: Box<RawValue>,
        now: Instant,
    ) -> Flight {
        let id = self.next_id;
        self.next_id += 1;
        let mut flight = Flight { id, src, dest, body, sent: now, due: now };
        if flight.is_between_servers() {
            flight.due += self.latency();
        }
        flight
    }

    /// The latency of the next message: whole milliseconds, as under Maelstrom.
    fn latency(&mut self) -> Duration {
        if self.mean.is_zero() {
            return Duration::ZERO;
        }
        let mean = self.mean.as_secs_f64() * 1000.0;
        let millis = match self.distribution {
            Distribution::Constant => mean,
            Distribution::Uniform => self.rng.random::<f64>() * 2.0 * mean,
            // libm's logarithm is the same on every platform, the system's need not be.
            Distribution::Exponential => -libm::log(1.0 - self.rng.random::<f64>()) * mean,
        };
        Duration::from_millis(millis as u64)
    }

    /// Cuts the network: from now on it is this partition alone that counts.
    pub fn cut(&mut self, partition: Partition) {
        self.partition = Some(partition);
    }

    /// Makes the network whole again; gives back the partition that ends, if there was one.
    pub fn heal(&mut self) -> Option<Partition> {
        self.partition.take()
    }

    /// The partition in force.
    pub fn partition(&self) -> Option<&Partition> {
        self.partition.as_ref()
    }

    /// The partition that keeps a message from arriving now, if one does. Clients are never cut
    /// off, and a node always hears itself.
    pub fn blocks(&self, flight: &Flight) -> Option<&Partition> {
        let (Endpoint::Node(src), Endpoint::Node(dest)) = (flight.src, flight.dest) else {
            return None;
        };
        self.partition.as_ref().filter(|partition| !partition.hears(dest, src))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["n0", "n12", "c7"] {
            assert_eq!(name.parse::<Endpoint>().unwrap().to_string(), name);
        }
        for name in ["", "n", "n01", "n-1", "n+1", "x3", "n1x", "ñ1", "n99999999999999999999"] {
            assert_eq!(name.parse::<Endpoint>(), Err(()), "{name}");
        }
    }

    fn latencies(distribution: Distribution) -> Vec<Duration> {
        let mut network = Network::new(Duration::from_millis(100), distribution, 1);
        let now = Instant::now();
        let body = serde_json::value::to_raw_value(&()).unwrap();
        let mut send = || network.send(Endpoint::Node(0), Endpoint::Node(1), body.clone(), now);
        (0..10_000).map(|_| send().due - now).collect()
    }

    #[test]
    fn latencies_are_whole_milliseconds_around_their_mean() {
        for (distribution, longest) in [
            (Distribution::Constant, 100..=100),
            (Distribution::Uniform, 190..=199),
            (Distribution::Exponential, 500..=2000),
        ] {
            let latencies = latencies(distribution);
            let mean = latencies.iter().sum::<Duration>().as_millis() / 10_000;
            assert!((97..=103).contains(&mean), "{distribution:?} has a mean of {mean} ms");
            let max = latencies.iter().max().unwrap().as_millis();
            assert!(longest.contains(&max), "{distribution:?} goes to {max} ms");
            assert!(latencies.iter().all(|latency| latency.subsec_nanos() % 1_000_000 == 0));
        }
    }

    #[test]
    fn a_client_is_never_kept_waiting() {
        let mut network = Network::new(Duration::from_millis(100), Distribution::Constant, 1);
        let (now, body) = (Instant::now(), serde_json::value::to_raw_value(&()).unwrap());
        let flight = network.send(Endpoint::Client(0), Endpoint::Node(1), body, now);
        assert_eq!(flight.due, now);
    }
}

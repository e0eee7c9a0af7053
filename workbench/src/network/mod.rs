//! The network between nodes, clients and services: how long a message takes, and whom a partition
//! cuts off.

pub mod partition;

use std::time::Duration;

use clap::ValueEnum;
use common::excerpt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::network::partition::Partition;
use crate::random;

/// How latencies vary around their mean (`--latency-dist`).
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Distribution {
    /// Always the mean.
    #[default]
    Constant,
    /// Uniform from 0 to twice the mean.
    Uniform,
    /// Mostly short, sometimes very long.
    Exponential,
}

/// A message in flight.
#[derive(Debug, Clone)]
pub struct Envelope {
    /// Messages are numbered 0, 1, 2, … in the order of sending.
    pub id: u64,
    /// Who sent it.
    pub src: Endpoint,
    /// Who receives it.
    pub dest: Endpoint,
    /// The body, exactly as its sender wrote it.
    pub body: Box<RawValue>,
    /// When it was sent.
    pub sent: Instant,
    /// When it arrives, unless a partition blocks it at that moment.
    pub due: Instant,
    /// What the network does to it.
    pub disposition: Disposition,
}

/// What the network does to a message, apart from partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposition {
    /// It delivers it.
    Carried,
    /// It drops it (`--loss`).
    Lost,
    /// It delivers it twice (`--duplicate`): this is the second copy.
    Duplicate,
}

impl Envelope {
    /// Whether neither end is a client: both are nodes, or one is a service.
    pub fn is_between_servers(&self) -> bool {
        let is_client = |end| matches!(end, Endpoint::Client(_));
        !is_client(self.src) && !is_client(self.dest)
    }

    /// `#17 n0 -> n1 {"type":"broadcast","message":3}`, with the body truncated.
    pub fn in_words(&self, nodes: &NodeNames) -> String {
        let Envelope { id, src, dest, body, .. } = self;
        let [src, dest] = [src, dest].map(|end| nodes.of_endpoint(*end));
        format!("#{id} {src} -> {dest} {}", excerpt(body.get()))
    }
}

/// The conditions between nodes, and between nodes and services, apart from partitions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Conditions {
    /// The mean latency (`--latency`).
    pub latency: Duration,
    /// How latencies vary around it (`--latency-dist`).
    pub distribution: Distribution,
    /// The probability that a message is lost (`--loss`).
    pub loss: f64,
    /// The probability that a message arrives twice (`--duplicate`).
    pub duplicate: f64,
}

/// The network of a run.
#[derive(Debug)]
pub struct Network {
    conditions: Conditions,
    latencies: StdRng,
    losses: StdRng,
    duplicates: StdRng,
    next_id: u64,
    partition: Option<Partition>,
}

impl Network {
    /// A network without a partition, whose latencies, losses and duplicates are drawn from `seed`.
    pub fn new(conditions: Conditions, seed: u64) -> Network {
        Network {
            conditions,
            latencies: random::generator(seed, "latencies"),
            losses: random::generator(seed, "losses"),
            duplicates: random::generator(seed, "duplicates"),
            next_id: 0,
            partition: None,
        }
    }

    /// Accepts a message: numbers it and decides when it is due. As under Maelstrom, a message from or to
    /// a client is due at once, and is never lost.
    pub fn send(
        &mut self,
        src: Endpoint,
        dest: Endpoint,
        body: Box<RawValue>,
        now: Instant,
    ) -> Envelope {
        let id = self.next_id;
        self.next_id += 1;
        let mut envelope = Envelope {
            id,
            src,
            dest,
            body,
            sent: now,
            due: now,
            disposition: Disposition::Carried,
        };
        if envelope.is_between_servers() {
            envelope.due += self.latency();
            if self.losses.random_bool(self.conditions.loss) {
                envelope.disposition = Disposition::Lost;
            }
        }
        envelope
    }

    /// The second copy of a message, if the network delivers it twice.
    pub fn duplicate(&mut self, envelope: &Envelope) -> Option<Envelope> {
        let can_be = envelope.is_between_servers() && envelope.disposition == Disposition::Carried;
        (can_be && self.duplicates.random_bool(self.conditions.duplicate)).then(|| {
            let due = envelope.sent + self.latency();
            Envelope { due, disposition: Disposition::Duplicate, ..envelope.clone() }
        })
    }

    /// The latency of the next message: whole milliseconds, as under Maelstrom.
    fn latency(&mut self) -> Duration {
        let Conditions { latency, distribution, .. } = self.conditions;
        if latency.is_zero() {
            return Duration::ZERO;
        }
        let mean = latency.as_secs_f64() * 1000.0;
        let millis = match distribution {
            Distribution::Constant => mean,
            Distribution::Uniform => self.latencies.random::<f64>() * 2.0 * mean,
            // libm's logarithm is the same on every platform; the system's may differ.
            Distribution::Exponential => -libm::log(1.0 - self.latencies.random::<f64>()) * mean,
        };
        Duration::from_millis(millis as u64)
    }

    /// Starts a partition, which replaces any other.
    pub fn cut(&mut self, partition: Partition) {
        self.partition = Some(partition);
    }

    /// Heals the network. Gives the partition that ends, if there was one.
    pub fn heal(&mut self) -> Option<Partition> {
        self.partition.take()
    }

    /// The partition that blocks a message now, if one does. Clients and services are never cut off, and
    /// a node can always reach itself.
    pub fn blocks(&self, envelope: &Envelope) -> Option<&Partition> {
        let (Endpoint::Node(src), Endpoint::Node(dest)) = (envelope.src, envelope.dest) else {
            return None;
        };
        self.partition.as_ref().filter(|partition| !partition.reachable_from(dest, src))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::partition::PartitionShape;
    use crate::service::Service;

    const FAULTLESS: Conditions = Conditions {
        latency: Duration::ZERO,
        distribution: Distribution::Constant,
        loss: 0.0,
        duplicate: 0.0,
    };

    fn send(network: &mut Network, now: Instant) -> Envelope {
        let body = serde_json::value::to_raw_value(&()).unwrap();
        network.send(Endpoint::Node(0), Endpoint::Node(1), body, now)
    }

    fn latencies(distribution: Distribution) -> Vec<Duration> {
        let latency = Duration::from_millis(100);
        let mut network = Network::new(Conditions { latency, distribution, ..FAULTLESS }, 1);
        let now = Instant::now();
        (0..10_000).map(|_| send(&mut network, now).due - now).collect()
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
    fn messages_of_clients_have_no_latency_loss_or_duplicates() {
        let latency = Duration::from_millis(100);
        let conditions = Conditions { latency, loss: 1.0, duplicate: 1.0, ..FAULTLESS };
        let mut network = Network::new(conditions, 1);
        let (now, body) = (Instant::now(), serde_json::value::to_raw_value(&()).unwrap());
        let envelope = network.send(Endpoint::Client(0), Endpoint::Node(1), body, now);
        assert_eq!((envelope.due, envelope.disposition), (now, Disposition::Carried));
        assert!(network.duplicate(&envelope).is_none());
    }

    /// As under Maelstrom, messages to services and from them take their time, and no partition stops
    /// them. Here they can get lost and be doubled, too.
    #[test]
    fn a_service_is_reached_as_a_node_is_and_never_cut_off() {
        let latency = Duration::from_millis(100);
        let conditions = Conditions { latency, duplicate: 1.0, ..FAULTLESS };
        let mut network = Network::new(conditions, 1);
        let nodes = NodeNames::numbered(5);
        let mut rng = random::generator(1, "test");
        let partition = Partition::of_shape(0, PartitionShape::One, &nodes, &mut rng);
        network.cut(partition.clone());
        let (now, service) = (Instant::now(), Endpoint::Service(Service::SeqKv));
        for node in (0..5).map(Endpoint::Node) {
            for (src, dest) in [(node, service), (service, node)] {
                let body = serde_json::value::to_raw_value(&()).unwrap();
                let envelope = network.send(src, dest, body, now);
                assert!(envelope.is_between_servers());
                assert_eq!(envelope.due, now + latency);
                assert_eq!(network.blocks(&envelope), None);
                assert!(network.duplicate(&envelope).is_some());
            }
        }
    }

    #[test]
    fn loss_and_duplication_have_the_configured_probability() {
        let mut network = Network::new(Conditions { loss: 0.2, duplicate: 0.1, ..FAULTLESS }, 1);
        let now = Instant::now();
        let (mut lost, mut doubled) = (0, 0);
        for _ in 0..10_000 {
            let envelope = send(&mut network, now);
            lost += u32::from(envelope.disposition == Disposition::Lost);
            doubled += u32::from(network.duplicate(&envelope).is_some());
        }
        assert!((1900..2100).contains(&lost), "{lost} of 10000 lost");
        assert!((700..900).contains(&doubled), "{doubled} of 8000 doubled");
    }

    #[test]
    fn the_second_copy_of_a_message_has_a_latency_of_its_own() {
        let (latency, distribution) = (Duration::from_millis(100), Distribution::Uniform);
        let conditions = Conditions { latency, distribution, duplicate: 1.0, ..FAULTLESS };
        let mut network = Network::new(conditions, 1);
        let (mut earlier, mut later) = (0, 0);
        for _ in 0..1000 {
            let envelope = send(&mut network, Instant::now());
            let copy = network.duplicate(&envelope).expect("a second copy");
            earlier += u32::from(copy.due < envelope.due);
            later += u32::from(copy.due > envelope.due);
        }
        assert!(earlier > 400 && later > 400, "{earlier} earlier, {later} later");
    }
}

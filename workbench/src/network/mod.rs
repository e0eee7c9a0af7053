//! The network between nodes, clients and services: how long a message takes, and whom a partition
//! cuts off.

pub mod faults;
pub mod partition;

use std::collections::BTreeMap;
use std::time::Duration;

use clap::ValueEnum;
use common::excerpt;
use rand::RngExt;
use rand::rngs::StdRng;
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::network::faults::{MessageFaults, MessagePlace};
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

impl Conditions {
    /// Whether what becomes of a message depends on random numbers.
    fn are_random(&self) -> bool {
        let latencies = !self.latency.is_zero() && self.distribution != Distribution::Constant;
        latencies || self.loss > 0.0 || self.duplicate > 0.0
    }

    /// The latency that a random number from 0 to 1 gives: whole milliseconds, as under Maelstrom.
    fn latency(&self, random: f64) -> Duration {
        let mean = self.latency.as_secs_f64() * 1000.0;
        let millis = match self.distribution {
            Distribution::Constant => mean,
            Distribution::Uniform => random * 2.0 * mean,
            // libm's logarithm is the same on every platform; the system's may differ.
            Distribution::Exponential => -libm::log(1.0 - random) * mean,
        };
        Duration::from_millis(millis as u64)
    }
}

impl Link {
    fn new(seed: u64, src: Endpoint, dest: Endpoint) -> Link {
        let end = |end| match end {
            Endpoint::Node(node) => node.to_string(),
            Endpoint::Client(client) => format!("c{client}"),
            Endpoint::Service(service) => service.name().to_owned(),
        };
        let purpose = format!("link {} {}", end(src), end(dest));
        Link { rng: random::generator(seed, &purpose), sent: 0 }
    }

    fn chance(&mut self) -> Chance {
        let mut random = || self.rng.random();
        Chance {
            latency: random(),
            loss: random(),
            duplicate: random(),
            duplicate_latency: random(),
        }
    }
}

/// The network of a run.
#[derive(Debug)]
pub struct Network {
    conditions: Conditions,
    seed: u64,
    links: BTreeMap<(Endpoint, Endpoint), Link>,
    faults: MessageFaults,
    /// What has been lost and doubled so far, by chance or not.
    happened: MessageFaults,
    next_id: u64,
    partition: Option<Partition>,
}

/// One way from a server to another: its random numbers do not depend on what the others carry.
#[derive(Debug)]
struct Link {
    rng: StdRng,
    /// How many messages it has been given.
    sent: u64,
}

/// The random numbers of one message, each from 0 to 1. All are drawn, so that another `--loss` leaves
/// the latencies as they were.
#[derive(Debug, Clone, Copy)]
struct Chance {
    latency: f64,
    loss: f64,
    duplicate: f64,
    duplicate_latency: f64,
}

impl Network {
    /// A network without a partition, whose latencies, losses and duplicates are drawn from `seed`, with
    /// these `faults` on top.
    pub fn new(conditions: Conditions, faults: MessageFaults, seed: u64) -> Network {
        Network {
            conditions,
            seed,
            links: BTreeMap::new(),
            faults,
            happened: MessageFaults::default(),
            next_id: 0,
            partition: None,
        }
    }

    /// Accepts a message: numbers it and decides when it is due. Also gives its second copy, if the
    /// network delivers it twice. As under Maelstrom, a message from or to a client is due at once, and is
    /// never lost.
    pub fn send(
        &mut self,
        src: Endpoint,
        dest: Endpoint,
        body: Box<RawValue>,
        now: Instant,
    ) -> (Envelope, Option<Envelope>) {
        let id = self.next_id;
        self.next_id += 1;
        let disposition = Disposition::Carried;
        let mut envelope = Envelope { id, src, dest, body, sent: now, due: now, disposition };
        if !envelope.is_between_servers() {
            return (envelope, None);
        }
        if !self.conditions.are_random() && self.faults.is_empty() {
            envelope.due += self.conditions.latency;
            return (envelope, None);
        }
        let (place, chance) = self.draw(src, dest);
        let mut fault = self.faults.take(place);
        fault.is_lost |= chance.loss < self.conditions.loss;
        fault.is_duplicated |= !fault.is_lost && chance.duplicate < self.conditions.duplicate;
        self.happened.add(place, fault);
        let latency = |random| fault.latency.unwrap_or_else(|| self.conditions.latency(random));
        envelope.due += latency(chance.latency);
        if fault.is_lost {
            envelope.disposition = Disposition::Lost;
        }
        let duplicate = fault.is_duplicated.then(|| {
            let due = now + latency(chance.duplicate_latency);
            Envelope { due, disposition: Disposition::Duplicate, ..envelope.clone() }
        });
        (envelope, duplicate)
    }

    /// The place of the next message from one server to another, and its random numbers.
    fn draw(&mut self, src: Endpoint, dest: Endpoint) -> (MessagePlace, Chance) {
        let link = self.links.entry((src, dest)).or_insert_with(|| Link::new(self.seed, src, dest));
        link.sent += 1;
        (MessagePlace { src, dest, nth: link.sent }, link.chance())
    }

    /// What has been lost and doubled so far, by chance or not.
    pub fn take_what_happened(&mut self) -> MessageFaults {
        std::mem::take(&mut self.happened)
    }

    /// The faults of messages that were never sent.
    pub fn faults_left(&self) -> impl Iterator<Item = MessagePlace> {
        self.faults.places()
    }

    /// How many messages a server has sent another, where that is counted: if there are faults, or random
    /// numbers.
    pub fn sent(&self, src: Endpoint, dest: Endpoint) -> u64 {
        self.links.get(&(src, dest)).map_or(0, |link| link.sent)
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
    use crate::network::faults::MessageFault;
    use crate::network::partition::PartitionShape;
    use crate::service::Service;

    const FAULTLESS: Conditions = Conditions {
        latency: Duration::ZERO,
        distribution: Distribution::Constant,
        loss: 0.0,
        duplicate: 0.0,
    };

    fn network(conditions: Conditions) -> Network {
        Network::new(conditions, MessageFaults::default(), 1)
    }

    fn send(network: &mut Network, dest: usize, now: Instant) -> (Envelope, Option<Envelope>) {
        let body = serde_json::value::to_raw_value(&()).unwrap();
        network.send(Endpoint::Node(0), Endpoint::Node(dest), body, now)
    }

    fn latencies(distribution: Distribution) -> Vec<Duration> {
        let latency = Duration::from_millis(100);
        let mut network = network(Conditions { latency, distribution, ..FAULTLESS });
        let now = Instant::now();
        (0..10_000).map(|_| send(&mut network, 1, now).0.due - now).collect()
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
        let mut network = network(conditions);
        let (now, body) = (Instant::now(), serde_json::value::to_raw_value(&()).unwrap());
        let (envelope, duplicate) = network.send(Endpoint::Client(0), Endpoint::Node(1), body, now);
        assert_eq!((envelope.due, envelope.disposition), (now, Disposition::Carried));
        assert!(duplicate.is_none());
    }

    /// As under Maelstrom, messages to services and from them take their time, and no partition stops
    /// them. Here they can get lost and be doubled, too.
    #[test]
    fn a_service_is_reached_as_a_node_is_and_never_cut_off() {
        let latency = Duration::from_millis(100);
        let conditions = Conditions { latency, duplicate: 1.0, ..FAULTLESS };
        let mut network = network(conditions);
        let nodes = NodeNames::numbered(5);
        let mut rng = random::generator(1, "test");
        let partition = Partition::of_shape(0, PartitionShape::One, &nodes, &mut rng);
        network.cut(partition.clone());
        let (now, service) = (Instant::now(), Endpoint::Service(Service::SeqKv));
        for node in (0..5).map(Endpoint::Node) {
            for (src, dest) in [(node, service), (service, node)] {
                let body = serde_json::value::to_raw_value(&()).unwrap();
                let (envelope, duplicate) = network.send(src, dest, body, now);
                assert!(envelope.is_between_servers());
                assert_eq!(envelope.due, now + latency);
                assert_eq!(network.blocks(&envelope), None);
                assert!(duplicate.is_some());
            }
        }
    }

    #[test]
    fn loss_and_duplication_have_the_configured_probability() {
        let mut network = network(Conditions { loss: 0.2, duplicate: 0.1, ..FAULTLESS });
        let now = Instant::now();
        let (mut lost, mut doubled) = (0, 0);
        for _ in 0..10_000 {
            let (envelope, duplicate) = send(&mut network, 1, now);
            lost += u32::from(envelope.disposition == Disposition::Lost);
            doubled += u32::from(duplicate.is_some());
        }
        assert!((1900..2100).contains(&lost), "{lost} of 10000 lost");
        assert!((700..900).contains(&doubled), "{doubled} of 8000 doubled");
    }

    #[test]
    fn the_second_copy_of_a_message_has_a_latency_of_its_own() {
        let (latency, distribution) = (Duration::from_millis(100), Distribution::Uniform);
        let conditions = Conditions { latency, distribution, duplicate: 1.0, ..FAULTLESS };
        let mut network = network(conditions);
        let (mut earlier, mut later) = (0, 0);
        for _ in 0..1000 {
            let (envelope, copy) = send(&mut network, 1, Instant::now());
            let copy = copy.expect("a second copy");
            assert_eq!(copy.disposition, Disposition::Duplicate);
            earlier += u32::from(copy.due < envelope.due);
            later += u32::from(copy.due > envelope.due);
        }
        assert!(earlier > 400 && later > 400, "{earlier} earlier, {later} later");
    }

    /// So leaving out one operation of a run does not reshuffle all the rest.
    #[test]
    fn what_becomes_of_a_message_does_not_depend_on_other_links_or_on_other_conditions() {
        let (latency, distribution) = (Duration::from_millis(100), Distribution::Uniform);
        let late = Conditions { latency, distribution, ..FAULTLESS };
        let now = Instant::now();
        let dues = |conditions: Conditions, others: bool| -> Vec<Instant> {
            let mut network = network(conditions);
            let due = |_| {
                if others {
                    send(&mut network, 2, now);
                }
                send(&mut network, 1, now).0.due
            };
            (0..100).map(due).collect()
        };
        let alone = dues(late, false);
        assert_eq!(alone, dues(late, true));
        assert_eq!(alone, dues(Conditions { loss: 0.5, duplicate: 0.5, ..late }, false));
    }

    /// So a search for a smaller run can leave out the random numbers, and then one fault after another.
    #[test]
    fn what_happened_happens_again_without_random_numbers() {
        let now = Instant::now();
        let fates = |network: &mut Network| -> Vec<(Disposition, bool)> {
            let fate = |_| {
                let (envelope, duplicate) = send(network, 1, now);
                (envelope.disposition, duplicate.is_some())
            };
            (0..100).map(fate).collect()
        };
        let mut random = network(Conditions { loss: 0.2, duplicate: 0.2, ..FAULTLESS });
        let drawn = fates(&mut random);
        let happened = random.take_what_happened();
        assert!(happened.iter().any(|(_, fault)| fault.is_lost));
        assert!(happened.iter().any(|(_, fault)| fault.is_duplicated));
        let mut again = Network::new(FAULTLESS, happened.clone(), 2);
        assert_eq!(fates(&mut again), drawn);
        assert_eq!(again.take_what_happened(), happened);
    }

    #[test]
    fn messages_are_counted_by_who_sent_them_to_whom() {
        let mut network = network(Conditions { loss: 0.5, ..FAULTLESS });
        for dest in [1, 2, 2, 1, 2] {
            send(&mut network, dest, Instant::now());
        }
        let sent = |src, dest| network.sent(Endpoint::Node(src), Endpoint::Node(dest));
        assert_eq!((sent(0, 1), sent(0, 2), sent(1, 0)), (2, 3, 0));
    }

    #[test]
    fn the_fault_of_one_message_concerns_no_other() {
        let place = |nth| MessagePlace { src: Endpoint::Node(0), dest: Endpoint::Node(1), nth };
        let late = Some(Duration::from_millis(70));
        let faults = [
            (place(2), MessageFault { is_lost: true, ..MessageFault::default() }),
            (place(3), MessageFault { is_duplicated: true, ..MessageFault::default() }),
            (place(4), MessageFault { latency: late, ..MessageFault::default() }),
            (place(9), MessageFault { is_lost: true, ..MessageFault::default() }),
        ];
        let mut network = Network::new(FAULTLESS, faults.into_iter().collect(), 1);
        let now = Instant::now();
        let seen: Vec<(bool, bool, Duration)> = (0..5)
            .map(|_| {
                send(&mut network, 2, now);
                let (envelope, duplicate) = send(&mut network, 1, now);
                let is_lost = envelope.disposition == Disposition::Lost;
                (is_lost, duplicate.is_some(), envelope.due - now)
            })
            .collect();
        let unharmed = (false, false, Duration::ZERO);
        let expected = [
            unharmed,
            (true, false, Duration::ZERO),
            (false, true, Duration::ZERO),
            (false, false, Duration::from_millis(70)),
            unharmed,
        ];
        assert_eq!(seen, expected);
        assert!(network.faults_left().eq([place(9)]));
    }
}

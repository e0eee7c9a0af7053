//! The flags of a run: Maelstrom's own, and `--seed`.

mod effects;

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{Args, Parser, ValueEnum};

use crate::checker::{Availability, Targets};
use crate::names::NodeNames;
use crate::network::{Conditions, Distribution};
use crate::text::counted::counted;
use crate::workload::WorkloadKind;
use crate::workload::broadcast::topology::Topology;

/// What a run is to be like. Names, units and defaults are Maelstrom's.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// What to ask the nodes, and how to judge their answers
    #[arg(short, long, value_name = "NAME")]
    pub workload: WorkloadKind,

    /// The nodes
    #[command(flatten)]
    pub nodes: NodeNames,

    /// How long to ask, in seconds; set-up and recovery come on top
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub time_limit: Duration,

    /// Operations a second, over all workers; with 0, only those of the final phase
    #[arg(long, value_name = "HZ", default_value = "5", value_parser = rate)]
    pub rate: f64,

    /// Workers: a number, or a multiple of the nodes, as in 4n
    #[arg(long, value_name = "N|Nn", default_value = "1n")]
    pub concurrency: Concurrency,

    /// Mean latency between nodes, in milliseconds
    #[arg(long, value_name = "MS", default_value = "0", value_parser = millis)]
    pub latency: Duration,

    /// How latencies are spread around their mean [default: constant]
    #[arg(long, value_name = "NAME")]
    pub latency_dist: Option<Distribution>,

    /// Probability that a message between nodes is lost, from 0 to 1 (not in Maelstrom)
    #[arg(long, value_name = "FRACTION", default_value = "0", value_parser = fraction)]
    pub loss: f64,

    /// Probability that a message between nodes arrives twice, from 0 to 1 (not in Maelstrom)
    #[arg(long, value_name = "FRACTION", default_value = "0", value_parser = fraction)]
    pub duplicate: f64,

    /// What to do to the network, separated by commas
    #[arg(long, value_name = "FAULTS", value_delimiter = ',', value_parser = Trimmed)]
    pub nemesis: Vec<Fault>,

    /// Mean time between the acts of the nemesis, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub nemesis_interval: Option<Duration>,

    /// Which neighbours the workload broadcast names to each node [default: grid]
    #[arg(long, value_name = "NAME")]
    pub topology: Option<Topology>,

    /// The part of the operations that must succeed: total, or a fraction such as 0.9 or 9/10
    #[arg(long, value_name = "TOTAL|FRACTION")]
    pub availability: Option<Availability>,

    /// Demand that every node has every acknowledged value in its final read (not in Maelstrom)
    #[arg(long)]
    pub strict: bool,

    /// What the run may cost
    #[command(flatten)]
    pub targets: Targets,

    /// Show what nodes write to stderr
    #[arg(long)]
    pub log_stderr: bool,

    /// Show every message when it is sent
    #[arg(long)]
    pub log_net_send: bool,

    /// Show every message when it is delivered
    #[arg(long)]
    pub log_net_recv: bool,

    /// The seed of operations, partitions and latencies [default: a random one, printed]
    #[arg(long, value_name = "NUMBER", value_parser = seed)]
    pub seed: Option<u64>,

    /// The command that reproduces the run, to be shown; the seed is added [default: this command]
    #[arg(long, value_name = "COMMAND")]
    pub reproduce_with: Option<String>,

    /// The folder for what the run leaves behind
    #[arg(long, value_name = "FOLDER", default_value = "store")]
    pub store: PathBuf,
}

impl Options {
    /// The seed, or a random one: short enough to be typed again.
    pub fn seed_or_random(&self) -> u64 {
        self.seed.unwrap_or_else(|| rand::random_range(1..1_000_000))
    }

    /// How many workers there are.
    pub fn workers(&self) -> usize {
        match self.concurrency {
            Concurrency::Workers(workers) => workers,
            Concurrency::PerNode(workers) => workers * self.nodes.count(),
        }
    }

    /// What the network does to messages between nodes.
    pub fn conditions(&self) -> Conditions {
        Conditions {
            latency: self.latency,
            distribution: self.latency_dist.unwrap_or_default(),
            loss: self.loss,
            duplicate: self.duplicate,
        }
    }

    /// What a run is going to be, for people.
    pub fn introduction(&self) -> String {
        let nemesis = if self.has_partitions() { ", partitions" } else { "" };
        format!(
            "{} on {}: {} s, {} a second{nemesis}",
            self.workload.name(),
            counted(self.nodes.count(), "node"),
            self.time_limit.as_secs_f64(),
            counted(self.rate, "operation"),
        )
    }

    /// The command that reproduces the run of that seed.
    pub fn reproduce(&self, seed: u64) -> String {
        match &self.reproduce_with {
            Some(command) => format!("{command} SEED={seed}"),
            None => reproducing(std::env::args(), seed),
        }
    }

    /// The mean time between the acts of the nemesis.
    pub fn nemesis_interval(&self) -> Duration {
        self.nemesis_interval.unwrap_or(Duration::from_secs(10))
    }

    /// A command that prunes the store.
    pub fn prune(&self) -> String {
        match &self.reproduce_with {
            Some(_) if self.store == Path::new("store") => "make prune".into(),
            _ => format!("workbench prune --store {}", quoted(self.store.display().to_string())),
        }
    }

    /// Whether the nemesis cuts the network.
    pub fn has_partitions(&self) -> bool {
        self.nemesis.contains(&Fault::Partition)
    }
}

/// Reads flags as they stand on a command line, separated by spaces. Of a flag that stands there
/// twice, the last one counts.
impl FromStr for Options {
    type Err = clap::Error;

    fn from_str(flags: &str) -> Result<Options, clap::Error> {
        #[derive(Parser)]
        #[command(no_binary_name = true, args_override_self = true)]
        struct Flags {
            #[command(flatten)]
            options: Options,
        }
        Flags::try_parse_from(flags.split_whitespace()).map(|flags| flags.options)
    }
}

/// Something that the nemesis can do (`--nemesis`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Cut the network between nodes, and heal it again.
    Partition,
}

/// Reads a fault as clap does, with or without spaces around it.
#[derive(Clone)]
struct Trimmed;

impl TypedValueParser for Trimmed {
    type Value = Fault;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Fault, clap::Error> {
        let trimmed = value.to_str().map_or(value, |text| OsStr::new(text.trim()));
        EnumValueParser::new().parse_ref(command, argument, trimmed)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = Fault::value_variants().iter();
        Some(Box::new(values.filter_map(ValueEnum::to_possible_value)))
    }
}

/// How many workers ask at the same time (`--concurrency`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    /// That many.
    Workers(usize),
    /// That many for each node.
    PerNode(usize),
}

/// Reads `12` or `4n`. Fails for anything else, and for none at all.
impl FromStr for Concurrency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, make): (_, fn(usize) -> Concurrency) = match text.strip_suffix('n') {
            Some(number) => (number, Concurrency::PerNode),
            None => (text, Concurrency::Workers),
        };
        match number.parse() {
            Ok(number @ 1..=10_000) => Ok(make(number)),
            _ => {
                Err("give a number of workers such as 10, or a multiple of the nodes such as 2n"
                    .into())
            }
        }
    }
}

impl fmt::Display for Concurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Concurrency::Workers(number) => write!(f, "{number}"),
            Concurrency::PerNode(number) => write!(f, "{number}n"),
        }
    }
}

/// The command with those arguments, as a single run from that seed. What comes after `--` is the
/// node's.
fn reproducing(mut arguments: impl Iterator<Item = String>, seed: u64) -> String {
    let (mut words, mut of_node) = (vec![], vec![]);
    while let Some(word) = arguments.next() {
        match word.split_once('=').map_or(word.as_str(), |(name, _)| name) {
            "--" => of_node.extend([word].into_iter().chain(arguments.by_ref())),
            "--seed" | "--seeds" | "--test-count" if word.contains('=') => {}
            "--seed" | "--seeds" | "--test-count" => drop(arguments.next()),
            "sweep" if words.len() == 1 => words.push("test".into()),
            _ => words.push(word),
        }
    }
    words.extend(["--seed".into(), seed.to_string()]);
    words.into_iter().chain(of_node).map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word as it can be typed in a shell: in quotes if it has to be.
fn quoted(word: String) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./,:=@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word;
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Longer than any run, and short enough for every clock: about 11 days.
const MAX_SECONDS: f64 = 1e6;

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("give a whole number from 0 to {}", u64::MAX))
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if number > 0.0 && number <= MAX_SECONDS => Ok(number),
        _ => Err(format!("give a number above 0 and up to {MAX_SECONDS}")),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.0..=MAX_SECONDS).contains(&rate) => Ok(rate),
        _ => Err(format!("give a number from 0 to {MAX_SECONDS}")),
    }
}

fn fraction(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(fraction @ 0.0..=1.0) => Ok(fraction),
        _ => Err("give a fraction from 0 to 1".into()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    positive(text).map(Duration::from_secs_f64)
}

fn millis(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(millis @ 0..=1_000_000) => Ok(Duration::from_millis(millis)),
        _ => Err("give a whole number of milliseconds".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::{quoted, reproducing};

    #[test]
    fn a_word_is_quoted_if_the_shell_would_read_it_otherwise() {
        for (word, typed) in [
            ("--nemesis=partition", "--nemesis=partition"),
            ("../my node", "'../my node'"),
            ("", "''"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("größe", "größe"),
        ] {
            assert_eq!(quoted(word.into()), typed);
        }
    }

    #[test]
    fn a_command_that_repeats_a_run_has_its_seed_and_no_other() {
        for (typed, expected) in [
            ("bench test -w echo --bin a", "bench test -w echo --bin a --seed 7"),
            ("bench test --seed 3 --bin a --test-count 9", "bench test --bin a --seed 7"),
            ("bench test --test-count=9 --bin a b", "bench test --bin a b --seed 7"),
            ("bench test --bin a -- --seed 3 b", "bench test --bin a --seed 7 -- --seed 3 b"),
            ("stage sweep --seeds 9 -w echo", "stage test -w echo --seed 7"),
        ] {
            assert_eq!(reproducing(typed.split(' ').map(str::to_owned), 7), expected);
        }
    }
}

//! The flags of a run: Maelstrom's, and a few more.

mod effects;
mod settings;

use std::ffi::OsStr;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::{Args, Parser, ValueEnum};

use crate::checker::{Availability, Targets};
use crate::error::Error;
use crate::names::NodeNames;
use crate::network::{Conditions, Distribution};
use crate::plan::scenario::{Scenario, ScenarioFile, Setting};
use crate::plan::{Draw, Plan};
use crate::text::counted;
use crate::workload::WorkloadKind;
use crate::workload::broadcast::topology::Topology;

/// The flags of a run. Names, units and defaults are Maelstrom's.
#[derive(Debug, Clone, PartialEq, Args)]
pub struct Options {
    /// What clients ask the nodes, and how replies are judged
    #[arg(short, long, value_name = "NAME")]
    pub workload: WorkloadKind,

    /// The nodes
    #[command(flatten)]
    pub nodes: NodeNames,

    /// How long the main phase lasts, in seconds; set-up and recovery come on top
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub time_limit: Duration,

    /// Operations per second on average, over all workers; with 0, only the final reads
    #[arg(long, value_name = "HZ", default_value = "5", value_parser = rate)]
    pub rate: f64,

    /// How many workers: a number, or a multiple of the nodes such as 4n
    #[arg(long, value_name = "N|Nn", default_value = "1n")]
    pub concurrency: Concurrency,

    /// Mean latency between nodes, in milliseconds
    #[arg(long, value_name = "MS", default_value = "0", value_parser = millis)]
    pub latency: Duration,

    /// How latencies vary around their mean [default: constant]
    #[arg(long, value_name = "NAME")]
    pub latency_dist: Option<Distribution>,

    /// Probability that a message between nodes is lost, from 0 to 1 (not in Maelstrom)
    #[arg(long, value_name = "FRACTION", default_value = "0", value_parser = fraction)]
    pub loss: f64,

    /// Probability that a message between nodes arrives twice, from 0 to 1 (not in Maelstrom)
    #[arg(long, value_name = "FRACTION", default_value = "0", value_parser = fraction)]
    pub duplicate: f64,

    /// The faults to inject, separated by commas
    #[arg(long, value_name = "FAULTS", value_delimiter = ',', value_parser = Trimmed)]
    pub nemesis: Vec<Fault>,

    /// Mean time between a partition and its heal, and until the next one, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub nemesis_interval: Option<Duration>,

    /// The topology that the workload broadcast sends to each node [default: grid]
    #[arg(long, value_name = "NAME")]
    pub topology: Option<Topology>,

    /// The fraction of operations that must succeed: total, or a fraction such as 0.9 or 9/10
    #[arg(long, value_name = "TOTAL|FRACTION")]
    pub availability: Option<Availability>,

    /// Require every acknowledged value in the final read of every node (not in Maelstrom)
    #[arg(long)]
    pub strict: bool,

    /// Limits on messages and latency
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

    /// A file that says what happens, and when: operations, partitions, the loss of single messages
    /// (not in Maelstrom). It also has the flags of the run
    #[arg(long, value_name = "FILE",
        conflicts_with_all = ["rate", "time_limit", "nemesis", "nemesis_interval"])]
    pub scenario: Option<ScenarioFile>,

    /// The seed of operations, partitions and latencies [default: random, and printed]
    #[arg(long, value_name = "NUMBER", value_parser = seed)]
    pub seed: Option<u64>,

    /// The command to print for reproducing the run; the seed is added [default: this command]
    #[arg(long, value_name = "COMMAND")]
    pub reproduce_with: Option<String>,

    /// The whole command that reproduces the run, if it is not one that takes a seed
    #[arg(skip)]
    pub reproduced_by: Option<String>,

    /// The folder for the files of runs
    #[arg(long, value_name = "FOLDER", default_value = "store")]
    pub store: PathBuf,
}

impl Options {
    /// Parses flags as on a command line, a word each. If a flag is given twice, the last one counts.
    pub fn parse<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Options, clap::Error> {
        #[derive(Parser)]
        #[command(no_binary_name = true, args_override_self = true)]
        struct Flags {
            #[command(flatten)]
            options: Options,
        }
        Flags::try_parse_from(words).map(|flags| flags.options)
    }

    /// The seed, or a random one that is short enough to type.
    pub fn seed_or_random(&self) -> u64 {
        self.seed.unwrap_or_else(|| rand::random_range(1..1_000_000))
    }

    /// That many seeds, beginning with `--seed`, or with 1.
    pub fn seeds(&self, count: u64) -> Range<u64> {
        let first = self.seed.unwrap_or(1);
        first..first.saturating_add(count)
    }

    /// The number of workers.
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

    /// The plan of a run with that seed.
    ///
    /// Fails if the scenario is wrong. The error names the line.
    pub fn plan(&self, seed: u64) -> Result<Plan, Error> {
        if let Some(scenario) = self.scenario()? {
            return Ok(Plan::written(&scenario, self.workers(), seed));
        }
        let draw = Draw {
            nodes: self.nodes.clone(),
            workers: self.workers(),
            rate: self.rate,
            time_limit: self.time_limit,
            nemesis_interval: self.has_partitions().then(|| self.nemesis_interval()),
        };
        Ok(Plan::drawn(draw, seed))
    }

    /// What the scenario says, if there is one.
    ///
    /// Fails if it is wrong. The error names the line.
    pub fn scenario(&self) -> Result<Option<Scenario>, Error> {
        let (nodes, workers, workload) = (&self.nodes, self.workers(), self.workload);
        let setting = Setting { nodes, workers, workload };
        self.scenario.as_ref().map(|file| file.scenario(setting)).transpose()
    }

    /// `broadcast on 5 nodes: 20 s, 10 operations per second, partitions`
    pub fn introduction(&self) -> String {
        if let Ok(Some(scenario)) = self.scenario() {
            let (workload, nodes) = (self.workload.name(), counted(self.nodes.count(), "node"));
            let steps = counted(scenario.steps.len(), "step");
            return format!("{workload} on {nodes}: a scenario of {steps}");
        }
        let nemesis = if self.has_partitions() { ", partitions" } else { "" };
        format!(
            "{} on {}: {} s, {} per second{nemesis}",
            self.workload.name(),
            counted(self.nodes.count(), "node"),
            self.time_limit.as_secs_f64(),
            counted(self.rate, "operation"),
        )
    }

    /// The command that finds the smallest run that fails as the simulated run with that seed does.
    pub fn shrink_command(&self, seed: u64) -> String {
        let words = self.reproduce(seed);
        let words = words.replacen("make simulate ", "make shrink ", 1);
        if words.starts_with("make ") { words } else { words.replacen(" test ", " shrink ", 1) }
    }

    /// The command that reproduces the run with that seed.
    pub fn reproduce(&self, seed: impl fmt::Display) -> String {
        match (&self.reproduced_by, &self.reproduce_with) {
            (Some(command), _) => command.clone(),
            (None, Some(command)) => format!("{command} SEED={seed}"),
            (None, None) => with_seed(std::env::args(), seed),
        }
    }

    /// The mean time between two actions of the nemesis.
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

    /// Whether there are partitions.
    pub fn has_partitions(&self) -> bool {
        self.nemesis.contains(&Fault::Partition)
    }
}

/// Parses flags separated by spaces: see [`Options::parse`].
impl FromStr for Options {
    type Err = clap::Error;

    fn from_str(flags: &str) -> Result<Options, clap::Error> {
        Options::parse(flags.split_whitespace())
    }
}

/// A fault that the nemesis can inject (`--nemesis`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Fault {
    /// Partition the nodes, heal the network, and so on.
    Partition,
}

/// Parses a fault as clap does, ignoring spaces around it.
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

/// How many workers there are (`--concurrency`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    /// That many.
    Workers(usize),
    /// That many for each node.
    PerNode(usize),
}

/// Parses `12` or `4n`.
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

/// The command with those arguments, as a single run with that seed. What follows `--` belongs to the
/// node.
pub(crate) fn with_seed(
    mut arguments: impl Iterator<Item = String>,
    seed: impl fmt::Display,
) -> String {
    let (mut words, mut of_node) = (vec![], vec![]);
    while let Some(word) = arguments.next() {
        match word.split_once('=').map_or(word.as_str(), |(name, _)| name) {
            "--" => of_node.extend([word].into_iter().chain(arguments.by_ref())),
            "--seed" | "--seeds" | "--test-count" if word.contains('=') => {}
            "--seed" | "--seeds" | "--test-count" => drop(arguments.next()),
            "sweep" | "shrink" if words.len() == 1 => words.push("test".into()),
            _ => words.push(word),
        }
    }
    words.extend(["--seed".into(), seed.to_string()]);
    words.into_iter().chain(of_node).map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word quoted for the shell, if necessary.
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
    use super::{quoted, with_seed};

    #[test]
    fn only_words_with_special_characters_are_quoted() {
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
    fn a_command_that_reproduces_a_run_names_its_seed_only() {
        for (typed, expected) in [
            ("bench test -w echo --bin a", "bench test -w echo --bin a --seed 7"),
            ("bench test --seed 3 --bin a --test-count 9", "bench test --bin a --seed 7"),
            ("bench test --test-count=9 --bin a b", "bench test --bin a b --seed 7"),
            ("bench test --bin a -- --seed 3 b", "bench test --bin a --seed 7 -- --seed 3 b"),
            ("stage sweep --seeds 9 -w echo", "stage test -w echo --seed 7"),
        ] {
            assert_eq!(with_seed(typed.split(' ').map(str::to_owned), 7), expected);
        }
    }
}

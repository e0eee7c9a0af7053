//! The flags of a run as keys of its scenario.

use crate::error::Error;
use crate::names::NodeNames;
use crate::options::{Concurrency, Options};
use crate::plan::scenario::{DEFAULT_SEED, Scenario, ScenarioFile, render};

impl Options {
    /// The flags of a scenario, as on a command line.
    ///
    /// Fails if it is wrong, or if a flag cannot have such a value. The error names the line.
    pub fn flags_of_scenario(file: &ScenarioFile) -> Result<Vec<String>, Error> {
        file.flags(|words| {
            // Something has to be asked for the command line to be complete.
            let whole = ["--workload", "echo"].into_iter().chain(words.iter().map(String::as_str));
            let error = Options::parse(whole).err().map(|error| error.to_string());
            let what = error.as_deref().and_then(|error| error.lines().next());
            what.map_or(Ok(()), |what| Err(what.trim_start_matches("error: ").to_owned()))
        })
    }

    /// The options of a run that is a scenario.
    ///
    /// Fails if the scenario is wrong. The error names the line.
    pub fn of_scenario(file: ScenarioFile) -> Result<Options, Error> {
        let flags = Options::flags_of_scenario(&file)?;
        let options = Options::parse(flags.iter().map(String::as_str));
        let options = options.map_err(|error| Error::Asked(error.to_string()))?;
        let options = Options { scenario: Some(file), ..options };
        options.check()?;
        Ok(options)
    }

    /// All that is planned for the run with that seed.
    ///
    /// Fails if the scenario is wrong. The error names the line.
    pub fn whole_plan(&self, seed: u64) -> Result<Scenario, Error> {
        Ok(self.plan(seed)?.to_scenario(self.workload.session().as_mut()))
    }

    /// The file of `scenario` for a run with these flags and that seed.
    pub fn render_scenario(&self, scenario: &Scenario, seed: u64) -> String {
        render(&self.settings(seed), scenario, &self.nodes)
    }

    /// The flags that are not as they would be without them, by name, in the order of a file.
    fn settings(&self, seed: u64) -> Vec<(&'static str, String)> {
        let nodes = &self.nodes;
        let is_numbered = *nodes == NodeNames::numbered(nodes.count());
        let named = (!is_numbered).then(|| nodes.iter().collect::<Vec<_>>().join(","));
        let per_node = Concurrency::PerNode(1);
        let targets = &self.targets;
        let millis = |limit: Option<u64>| limit.map(|millis| millis.to_string());
        let fraction = |value: f64| (value > 0.0).then(|| value.to_string());
        let settings = [
            ("workload", Some(self.workload.name().to_owned())),
            ("node-count", is_numbered.then(|| nodes.count().to_string())),
            ("nodes", named),
            ("concurrency", (self.concurrency != per_node).then(|| self.concurrency.to_string())),
            ("topology", self.topology.map(name)),
            ("latency", (!self.latency.is_zero()).then(|| self.latency.as_millis().to_string())),
            ("latency-dist", self.latency_dist.map(name)),
            ("loss", fraction(self.loss)),
            ("duplicate", fraction(self.duplicate)),
            ("availability", self.availability.map(|demanded| demanded.to_string())),
            ("strict", self.strict.then(|| "true".into())),
            ("max-msgs-per-op", targets.max_msgs_per_op.map(|limit| limit.to_string())),
            ("max-median-latency", millis(targets.max_median_latency)),
            ("max-latency", millis(targets.max_latency)),
            ("seed", (seed != DEFAULT_SEED).then(|| seed.to_string())),
        ];
        settings.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The name that the command line has for a value.
fn name(value: impl clap::ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

#[cfg(test)]
mod tests {
    use clap::{Args, Command};

    use super::*;
    use crate::plan::scenario::FLAGS;

    /// The flags that are not keys: what they say is in the steps, or they are about the files of a run and
    /// about what it shows.
    const NOT_KEYS: [&str; 11] = [
        "time-limit",
        "rate",
        "nemesis",
        "nemesis-interval",
        "scenario",
        "log-stderr",
        "log-net-send",
        "log-net-recv",
        "reproduce-with",
        "store",
        "help",
    ];

    #[test]
    fn every_flag_is_a_key_of_a_scenario_or_has_a_reason_not_to_be_one() {
        let mut command = Options::augment_args(Command::new("test"));
        command.build();
        let flags = command.get_arguments().filter_map(|flag| flag.get_long());
        let mut flags: Vec<&str> = flags.collect();
        let mut known = [&FLAGS[..], &NOT_KEYS].concat();
        flags.sort_unstable();
        known.sort_unstable();
        assert_eq!(flags, known);
    }

    #[test]
    fn the_flags_of_a_run_are_those_of_its_scenario() {
        let flags = "-w broadcast --nodes a,b --concurrency 3 --topology line --latency 70 \
                     --latency-dist uniform --loss 0.1 --duplicate 0.25 --availability 0.5 --strict \
                     --max-msgs-per-op 9.5 --max-median-latency 100 --max-latency 200 --seed 7";
        let options: Options = flags.parse().unwrap();
        let file = options.render_scenario(&Scenario::default(), 7);
        let read = Options::of_scenario(ScenarioFile::new("file", file)).unwrap();
        assert_eq!(Options { scenario: None, ..read }, options);
    }
}

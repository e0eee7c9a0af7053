//! The flags of a run as keys of its scenario.

use crate::error::Error;
use crate::names::NodeNames;
use crate::options::{Concurrency, Options};
use crate::plan::scenario::{Scenario, ScenarioFile, render};

impl Options {
    /// The options of a run that is a scenario.
    ///
    /// Fails if the scenario is wrong. The error names the line.
    pub fn of_scenario(file: ScenarioFile) -> Result<Options, Error> {
        let flags = file.flags()?.join(" ");
        let mut options: Options =
            flags.parse().map_err(|error| Error::Asked(format!("{error}")))?;
        options.scenario = Some(file);
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
            ("seed", (seed != 1).then(|| seed.to_string())),
        ];
        settings.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

/// The name that the command line has for a value.
fn name(value: impl clap::ValueEnum) -> String {
    value.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

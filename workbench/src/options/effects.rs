//! Flags that have no effect: an error, or a note.

use std::path::Path;

use crate::error::Error;
use crate::options::Options;

impl Options {
    /// Fails, and says why, if a flag that Maelstrom does not have has no effect, or if the scenario is wrong.
    pub fn check(&self) -> Result<(), Error> {
        self.scenario()?;
        let about_values = [
            ("--strict", self.strict),
            ("--max-median-latency", self.targets.max_median_latency.is_some()),
            ("--max-latency", self.targets.max_latency.is_some()),
        ];
        for (flag, is_set) in about_values {
            if is_set && self.workload.values().is_none() {
                let name = self.workload.name();
                return Err(Error::Asked(format!(
                    "{flag} is about the values that clients hand to the cluster: {name} has none. \
                     Leave it out"
                )));
            }
        }
        Ok(())
    }

    /// Fails, and says why, if a flag has no effect on a sweep.
    pub fn check_sweep(&self) -> Result<(), Error> {
        if self.log_stderr || self.log_net_send || self.log_net_recv {
            return Err(Error::Asked(
                "--log-stderr, --log-net-send and --log-net-recv are for a single run: simulate one of \
                 the seeds"
                    .into(),
            ));
        }
        Ok(())
    }

    /// Fails, and says why, if a flag has no effect on a comparison.
    pub fn check_comparison(&self) -> Result<(), Error> {
        self.check_sweep()?;
        if self.store != Path::new("store") || self.reproduce_with.is_some() {
            return Err(Error::Asked(
                "--store and --reproduce-with are for runs that are stored: a comparison stores nothing"
                    .into(),
            ));
        }
        Ok(())
    }

    /// The flags that have no effect, a note each. Maelstrom accepts them, so they are not errors.
    pub fn without_effect(&self) -> Vec<String> {
        let workload = self.workload.name();
        let alone = self.nodes.count() == 1;
        let among_nodes = [
            ("--latency", !self.latency.is_zero()),
            ("--loss", self.loss > 0.0),
            ("--duplicate", self.duplicate > 0.0),
            ("--nemesis", self.has_partitions()),
        ];
        let among_nodes = among_nodes.map(|(flag, is_set)| {
            (is_set && alone, format!("{flag} has no effect on one node: there is no network"))
        });
        let others = [
            (
                self.latency_dist.is_some() && self.latency.is_zero(),
                "--latency-dist has no effect without --latency".into(),
            ),
            (
                self.nemesis_interval.is_some() && !self.has_partitions(),
                "--nemesis-interval has no effect without --nemesis".into(),
            ),
            (
                self.topology.is_some() && !self.workload.has_topology(),
                format!(
                    "--topology has no effect on {workload}: only broadcast sends one to nodes"
                ),
            ),
        ];
        let all = among_nodes.into_iter().chain(others);
        all.filter(|(is_idle, _)| *is_idle).map(|(_, note)| note).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::options::Options;

    #[test]
    fn only_flags_without_effect_get_a_note() {
        for (flags, named) in [
            ("-w broadcast --node-count 3", &[][..]),
            ("-w broadcast --topology line --nemesis partition --nemesis-interval 3", &[]),
            ("-w broadcast --latency 9 --latency-dist uniform --loss 0.1 --duplicate 0.1", &[]),
            ("-w echo --topology line", &["--topology"]),
            ("-w echo --nemesis-interval 3", &["--nemesis-interval"]),
            ("-w echo --latency 0 --latency-dist uniform", &["--latency-dist"]),
            ("-w echo --node-count 1 --latency 9 --loss 0.1", &["--latency", "--loss"]),
            (
                "-w echo --node-count 1 --duplicate 0.1 --nemesis partition",
                &["--duplicate", "--nemesis"],
            ),
        ] {
            let options: Options = flags.parse().unwrap();
            let notes = options.without_effect();
            assert_eq!(notes.len(), named.len(), "{flags}: {notes:?}");
            for (note, flag) in notes.iter().zip(named) {
                assert!(note.starts_with(&format!("{flag} has no effect ")), "{flags}: {note}");
            }
        }
    }

    #[test]
    fn value_flags_need_broadcast_and_log_flags_need_a_single_run() {
        let options = |flags: &str| flags.parse::<Options>().unwrap();
        assert!(options("-w broadcast --strict").check().is_ok());
        assert!(options("-w unique-ids --strict").check().is_err());
        assert!(options("-w broadcast --max-latency 9 --max-median-latency 9").check().is_ok());
        assert!(options("-w echo --max-msgs-per-op 9").check().is_ok());
        assert!(options("-w echo --max-latency 9").check().is_err());
        assert!(options("-w echo --max-median-latency 9").check().is_err());
        assert!(options("-w broadcast --strict").check_sweep().is_ok());
        for flag in ["--log-stderr", "--log-net-send", "--log-net-recv"] {
            assert!(options(&format!("-w broadcast {flag}")).check_sweep().is_err(), "{flag}");
        }
    }
}

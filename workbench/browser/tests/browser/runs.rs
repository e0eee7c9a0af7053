//! Runs and a sweep to look at: each is simulated once, by the stage's own example.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use browser_tests::{Result, built};

/// A run of a stage under certain flags, or a sweep.
pub struct Run {
    /// What its pictures are called.
    pub name: &'static str,
    /// How many seeds, if it is a sweep.
    seeds: Option<u64>,
    stage: &'static str,
    flags: &'static str,
    seed: u64,
    /// What the stage's process ends with.
    status: i32,
}

const PARTITIONS: &str =
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --nemesis partition";

/// 3b in the partitions of 3c, which loses values.
pub const INVALID: Run = Run {
    name: "invalid",
    seeds: None,
    stage: "broadcast-3b",
    flags: PARTITIONS,
    seed: 2,
    status: 1,
};

/// 3c, which does not.
pub const VALID: Run = Run {
    name: "valid",
    seeds: None,
    stage: "broadcast-3c",
    flags: PARTITIONS,
    seed: 1,
    status: 0,
};

/// Many seeds of 3b in them, of which some fail.
pub const SWEEP: Run = Run { name: "sweep", seeds: Some(40), seed: 1, ..INVALID };

/// A long run of many operations.
pub const LARGE: Run = Run {
    name: "large",
    seeds: None,
    stage: "unique-ids",
    flags: "-w unique-ids --node-count 3 --time-limit 30 --rate 1000 --nemesis partition \
            --availability total",
    seed: 1,
    status: 0,
};

impl Run {
    /// The run's folder. It is kept in the target folder, and made anew by each start of the tests.
    ///
    /// Fails if the example has not been built, or does not end as expected.
    pub fn folder(&self) -> Result<PathBuf> {
        let built = built()?;
        let store = built.with_file_name("browser-runs").join(self.name);
        let made_by = store.join(format!("{}.made", std::process::id()));
        if !made_by.exists() {
            self.simulate(&built.join(format!("examples/simulate-{}", self.stage)), &store)?;
            fs::write(made_by, "")?;
        }
        Ok(store.join(if self.seeds.is_some() { "sweep/latest" } else { "latest" }))
    }

    /// The run's report.
    pub fn report(&self) -> Result<PathBuf> {
        Ok(self.folder()?.join("report.html"))
    }

    fn simulate(&self, example: &Path, store: &Path) -> Result<()> {
        if store.exists() {
            fs::remove_dir_all(store)?;
        }
        fs::create_dir_all(store)?;
        let mut command = Command::new(example);
        match self.seeds {
            None => command.arg("test"),
            Some(seeds) => command.args(["sweep", "--seeds", &seeds.to_string()]),
        };
        command.args(self.flags.split_whitespace());
        command.args(["--seed", &self.seed.to_string(), "--store"]).arg(store);
        let output = command.output().map_err(|error| {
            format!("{}: {error}. `make test-browser` builds it first", example.display())
        })?;
        if output.status.code() != Some(self.status) {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(format!("{command:?}: {}\n{said}", output.status).into());
        }
        Ok(())
    }
}

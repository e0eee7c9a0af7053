//! For the tests of a stage: its challenge in virtual time, with one seed or another.

use std::fmt;
use std::fs;
use std::ops::Deref;
use std::path::Path;

use common::Handler;

use crate::cluster::tasks::Program;
use crate::simulation::{Judged, judge_run};

/// What a stage's Cargo.toml says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub name: String,
    /// The flags of its challenge.
    pub flags: String,
}

impl Stage {
    /// Reads the Cargo.toml in `folder`, which is a stage's `env!("CARGO_MANIFEST_DIR")`.
    ///
    /// Panics if there is none, or no stage is in it: this is for tests.
    pub fn read(folder: &str) -> Stage {
        let path = Path::new(folder).join("Cargo.toml");
        let manifest =
            fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let field = |table, key| {
            field(&manifest, table, key).unwrap_or_else(|| {
                panic!("{}: no line `{key} = \"…\"` under [{table}]", path.display())
            })
        };
        Stage { name: field("package", "name"), flags: field("package.metadata.stage", "flags") }
    }

    /// Simulates a cluster of servers of type `H` with these flags, which need not be the stage's.
    ///
    /// Panics if the flags are wrong, or if there can be no verdict, and says why and how to
    /// repeat it: this is for tests.
    pub fn simulate<H: Handler>(&self, flags: &str, seed: u64) -> Simulated {
        let name = &self.name;
        let command = format!("cargo run --example simulate-{name} -- test {flags} --seed {seed}");
        let options = flags.parse().unwrap_or_else(|error| panic!("`{flags}`: {error}"));
        match judge_run(Program::of::<H>(), &options, seed) {
            Ok(judged) => Simulated { judged, command },
            Err(error) => panic!("{error}\n\nThat was `{command}`"),
        }
    }
}

/// A run of a stage. Shown, it says which, and how to repeat it.
#[derive(Debug)]
pub struct Simulated {
    judged: Judged,
    command: String,
}

impl Deref for Simulated {
    type Target = Judged;

    fn deref(&self) -> &Judged {
        &self.judged
    }
}

impl fmt::Display for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to repeat this run: {}", self.command)
    }
}

/// The string that a line `key = "…"` under `[table]` holds, which is as much TOML as make reads.
fn field(manifest: &str, table: &str, key: &str) -> Option<String> {
    let header = format!("[{table}]");
    let lines = manifest.lines().skip_while(|line| line.trim() != header).skip(1);
    let mut lines = lines.take_while(|line| !line.starts_with('['));
    lines.find_map(|line| {
        let value = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
        Some(value.trim().strip_prefix('"')?.strip_suffix('"')?.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn a_field_is_found_in_its_own_table() {
        let manifest = "[package]\nname = \"my-stage\"\nflags = \"wrong\"\n\n\
                        [package.metadata.stage]\nprevious=\"\"\nflags = \"-w echo\"\n\n\
                        [[example]]\nname = \"simulate-my-stage\"\n";
        let found = |table, key| field(manifest, table, key);
        assert_eq!(found("package", "name").as_deref(), Some("my-stage"));
        assert_eq!(found("package.metadata.stage", "flags").as_deref(), Some("-w echo"));
        assert_eq!(found("package.metadata.stage", "previous").as_deref(), Some(""));
        assert_eq!(found("package.metadata.stage", "name"), None, "that is another table's");
        assert_eq!(found("package", "description"), None);
    }
}

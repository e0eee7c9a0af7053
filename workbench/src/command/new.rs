//! `workbench new`: starts a stage of your own, as a copy of another.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::name::{crate_name, refusal};
use crate::challenge::{challenges_file, read_challenges};
use crate::error::Error;

/// The folders that are copied. A stage's tests and benchmarks are about that stage, not about yours.
const COPIED_FOLDERS: [&str; 2] = ["src", "examples"];

/// Starts a stage of your own, as a copy of another
#[derive(Args)]
pub struct NewArguments {
    /// The name of the new stage, which is also its folder
    name: String,
    /// The stage to copy
    #[arg(long, value_name = "STAGE")]
    from: String,
}

impl NewArguments {
    /// Creates the stage in the workspace of the current folder. Gives the next steps, a few lines.
    ///
    /// If the name cannot be used, the stage to copy does not exist, or a file cannot be written, it
    /// fails and leaves nothing behind.
    pub fn run(&self) -> Result<String, Error> {
        self.run_in(Path::new(""))
    }

    fn run_in(&self, root: &Path) -> Result<String, Error> {
        let NewArguments { name, from } = self;
        let lock = fs::read_to_string(root.join("Cargo.lock")).unwrap_or_default();
        if let Some(why) = refusal(name, root, &lock) {
            return Err(Error::Asked(format!("a stage cannot be called `{name}`: {why}")));
        }
        let challenges = read_challenges(root)?;
        if challenges.iter().any(|challenge| challenge.name == *name) {
            let file = challenges_file(root);
            return Err(Error::Asked(format!("`{name}` is a line of {} already", file.display())));
        }
        let is_stage = |name: &str| root.join(name).join("Cargo.toml").is_file();
        if !challenges.iter().any(|challenge| challenge.name == *from) || !is_stage(from) {
            let stages = challenges.iter().map(|challenge| challenge.name.as_str());
            let stages: Vec<&str> = stages.filter(|name| is_stage(name)).collect();
            let stages = stages.join(", ");
            return Err(Error::Asked(format!("there is no stage `{from}`. There are: {stages}")));
        }

        self.copy(root).and_then(|()| self.add_challenge(root)).inspect_err(|_| {
            // A stage is created completely, or not at all.
            let _ = fs::remove_dir_all(root.join(name));
        })?;
        Ok(format!(
            "{name}/ begins as a copy of {from}. Next:\n  \
             make run MODULE={name}\n      Run it: it faces the challenge of {from}.\n  \
             edit {name}/src/lib.rs\n      The server.\n  \
             make diff MODULE={name}\n      See what you have changed.\n  \
             make test MODULE={name}\n      Run its test: the challenge, with a hundred seeds.\n\
             Its challenge is the last line of workbench/challenges.mk.\n"
        ))
    }

    fn copy(&self, root: &Path) -> Result<(), Error> {
        let NewArguments { name, from } = self;
        let (source, target) = (root.join(from), root.join(name));
        for folder in COPIED_FOLDERS {
            for path in files(&source.join(folder))? {
                let inner = path.strip_prefix(&source).unwrap_or(&path);
                let text = read(&path)?;
                write(&target.join(inner), &rename(&text, &crate_name(from), &crate_name(name)))?;
            }
        }
        let manifest = read(&source.join("Cargo.toml"))?;
        write(&target.join("Cargo.toml"), &self.manifest(&manifest))?;
        write(&target.join("tests/challenge.rs"), &test(name))
    }

    /// The copied stage's manifest with the new names, and without benchmarks.
    fn manifest(&self, manifest: &str) -> String {
        let NewArguments { name, from } = self;
        let tables = manifest.split_inclusive("\n\n").filter(|table| !table.contains("[[bench]]"));
        let lines = tables.flat_map(str::lines).map(|line| {
            if line.starts_with("description = ") {
                return format!("description = \"A stage of your own, begun as {from}.\"");
            }
            let renamed = [(from.clone(), name.clone()), (crate_name(from), crate_name(name))];
            let mut renamed = renamed.iter().flat_map(|(old, new)| {
                ["", "simulate-"].map(|prefix| {
                    let is_old = line == format!("name = \"{prefix}{old}\"");
                    is_old.then(|| format!("name = \"{prefix}{new}\""))
                })
            });
            renamed.find_map(|line| line).unwrap_or_else(|| line.to_owned())
        });
        lines.map(|line| line + "\n").collect()
    }

    fn add_challenge(&self, root: &Path) -> Result<(), Error> {
        let path = challenges_file(root);
        let text = read(&path)?;
        let text = text.trim_end();
        write(&path, &format!("{text}\n{} = $({})\n", self.name, self.from))
    }
}

/// Every file in `folder` and below it, in the order of their paths, without snapshots, which show what
/// the original does.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = vec![];
    let mut entries: Vec<_> = match fs::read_dir(folder) {
        Ok(entries) => entries.collect::<io::Result<_>>().map_err(Error::path("read", folder))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => vec![],
        Err(error) => return Err(Error::path("read", folder)(error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "snapshots" {
            files.extend(self::files(&path)?);
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

/// Renames paths that begin with the crate's name: `echo::Server`, not `workload::echo::Check`.
fn rename(source: &str, old: &str, new: &str) -> String {
    let path = format!("{old}::");
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut renamed = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(at) = rest.find(&path) {
        let (before, after) = rest.split_at(at);
        renamed.push_str(before);
        let is_inside = renamed.ends_with(is_part);
        renamed.push_str(if is_inside { old } else { new });
        rest = &after[old.len()..];
    }
    renamed + rest
}

/// The test of a new stage.
fn test(name: &str) -> String {
    let name = crate_name(name);
    format!(
        "//! The stage's challenge in virtual time, with many seeds.

use {name}::Server;
use workbench::{{Stage, Verdict}};

#[test]
fn the_challenge_is_met_with_every_seed() {{
    let stage = Stage::named(env!(\"CARGO_PKG_NAME\"));
    for seed in 0..100 {{
        let run = stage.simulate::<Server>(&stage.flags, seed);
        assert_eq!(run.results.verdict, Verdict::Valid, \"{{run}}\");
    }}
}}
"
    )
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(Error::path("read", path))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    let folder = path.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(Error::path("write", path))
}

#[cfg(test)]
mod tests {
    use super::rename;

    #[test]
    fn only_paths_that_begin_with_the_crate_are_renamed() {
        let source = "use echo::Server;\nuse workload::echo::Check;\nrun::<echo::Server>(\"echo\");\n\
                      my_echo::x(echo::y);\n";
        let renamed = "use mine::Server;\nuse workload::echo::Check;\nrun::<mine::Server>(\"echo\");\n\
                       my_echo::x(mine::y);\n";
        assert_eq!(rename(source, "echo", "mine"), renamed);
    }
}

//! `workbench new`: starts a stage of your own, as a copy of another or from scratch.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::name::{crate_name, refusal};
use crate::challenge::{Challenge, challenges_file, read_challenges};
use crate::error::Error;

/// The folders that are copied. A stage's tests and benchmarks are about that stage, not about yours.
const COPIED_FOLDERS: [&str; 2] = ["src", "examples"];

/// What a stage from scratch is a copy of: a crate of the workspace, so that it is compiled and tested.
const STARTER: &str = "starter";
const STARTER_FOLDER: &str = "workbench/templates/starter";

/// Starts a stage of your own, as a copy of another or from scratch
#[derive(Args)]
pub struct NewArguments {
    /// The name of the new stage, which is also its folder
    name: String,
    #[command(flatten)]
    origin: Origin,
}

/// Where the stage and its challenge come from: one of the two at least.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct Origin {
    /// The stage to copy; without it, the new one starts from scratch
    #[arg(long, value_name = "STAGE")]
    from: Option<String>,
    /// The challenge to face; without it, that of the stage that is copied
    #[arg(long, value_name = "CHALLENGE")]
    workload: Option<String>,
}

/// The crate that is copied, and the challenge that the copy faces.
struct Original<'a> {
    package: &'a str,
    folder: PathBuf,
    challenge: &'a str,
}

impl NewArguments {
    /// Creates the stage in the workspace of the current folder. Gives the next steps, a few lines.
    ///
    /// If the name cannot be used, the stage to copy or the challenge does not exist, or a file cannot be
    /// written, it fails and leaves nothing behind.
    pub fn run(&self) -> Result<String, Error> {
        self.run_in(Path::new(""))
    }

    fn run_in(&self, root: &Path) -> Result<String, Error> {
        let NewArguments { name, origin } = self;
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
        let original = origin.find(root, &challenges, is_stage)?;
        self.copy(root, &original)
            .and_then(|()| self.add_challenge(root, original.challenge))
            .inspect_err(|_| {
                // A stage is created completely, or not at all.
                let _ = fs::remove_dir_all(root.join(name));
            })?;

        let challenge = original.challenge;
        let begins = match &origin.from {
            Some(from) => format!("begins as a copy of {from}"),
            None => "answers `init`, and nothing else yet".into(),
        };
        let diff = match &origin.from {
            Some(from) => {
                let from = if from == challenge { String::new() } else { format!(" FROM={from}") };
                format!("  make diff MODULE={name}{from}\n      See what you have changed.\n")
            }
            None if is_stage(challenge) => {
                format!("  make diff MODULE={name}\n      Compare it with {challenge}.\n")
            }
            None => String::new(),
        };
        Ok(format!(
            "{name}/ {begins}. Next:\n  \
             make watch MODULE={name}\n      See after every save whether it meets the challenge of {challenge}.\n  \
             edit {name}/src/lib.rs\n      The server.\n\
             {diff}  \
             make test MODULE={name}\n      Run its test: the challenge, with a hundred seeds.\n\
             Its challenge is the last line of workbench/challenges.mk.\n"
        ))
    }

    fn copy(&self, root: &Path, original: &Original) -> Result<(), Error> {
        let name = &self.name;
        let Original { package, folder: source, .. } = original;
        let target = root.join(name);
        for folder in COPIED_FOLDERS {
            for path in files(&source.join(folder))? {
                let inner = path.strip_prefix(source).unwrap_or(&path);
                let text = read(&path)?;
                let renamed = rename(&text, &crate_name(package), &crate_name(name));
                write(&target.join(inner), &renamed)?;
            }
        }
        let manifest = read(&source.join("Cargo.toml"))?;
        write(&target.join("Cargo.toml"), &self.manifest(&manifest, original))?;
        write(&target.join("tests/challenge.rs"), &test(name))
    }

    /// The copied stage's manifest with the new names, and without benchmarks.
    fn manifest(&self, manifest: &str, original: &Original) -> String {
        let (name, package) = (&self.name, original.package);
        let begun = match &self.origin.from {
            Some(from) => format!(", begun as {from}"),
            None => String::new(),
        };
        let tables = manifest.split_inclusive("\n\n").filter(|table| !table.contains("[[bench]]"));
        let lines = tables.flat_map(str::lines).map(|line| {
            if line.starts_with("description = ") {
                return format!("description = \"A stage of your own{begun}.\"");
            }
            let renamed =
                [(package.to_owned(), name.clone()), (crate_name(package), crate_name(name))];
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

    fn add_challenge(&self, root: &Path, challenge: &str) -> Result<(), Error> {
        let path = challenges_file(root);
        let text = read(&path)?;
        let text = text.trim_end();
        write(&path, &format!("{text}\n{} = $({challenge})\n", self.name))
    }
}

impl Origin {
    /// Finds the crate to copy. Fails, and lists what there is, if there is no such stage or challenge.
    fn find<'a>(
        &'a self,
        root: &Path,
        challenges: &[Challenge],
        is_stage: impl Fn(&str) -> bool,
    ) -> Result<Original<'a>, Error> {
        let all: Vec<&str> = challenges.iter().map(|challenge| challenge.name.as_str()).collect();
        let stages = all.iter().copied().filter(|name| is_stage(name)).collect();
        let Origin { from, workload } = self;
        for (kind, name, known) in [("stage", from, stages), ("challenge", workload, all)] {
            if let Some(name) = name.as_deref().filter(|name| !known.contains(name)) {
                let known = known.join(", ");
                return Err(Error::Asked(format!(
                    "there is no {kind} `{name}`. There are: {known}"
                )));
            }
        }
        let challenge = workload.as_ref().or(from.as_ref()).expect("clap demands one of the two");
        Ok(match from {
            Some(from) => Original { package: from, folder: root.join(from), challenge },
            None => Original { package: STARTER, folder: root.join(STARTER_FOLDER), challenge },
        })
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

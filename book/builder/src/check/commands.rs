//! The `make` commands that pages tell readers to type: the target and the stages of each must exist.

use std::collections::BTreeSet;

use workbench::challenge::read_challenges;

use crate::page::{Fault, Part};
use crate::repository::Repository;

/// The targets and the stages that a command may name.
pub struct Commands {
    targets: BTreeSet<String>,
    stages: BTreeSet<String>,
    /// The stages that the pages so far have told their reader to make.
    own: BTreeSet<String>,
}

impl Commands {
    /// The targets of the Makefile, and the names in `workbench/challenges.mk`.
    pub fn of(repository: &Repository) -> Commands {
        // A line that ends in a backslash continues on the next.
        let makefile = repository.read("Makefile").unwrap_or_default().replace("\\\n", " ");
        let phony = makefile.lines().find_map(|line| line.strip_prefix(".PHONY:"));
        let targets = phony.unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        let challenges = read_challenges(&repository.path("")).unwrap_or_default();
        let stages = challenges.into_iter().map(|challenge| challenge.name);
        Commands { targets, stages: stages.collect(), own: BTreeSet::new() }
    }

    /// What is wrong with the commands in the `sh` blocks of the next page. A stage that this page or one
    /// before it tells its reader to make exists, too.
    pub fn faults(&mut self, parts: &[Part]) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (line, command) in commands(parts) {
            let words = command.split_whitespace().skip(1);
            let target = words.clone().find(|word| !word.contains('=') && !word.starts_with('-'));
            if let Some(target) = target.filter(|target| !self.targets.contains(*target)) {
                let text = format!("the Makefile has no target `{target}` (see its .PHONY)");
                faults.push((line, text));
                continue;
            }
            let names = |(name, _): &(&str, &str)| ["MODULE", "WORKLOAD", "FROM"].contains(name);
            for (name, value) in words.filter_map(|word| word.split_once('=')).filter(names) {
                if target == Some("new") && name == "MODULE" {
                    self.own.insert(value.to_owned());
                } else if !self.stages.contains(value) && !self.own.contains(value) {
                    let stages = self.stages.iter().map(String::as_str).collect::<Vec<_>>();
                    let stages = stages.join(", ");
                    let text =
                        format!("{name}={value}: there is no such stage. There are: {stages}");
                    faults.push((line, text));
                }
            }
        }
        faults
    }
}

/// The lines that begin with `make` in `sh` blocks, with their numbers.
fn commands(parts: &[Part]) -> Vec<(usize, &str)> {
    let mut commands = Vec::new();
    let mut shell = false;
    let mut inside = false;
    for part in parts {
        let Part::Line { line, text, code: true } = part else {
            inside = false;
            continue;
        };
        let text = text.trim();
        if text.starts_with("```") {
            // One block may end on the line before the next begins.
            inside = !inside || text.len() > 3;
            shell = inside && text.trim_start_matches('`') == "sh";
        } else if shell && (text == "make" || text.starts_with("make ")) {
            commands.push((*line, text));
        }
    }
    commands
}

//! `{{#mutation NAME}}`: a small change to a stage, and what a command then prints.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{listing, snapshot, stagediff};
use crate::html;
use crate::page::{Directive, Fault};
use crate::repository::Repository;

/// Where the exercises keep their mutations.
const MUTATIONS: &str = "book/exercises/mutations.toml";
/// Where they keep what each command printed, in `mutation-NAME.txt`.
const SNAPSHOTS: &str = "book/exercises/snapshots";

/// What a page shows of a mutation. The exercises apply it and run it.
#[derive(Deserialize)]
struct Mutation {
    /// The folder of the stage.
    stage: String,
    /// What it does, in a sentence.
    says: String,
    /// The lines that are replaced, and those that replace them.
    find: String,
    replace: String,
    /// The command that a reader types once the change is made.
    run: String,
}

/// The mutation as a figure: the change as a diff, the command, and what it printed.
pub fn mutation(directive: &Directive, repository: &Repository) -> Result<String, Fault> {
    directive.without_lines()?;
    let [name] = &directive.words[..] else {
        return Err(directive.fault(format!("name one mutation of {MUTATIONS}")));
    };
    let read = |path: &str| repository.read(path).map_err(|why| directive.fault(why));
    let mutations: BTreeMap<String, Mutation> = toml::from_str(&read(MUTATIONS)?)
        .map_err(|error| directive.fault(format!("{MUTATIONS}: {error}")))?;
    let Some(mutation) = mutations.get(name) else {
        let names: Vec<_> = mutations.keys().map(String::as_str).collect();
        let names = names.join(", ");
        return Err(directive.fault(format!("there is no mutation `{name}`. There are: {names}")));
    };
    let path = format!("{}/src/lib.rs", mutation.stage);
    let count = read(&path)?.matches(&mutation.find).count();
    if count != 1 {
        return Err(directive.fault(format!(
            "{path} contains its lines {count} times, not once: update {MUTATIONS} to match the stage"
        )));
    }
    let said = read(&format!("{SNAPSHOTS}/mutation-{name}.txt"))?;
    Ok(mutation.figure(name, &path, snapshot::content(&said)))
}

impl Mutation {
    fn figure(&self, name: &str, path: &str, said: &str) -> String {
        // Both sides move left by the same amount, which keeps their nesting.
        let lines: Vec<&str> = self.find.lines().chain(self.replace.lines()).collect();
        let lines = listing::without_indent(&lines);
        let (find, replace) = lines.split_at(self.find.lines().count());
        let (find, replace) = (text(find), text(replace));
        let changes = stagediff::changes(&find, &replace);
        let ends = vec![String::new(); changes.len()];
        format!(
            "<figure class=\"diff mutation\" id=\"mutation-{name}\"><figcaption>{} {} \
             {}</figcaption>{}{}{}</figure>",
            html::text(&self.says),
            html::path(path),
            stagediff::count(&changes),
            html::code("rust", &stagediff::code(&changes, &ends)),
            html::code("sh", &html::text(&format!("{}\n", self.run))),
            snapshot::block("text", said),
        )
    }
}

/// Lines as a text.
fn text(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

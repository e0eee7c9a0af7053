//! The directives, each in a module of its own.

mod include;
mod item;
mod listing;
mod mutation;
mod picture;
mod replay;
mod snapshot;
mod stagediff;

use crate::page::{Directive, Fault};
use crate::repository::Repository;

pub use include::includes;
pub use replay::player;

/// The names of all directives.
pub const NAMES: &[&str] = &["listing", "stagediff", "snapshot", "picture", "replay", "mutation"];

/// Carries out a directive: gives its HTML, on a single line. `number` distinguishes it from the
/// page's other directives.
///
/// # Errors
/// What is wrong, and in which line of the page.
pub fn carry_out(
    directive: &Directive,
    repository: &Repository,
    number: usize,
) -> Result<String, Fault> {
    match directive.name.as_str() {
        "listing" => listing::listing(directive, repository, number),
        "stagediff" => stagediff::stagediff(directive, repository, number),
        "snapshot" => snapshot::snapshot(directive, repository),
        "picture" => picture::picture(directive, repository, number),
        "replay" => replay::replay(directive, repository),
        "mutation" => mutation::mutation(directive, repository),
        name => Err((directive.line, format!("there is no directive {{{{#{name}}}}}"))),
    }
}

impl Directive {
    /// What is wrong with this directive, at its line.
    fn fault(&self, text: impl Into<String>) -> Fault {
        (self.line, format!("{{{{#{}}}}}: {}", self.name, text.into()))
    }

    /// Fails if there are lines between the first and the closing `}}`.
    fn without_lines(&self) -> Result<(), Fault> {
        match self.lines.first() {
            Some((line, text)) => {
                Err((*line, format!("{{{{#{}}}}} takes no further lines: {text}", self.name)))
            }
            None => Ok(()),
        }
    }
}

//! `{{#replay PATH at=4.06 clock=name label}}`: the player on a recorded trace.

use super::Figure;
use crate::page::{Directive, Fault};
use crate::repository::Repository;

/// The player, which is not there yet.
pub fn replay(directive: &Directive, repository: &Repository, _: usize) -> Result<Figure, Fault> {
    let Some(path) = directive.words.first() else {
        return Err(directive.fault("name a trace"));
    };
    repository.read(path).map_err(|why| directive.fault(why))?;
    Ok(Figure::plain("<figure class=\"replay\"></figure>".into()))
}

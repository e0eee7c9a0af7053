//! `{{#mutation NAME}}`: a change of one line, and what the workbench says of it.

use super::Figure;
use crate::page::{Directive, Fault};
use crate::repository::Repository;

/// The mutation as a figure.
pub fn mutation(directive: &Directive, _: &Repository) -> Result<Figure, Fault> {
    Err(directive.fault("not yet"))
}

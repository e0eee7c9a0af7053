//! Small changes to the stages that break a promise or cost something. `mutations.toml` lists them, and
//! `build.rs` makes a module of each.

use workbench::cluster::tasks::Program;

/// A stage with a change.
pub struct Mutation {
    /// Its name in `mutations.toml`.
    pub name: &'static str,
    /// The stage that is changed.
    pub stage: &'static str,
    /// What the change does, as the book puts it.
    pub says: &'static str,
    /// The command that shows its effect.
    pub run: &'static str,
    /// The changed server.
    pub program: fn() -> Program,
}

include!(concat!(env!("OUT_DIR"), "/mutations.rs"));

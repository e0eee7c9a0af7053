//! One-line changes to the stages that break a promise, or cost something. They are listed in
//! `mutations.toml`; `build.rs` makes a module of each.

use workbench::cluster::tasks::Program;

/// A stage with a change.
pub struct Mutation {
    /// Its name in `mutations.toml`.
    pub name: &'static str,
    /// The stage that is changed.
    pub stage: &'static str,
    /// What the change does, as the book says it.
    pub says: &'static str,
    /// The command that shows what comes of it.
    pub run: &'static str,
    /// The changed server.
    pub program: fn() -> Program,
}

include!(concat!(env!("OUT_DIR"), "/mutations.rs"));

//! A test bench for Maelstrom nodes: it starts a cluster, sends it requests, partitions its network,
//! and judges its replies, as Maelstrom would.
//!
//! The stages need what is at the top: [`Stage`] and [`Transcript`] in their tests, [`simulate`] in
//! their examples. `ARCHITECTURE.md` has the map of the rest.

#![warn(missing_docs)]

pub mod challenge;
pub mod checker;
pub mod cluster;
pub mod command;
pub mod console;
pub mod endpoint;
pub mod error;
mod fields;
mod json_key;
pub mod local_server;
pub mod names;
pub mod network;
pub mod options;
pub mod output;
pub mod plan;
pub mod random;
pub mod record;
pub mod report;
pub mod run;
pub mod service;
pub mod simulation;
mod text;
pub mod time;
pub mod workload;

/// A message of a simulation takes a dozen allocations, which made a fifth of its cost.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use checker::{Availability, Finding, Verdict};
pub use command::simulate::simulate;
pub use simulation::stage::{Simulated, Stage};
pub use simulation::transcript::Transcript;

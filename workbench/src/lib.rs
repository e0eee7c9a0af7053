//! A test bench for Maelstrom nodes: it starts a cluster, asks it things, cuts its network, and
//! judges its answers, as Maelstrom would.
//!
//! A run is described by [`options::Options`], conducted by [`bench::bench`], and ordered by
//! [`run::run`]; [`event_loop`] is where its parts meet. What a run records ([`history`],
//! [`journal`]) goes to the checks ([`checker`]), is explained where they fail ([`explain`]), and
//! goes to people ([`report`]).

#![warn(missing_docs)]

mod agenda;
pub mod bench;
pub mod carried;
pub mod challenge;
pub mod checker;
mod client;
pub mod cluster;
pub mod command;
pub mod console;
mod effects;
pub mod elements;
pub mod error;
pub mod event_loop;
pub mod explain;
mod faults;
mod fields;
mod generator;
pub mod heartbeat;
pub mod history;
pub mod interrupt;
pub mod journal;
pub mod judge;
pub mod names;
mod nemesis;
pub mod net;
pub mod options;
pub mod partition;
pub mod prune;
pub mod random;
pub mod report;
pub mod run;
pub mod series;
pub mod simulate;
pub mod simulation;
pub mod spread;
pub mod stage;
pub mod store;
mod storm;
pub mod sweep;
pub mod time;
pub mod topology;
pub mod transcript;
mod workers;
mod workload;

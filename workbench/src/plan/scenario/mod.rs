//! Scenarios: a run that somebody has written down, or that was made small, step by step.
//!
//! The file is TOML. At its top are flags of the run, then what happens in it:
//!
//! ```toml
//! workload = "broadcast"
//! node-count = 2
//!
//! steps = [
//!   { at = 0, partition = "n0 | n1" },
//!   { at = 0.1, node = "n0", op = "broadcast", value = 0 },
//!   { at = 3, heal = true },
//! ]
//! ```

mod file;
mod read;
mod text;
mod write;

pub use file::{DEFAULT_SEED, FLAGS, ScenarioFile};
pub use read::Setting;
pub use write::render;

use std::time::Duration;

use serde_json::Value as Json;

use super::generator::{Assignment, ScheduledOperation};
use crate::network::faults::MessageFaults;
use crate::network::partition::Partition;
use crate::record::history::Value;
use crate::time::Time;

/// What happens in a run, in the order of the times.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Operations and partitions.
    pub steps: Vec<Step>,
    /// What becomes of single messages.
    pub faults: MessageFaults,
    /// When the main phase ends; none for the next whole second after the last step.
    pub time_limit: Option<Time>,
    /// When the final operations begin; none for 10 s after the main phase, as in a run without a scenario.
    pub final_time: Option<Time>,
    /// The workers in the order in which they begin their final operations; none to draw it from the seed.
    pub final_order: Option<Vec<usize>>,
}

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When.
    pub at: Time,
    /// What.
    pub action: Action,
}

/// What happens in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A client asks a node for something.
    Operation {
        /// Who asks.
        assignment: Assignment,
        /// The name of the operation in the history: `broadcast`, `read`, …
        f: &'static str,
        /// Its argument, if it takes one.
        value: Option<Json>,
    },
    /// A partition begins. It replaces any other.
    Partition(Partition),
    /// The network heals.
    Heal,
}

impl Scenario {
    /// When the main phase ends, and what has been cut is healed.
    pub fn end(&self) -> Time {
        const SECOND: u64 = 1_000_000_000;
        self.time_limit.unwrap_or_else(|| {
            let last = self.steps.last().map_or(Time::ZERO, |step| step.at);
            let seconds = last.since(Time::ZERO).as_nanos() as u64 / SECOND;
            Time::ZERO + Duration::from_secs(seconds + 1)
        })
    }
}

impl From<ScheduledOperation> for Action {
    fn from(planned: ScheduledOperation) -> Action {
        let ScheduledOperation { assignment, request, .. } = planned;
        let value = match request.value {
            Value::Json(value) => Some(value),
            Value::None | Value::Set(_) => None,
        };
        Action::Operation { assignment, f: request.f, value }
    }
}

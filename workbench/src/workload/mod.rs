//! The workloads: what clients ask, what must hold, and why it did not. Each has a folder of its own.

pub mod broadcast;
pub mod counter;
mod echo;
pub mod explanation;
mod g_set;
pub mod results;
pub mod session;
mod unique_ids;
pub mod values;

use std::ops::Deref;
use std::sync::Arc;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

pub use echo::{EchoResults, WrongEcho};
pub use explanation::{Explanation, Paragraph};
pub use results::{Input, Results, WorkloadResults, check};
pub use session::{Misfit, Request, Session};
pub use unique_ids::{DuplicatedId, UniqueIdsResults};
pub use values::ValueOperation;

/// Makes [`WorkloadKind`] of the list of workloads.
macro_rules! workloads {
    ($($(#[$meta:meta])* $kind:ident => $workload:expr,)*) => {
        /// All workloads.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum WorkloadKind {
            $($(#[$meta])* $kind,)*
        }

        impl Deref for WorkloadKind {
            type Target = dyn Workload;

            fn deref(&self) -> &(dyn Workload + 'static) {
                match self {
                    $(WorkloadKind::$kind => &$workload,)*
                }
            }
        }
    };
}

workloads! {
    /// Every echo returns what was sent.
    Echo => echo::Echo,
    /// No two generated ids are equal.
    UniqueIds => unique_ids::UniqueIds,
    /// Every broadcast value reaches every node, in the end.
    Broadcast => broadcast::Broadcast,
    /// Every final read of a counter that only grows returns the sum.
    GCounter => counter::Counter::GROW_ONLY,
    /// Every final read of a counter that goes up and down returns the sum.
    PnCounter => counter::Counter::POSITIVE_NEGATIVE,
    /// Every element that was added stays in the set, and reaches every node in the end.
    GSet => g_set::GSet,
}

/// One workload.
pub trait Workload: Sync {
    /// Maelstrom's name for it, as `--workload` takes it.
    fn name(&self) -> &'static str;

    /// The names of its operations in the history.
    fn operations(&self) -> &'static [&'static str];

    /// The operation by which clients hand values to the cluster, if there is one.
    fn values(&self) -> Option<ValueOperation> {
        None
    }

    /// Whether nodes receive a topology before it begins.
    fn has_topology(&self) -> bool {
        false
    }

    /// The clients' side of a run, at its beginning.
    fn session(&self) -> Box<dyn Session>;

    /// The workload's own check.
    fn check(&self, input: &Input) -> Arc<dyn WorkloadResults>;
}

/// A number shown on its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Tile {
    /// What is counted.
    pub label: &'static str,
    /// The number, with its unit.
    pub number: String,
    /// What else there is to say about it.
    pub words: String,
}

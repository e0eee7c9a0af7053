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
    Broadcast => broadcast::BROADCAST,
    /// Every final read of a counter that only grows returns the sum.
    GCounter => counter::Counter::GROW_ONLY,
    /// Every final read of a counter that goes up and down returns the sum.
    PnCounter => counter::Counter::POSITIVE_NEGATIVE,
    /// Every element that was added stays in the set, and reaches every node in the end.
    GSet => g_set::G_SET,
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

#[cfg(test)]
mod tests {
    use serde_json::json;
    use serde_json::value::to_raw_value;

    use super::WorkloadKind::{Broadcast, Echo, GCounter, GSet, PnCounter, UniqueIds};
    use super::*;
    use crate::random;

    #[test]
    fn every_workload_asks_for_each_of_its_operations_in_maelstroms_share() {
        for (workload, name, shares) in [
            (Echo, "echo", &[("echo", 1.0)][..]),
            (UniqueIds, "unique-ids", &[("generate", 1.0)]),
            (Broadcast, "broadcast", &[("broadcast", 0.5), ("read", 0.5)]),
            (GCounter, "g-counter", &[("add", 1.0 / 3.0), ("read", 2.0 / 3.0)]),
            (PnCounter, "pn-counter", &[("add", 0.5), ("read", 0.5)]),
            (GSet, "g-set", &[("add", 0.5), ("read", 0.5)]),
        ] {
            assert_eq!(workload.name(), name);
            let operations: Vec<&str> = shares.iter().map(|(f, _)| *f).collect();
            assert_eq!(workload.operations(), operations, "{name}");
            let mut rng = random::generator(1, "test");
            let mut session = workload.session();
            let asked: Vec<&str> = (0..10_000).map(|_| session.next(&mut rng).f).collect();
            for (f, share) in shares {
                let count = asked.iter().filter(|asked| *asked == f).count();
                let is_near = (count as f64 / 10_000.0 - share).abs() < 0.02;
                assert!(is_near, "{name}: {count} of 10000 are {f}");
            }
            let last = session.last().map(|request| request.f);
            assert_eq!(last, operations.contains(&"read").then_some("read"), "{name}");
        }
    }

    #[test]
    fn a_scenario_may_ask_for_what_fits_the_workload() {
        let asked = |workload: WorkloadKind, f: &str, value| {
            let request = workload.session().request(f, Some(&value));
            request.map(|request| request.body.to_string())
        };
        let billion = 1_000_000_000;
        assert_eq!(asked(GCounter, "add", json!(0)).unwrap(), r#"{"delta":0,"type":"add"}"#);
        assert!(asked(GCounter, "add", json!(billion)).is_ok());
        let refusal = "add takes a value: a whole number from 0 to 1000000000";
        assert_eq!(asked(GCounter, "add", json!(billion + 1)).unwrap_err(), refusal);
        assert_eq!(asked(GCounter, "add", json!(-1)).unwrap_err(), refusal);
        let refusal = "add takes a value: a whole number from -1000000000 to 1000000000";
        assert!(asked(PnCounter, "add", json!(-billion)).is_ok());
        assert_eq!(asked(PnCounter, "add", json!(-billion - 1)).unwrap_err(), refusal);
        for (workload, f) in [(Broadcast, "broadcast"), (GSet, "add")] {
            assert!(asked(workload, f, json!(99_999)).is_ok());
            let refusal = format!("{f} takes a value: a whole number from 0 to 99999");
            assert_eq!(asked(workload, f, json!(100_000)).unwrap_err(), refusal);
        }
        for workload in [Broadcast, GCounter, PnCounter, GSet] {
            assert_eq!(asked(workload, "read", json!(1)).unwrap_err(), "read takes no value");
            assert_eq!(workload.session().request("read", None).unwrap().f, "read");
        }
    }

    #[test]
    fn values_go_on_after_the_greatest_that_a_scenario_handed_over() {
        for workload in [Broadcast, GSet] {
            let operation = workload.values().expect("values");
            let mut session = workload.session();
            let mut rng = random::generator(1, "test");
            for value in [7, 3] {
                session.request(operation.f, Some(&json!(value))).unwrap();
            }
            let mut requests = std::iter::repeat_with(|| session.next(&mut rng));
            let request = requests.find(|request| request.f == operation.f).unwrap();
            let body = to_raw_value(&request.body).unwrap();
            assert_eq!(operation.value_in(&body), Some(8));
        }
    }
}

//! The checks that workloads share, and how verdicts merge into one. They see only the record of a run.

pub mod availability;
pub mod exceptions;
mod finding;
mod incomplete;
pub mod net;
mod odd_reads;
mod quantiles;
mod set_full;
pub mod stats;
pub mod targets;
pub mod values;
mod verdict;

pub use availability::{Availability, AvailabilityResults};
pub use exceptions::Exception;
pub use finding::Finding;
pub use net::NetResults;
pub use odd_reads::OddReads;
pub(crate) use odd_reads::mistyped;
pub use quantiles::{QUANTILE_POINTS, Quantiles, at_points, quantile};
pub use set_full::{Element, Outcome, SetFullResults, StaleElement};
pub use stats::{Counts, Failures, StatsResults};
pub use targets::{Target, Targets};
pub use values::ValuesResults;
pub use verdict::Verdict;

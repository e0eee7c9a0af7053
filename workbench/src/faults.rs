//! What nodes wrote that they should not have: what is no message, or what nobody waited for.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::history::{Fault, Faults};
use crate::time::Time;

/// Counts the faults of each node, and keeps the first few.
#[derive(Debug, Default)]
pub struct FaultLog(BTreeMap<String, (u64, Vec<Kept>)>);

#[derive(Debug)]
struct Kept {
    at: Instant,
    reason: String,
    line: String,
}

impl FaultLog {
    const KEPT: usize = 5;

    /// Adds a fault of `node`: why the line is no message, and the line. True for its first.
    pub fn add(&mut self, node: &str, at: Instant, reason: String, line: String) -> bool {
        let (count, kept) = self.0.entry(node.to_owned()).or_default();
        *count += 1;
        if kept.len() < FaultLog::KEPT {
            kept.push(Kept { at, reason, line });
        }
        *count == 1
    }

    /// The first fault of `node`: why the line is no message, and the line.
    pub fn first(&self, node: &str) -> Option<(&str, &str)> {
        let (_, kept) = self.0.get(node)?;
        kept.first().map(|kept| (kept.reason.as_str(), kept.line.as_str()))
    }

    /// The faults by node, in the time of the run whose main phase began at `origin`.
    pub fn by_node(self, origin: Instant) -> Faults {
        let fault = |node: &str, Kept { at, reason, line }| Fault {
            node: node.to_owned(),
            time: Time::between(origin, at),
            reason,
            line,
        };
        let of_node = |(node, (count, kept)): (String, (u64, Vec<Kept>))| {
            let kept = kept.into_iter().map(|kept| fault(&node, kept)).collect();
            (node, (count, kept))
        };
        self.0.into_iter().map(of_node).collect()
    }
}

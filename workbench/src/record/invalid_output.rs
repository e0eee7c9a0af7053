//! The invalid lines and the unexpected replies of each node.

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::record::history::{InvalidLine, InvalidOutput, InvalidOutputOf};
use crate::time::Time;

/// Counts the lines of each node, and keeps the first few. (A node may also pose as a client.)
#[derive(Debug, Default)]
pub struct InvalidOutputLog(BTreeMap<Endpoint, (u64, Vec<Kept>)>);

#[derive(Debug)]
struct Kept {
    at: Instant,
    reason: String,
    line: String,
}

impl InvalidOutputLog {
    const MAX_KEPT_LINES: usize = 5;

    /// Adds a line of `node`, with what is wrong with it. True for its first.
    pub fn add(&mut self, node: Endpoint, at: Instant, reason: String, line: String) -> bool {
        let (count, kept) = self.0.entry(node).or_default();
        *count += 1;
        if kept.len() < InvalidOutputLog::MAX_KEPT_LINES {
            kept.push(Kept { at, reason, line });
        }
        *count == 1
    }

    /// The first line of `node`: what is wrong with it, and the line.
    pub fn first(&self, node: Endpoint) -> Option<(&str, &str)> {
        let (_, kept) = self.0.get(&node)?;
        kept.first().map(|kept| (kept.reason.as_str(), kept.line.as_str()))
    }

    /// The lines by node, for a run whose main phase began at `origin`.
    pub fn by_node(self, nodes: &NodeNames, origin: Instant) -> InvalidOutput {
        let invalid_line = |Kept { at, reason, line }| InvalidLine {
            time: Time::between(origin, at),
            reason,
            line,
        };
        let of_node = |(node, (count, kept)): (Endpoint, (u64, Vec<Kept>))| InvalidOutputOf {
            node: nodes.of_endpoint(node).into_owned(),
            count,
            first: kept.into_iter().map(invalid_line).collect(),
        };
        self.0.into_iter().map(of_node).collect()
    }
}

//! How many messages an operation took (Maelstrom's `net`).

use crate::record::history::{History, MessageCounts, TrafficByKind};

/// Messages, and messages an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetResults {
    /// The messages, by who talked.
    pub traffic: TrafficByKind,
    /// Operations invoked. `init` and `topology` are none, though their messages count.
    pub operations: usize,
}

impl NetResults {
    /// How many of the messages in `traffic` there were to one operation; none if there was no
    /// operation.
    pub fn messages_per_operation(&self, traffic: &MessageCounts) -> Option<f64> {
        (self.operations > 0).then(|| traffic.messages as f64 / self.operations as f64)
    }
}

/// Counts the operations that the messages in `traffic` were for.
pub fn check(history: &History, traffic: &TrafficByKind) -> NetResults {
    NetResults { traffic: *traffic, operations: history.operations().len() }
}

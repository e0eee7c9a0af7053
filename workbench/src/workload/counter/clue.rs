//! What points at the cause of a wrong sum: a thing that a node did or had read.

use serde::{Deserialize, Serialize};

use crate::time::Time;

/// What points at the cause of a wrong sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "clue", rename_all = "kebab-case")]
pub enum Clue {
    /// A node wrote over what another had written since the first had read.
    Overwritten {
        /// The node that wrote.
        node: String,
        /// The service that it wrote to.
        service: String,
        /// What it had read.
        read: i64,
        /// When.
        #[serde(rename = "read-at")]
        read_at: Time,
        /// What it wrote.
        wrote: i64,
        /// When.
        at: Time,
        /// The value that it replaced.
        value: i64,
        /// The node that had written that.
        by: String,
        /// When.
        #[serde(rename = "by-at")]
        by_at: Time,
    },
    /// A node applied an add once more than it was asked to.
    CountedTwice {
        /// The node that did it.
        node: String,
        /// Where: a service or another node.
        to: String,
        /// The delta.
        delta: i64,
        /// When.
        at: Time,
        /// When it was first applied.
        first: Time,
    },
    /// A node acknowledged an add and never applied it there.
    NeverApplied {
        /// The node that acknowledged it.
        node: String,
        /// Where it is missing: at a service or at another node.
        to: String,
        /// The delta.
        delta: i64,
        /// When it was acknowledged.
        at: Time,
    },
    /// The last that the node had read from a service was not the newest value.
    Stale {
        /// The service.
        service: String,
        /// The key, as JSON.
        key: String,
        /// What it read.
        value: i64,
        /// When.
        at: Time,
        /// The newest value at that time.
        newest: i64,
        /// Since when.
        since: Time,
    },
    /// The node had returned more before, though nothing was ever taken away.
    WentBack {
        /// What it had returned.
        value: i64,
        /// When.
        at: Time,
    },
    /// It is as if the read lacked the last adds that a node acknowledged.
    LacksLast {
        /// The node that acknowledged them.
        node: String,
        /// How many they are.
        adds: usize,
        /// When the first of them was acknowledged.
        since: Time,
    },
}

impl Clue {
    /// When it happened.
    pub fn at(&self) -> Time {
        match self {
            Clue::Overwritten { at, .. }
            | Clue::CountedTwice { at, .. }
            | Clue::NeverApplied { at, .. }
            | Clue::Stale { at, .. }
            | Clue::WentBack { at, .. } => *at,
            Clue::LacksLast { since, .. } => *since,
        }
    }

    /// What happened, as a line about the final read of `reader`.
    pub fn in_words(&self, reader: &str) -> String {
        match self {
            Clue::Overwritten { node, service, read, read_at, wrote, at, value, by, by_at } => {
                format!(
                    "{node} read {read} from {service} at {read_at} and wrote {wrote} at {at}, over the \
                 {value} that {by} had written at {by_at}: {:+} was lost",
                    value - read
                )
            }
            Clue::CountedTwice { node, to, delta, at, first } => format!(
                "{node} added {delta} to {to} at {at}, once more than it was asked to: it had done so at {first}"
            ),
            Clue::NeverApplied { node, to, delta, at } => {
                format!("{node} acknowledged an add of {delta} at {at}, which never reached {to}")
            }
            Clue::Stale { service, value, at, newest, since, .. } => format!(
                "the last that {reader} read from {service}, at {at}, was {value}; since {since}, it \
                 held {newest}"
            ),
            Clue::WentBack { value, at } => {
                format!("{reader} had returned {value} at {at}: it forgot some of that")
            }
            Clue::LacksLast { node, adds: 1, since } => format!(
                "that is as if {reader} lacked the last add that {node} acknowledged, at {since}"
            ),
            Clue::LacksLast { node, adds, since } => format!(
                "that is as if {reader} lacked the last {adds} adds that {node} acknowledged, from \
                 {since} on"
            ),
        }
    }
}

//! The copies of values that nodes sent each other, and what became of each.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use crate::names::NodeNames;
use crate::record::journal::JournalLine;
use crate::record::values_in::values_in;
use crate::time::Time;

/// A copy of a value, on its way from one node to another.
///
/// Every message between nodes is a copy of each value that it carries, and `values_in` says which
/// those are.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SentCopy {
    /// The number of its message: messages are numbered in the order of sending.
    pub id: u64,
    /// Whether it is the second of a message that the network doubled (`--duplicate`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// The name of the node that sent it.
    pub from: String,
    /// When it was sent.
    pub sent: Time,
    /// What became of it.
    #[serde(flatten)]
    pub fate: CopyFate,
}

/// What became of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum CopyFate {
    /// It arrived.
    Delivered {
        /// When.
        at: Time,
    },
    /// A partition stood in its way.
    Dropped {
        /// When it was due.
        at: Time,
        /// The number of the partition.
        partition: usize,
    },
    /// The network lost it (`--loss`).
    Lost {
        /// When it was due.
        at: Time,
    },
    /// The run ended before it arrived.
    UnderWay,
}

/// Reads through the journal, and hands on every copy that a node sent another: the value, the name
/// of the receiver, and the copy. A message that carries a value twice is one copy of it.
///
/// Fails if the journal cannot be read, or if a line of it is not the workbench's.
pub(super) fn for_each_copy(
    nodes: &NodeNames,
    journal: &mut dyn BufRead,
    mut note: impl FnMut(usize, &str, &dyn Fn() -> SentCopy),
) -> io::Result<()> {
    let mut text = vec![];
    while journal.read_until(b'\n', &mut text)? > 0 {
        let line: JournalLine = serde_json::from_slice(&text)?;
        if [&line.src, &line.dest].into_iter().all(|end| nodes.place(end).is_some()) {
            let mut values = values_in(line.body);
            values.sort_unstable();
            values.dedup();
            for value in values {
                note(value, &line.dest, &|| SentCopy::new(&line));
            }
        }
        text.clear();
    }
    Ok(())
}

impl SentCopy {
    fn new(line: &JournalLine) -> SentCopy {
        let JournalLine { id, sent, duplicate, .. } = *line;
        let from = line.src.clone().into_owned();
        let fate = match *line {
            JournalLine { delivered: Some(at), .. } => CopyFate::Delivered { at },
            JournalLine { dropped: Some(at), partition: Some(partition), .. } => {
                CopyFate::Dropped { at, partition }
            }
            JournalLine { lost: Some(at), .. } => CopyFate::Lost { at },
            _ => CopyFate::UnderWay,
        };
        SentCopy { id, duplicate, from, sent, fate }
    }
}

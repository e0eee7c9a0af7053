//! The copies of missing values that nodes sent each other, and what became of each.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

use serde::Serialize;
use serde_json::Value as Json;

use super::broadcast::{Lacking, MissingValue};
use super::{keep_ends, name};
use crate::journal::Line;
use crate::net::Endpoint;
use crate::time::Time;

/// A copy of a value, on its way from one node to another.
///
/// The bench does not know what nodes mean by what they tell each other. So every message between
/// nodes counts as a copy of V whose body holds the number V, alone, in a list, or however deep, be
/// it as the name of a field (JSON maps have no other keys). The protocol's own numbers do not
/// count: the body's `msg_id` and `in_reply_to`, and anything in an `error`. A node that packs its
/// values in strings sends no copies by this rule, and one that counts or dates its messages may
/// seem to send some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct SentCopy {
    /// The number of its message: messages are numbered in the order of sending.
    pub id: u64,
    /// Whether it is the second of a message that the network doubled (`--duplicate`).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
    /// The index of the node that sent it; in JSON its name.
    #[serde(serialize_with = "name")]
    pub from: usize,
    /// When it was sent.
    pub sent: Time,
    /// What became of it.
    #[serde(flatten)]
    pub fate: Fate,
}

/// What became of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "fate", rename_all = "kebab-case")]
pub enum Fate {
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

/// Reads through the journal, and notes every copy of a missing value sent to a node that lacked it.
///
/// Fails if the journal cannot be read, or a line is none of its own.
pub(super) fn follow(missing: &mut [MissingValue], mut journal: impl BufRead) -> io::Result<()> {
    let places = missing.iter().enumerate();
    let places: BTreeMap<u64, usize> =
        places.map(|(place, missing)| (missing.value as u64, place)).collect();
    let mut text = vec![];
    while journal.read_until(b'\n', &mut text)? > 0 {
        let line: Line = serde_json::from_slice(&text)?;
        if let (Ok(Endpoint::Node(from)), Ok(Endpoint::Node(to))) =
            (line.src.parse(), line.dest.parse())
        {
            // What is too deep or too large to be read holds no copies that anybody could see.
            let body = serde_json::from_str(line.body.get()).unwrap_or_default();
            for number in numbers(&body) {
                let missing = places.get(&number).map(|&place| &mut missing[place]);
                let mut lacking = missing.into_iter().flat_map(|missing| &mut missing.lacking);
                if let Some(lacking) = lacking.find(|lacking| lacking.node == to) {
                    lacking.note(SentCopy::new(from, &line));
                }
            }
        }
        text.clear();
    }
    Ok(())
}

impl SentCopy {
    fn new(from: usize, line: &Line) -> SentCopy {
        let Line { id, sent, duplicate, .. } = *line;
        let fate = match *line {
            Line { delivered: Some(at), .. } => Fate::Delivered { at },
            Line { dropped: Some(at), partition: Some(partition), .. } => {
                Fate::Dropped { at, partition }
            }
            Line { lost: Some(at), .. } => Fate::Lost { at },
            _ => Fate::UnderWay,
        };
        SentCopy { id, duplicate, from, sent, fate }
    }
}

impl Lacking {
    fn note(&mut self, copy: SentCopy) {
        self.sent += 1;
        if matches!(copy.fate, Fate::Delivered { at } if at < self.read) {
            self.delivered += 1;
        }
        keep_ends(&mut self.copies, copy);
    }
}

/// The different whole numbers in a message's body, but for the protocol's own.
fn numbers(body: &Json) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    if let Json::Object(fields) = body {
        let is_error = fields.get("type").is_some_and(|kind| kind == "error");
        let fields = fields.iter().filter(|(name, _)| *name != "msg_id" && *name != "in_reply_to");
        fields.filter(|_| !is_error).for_each(|(name, json)| {
            found.extend(name.parse::<u64>());
            collect(json, &mut found);
        });
    }
    found
}

fn collect(json: &Json, found: &mut BTreeSet<u64>) {
    match json {
        Json::Number(number) => found.extend(number.as_u64()),
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Json::Object(fields) => fields.iter().for_each(|(name, json)| {
            found.extend(name.parse::<u64>());
            collect(json, found);
        }),
        Json::Null | Json::Bool(_) | Json::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_holds_its_numbers_however_deep_but_not_the_protocols() {
        let found = |body| numbers(&body).into_iter().collect::<Vec<u64>>();
        let fields = json!({"type": "broadcast", "message": 17, "msg_id": 4, "in_reply_to": 5});
        assert_eq!(found(fields), [17]);
        assert_eq!(found(json!({"type": "gossip", "messages": [3, 1, [2], 3]})), [1, 2, 3]);
        assert_eq!(found(json!({"seen": {"7": true, "n1": {"msg_id": 8}}})), [7, 8]);
        assert_eq!(found(json!({"a": "17", "b": -1, "c": 17.0, "d": null, "e": true})), [0_u64; 0]);
        assert_eq!(
            found(json!({"type": "error", "code": 11, "text": "no", "in_reply_to": 3})),
            [0_u64; 0]
        );
    }
}

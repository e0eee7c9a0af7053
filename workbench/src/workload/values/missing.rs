//! Which values are missing, from which nodes, and what those nodes had said of them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::copies::{CopyFate, SentCopy, for_each_copy};
use crate::checker::{Outcome, SetFullResults, ValuesResults, mistyped};
use crate::names::NodeNames;
use crate::record::history::{Event, History, Kind, Operation, Value};
use crate::record::value_set::ValueSet;
use crate::time::Time;
use crate::workload::Explanation;
use crate::workload::explanation::{MAX_EXPLAINED, keep_ends};

/// How many nodes without a value are described before the others are only counted.
const DESCRIBED: usize = 10;

/// A value that was lost, or that a node lacked in the end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MissingValue {
    /// The value.
    pub value: usize,
    /// Whether it was lost by Maelstrom's rules, or is only incomplete.
    pub lost: bool,
    /// Who was handed it by a client, and when.
    pub asked: NodeAt,
    /// Who acknowledged it, and when; none if no node did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<NodeAt>,
    /// The nodes that lacked it in their last reads, by number, ten at most.
    pub lacking: Vec<MissingOn>,
    /// How many more nodes lacked it.
    pub more_lacking: usize,
}

/// Which node did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeAt {
    /// The node's name.
    pub node: String,
    /// When.
    pub time: Time,
}

/// A node that lacked a value in its last read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MissingOn {
    /// The node's name.
    pub node: String,
    /// When its last read that ended ok began: the read that lacks the value.
    pub read: Time,
    /// What that read returned in its stead: the value as another type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mistyped: Option<Json>,
    /// What proves that the node had the value, and so forgot it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forgot: Option<Proof>,
    /// How many copies of the value were sent to it by other nodes. A copy that the network doubled
    /// (`--duplicate`) counts twice.
    pub sent: usize,
    /// How many of them were delivered before that read began.
    pub delivered: usize,
    /// What became of each of them, in the order of sending; of many, the first and last four.
    pub copies: Vec<SentCopy>,
}

/// What proves that a node had a value. A copy that another node sent it does not: see [`SentCopy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "proof", content = "time", rename_all = "kebab-case")]
pub enum Proof {
    /// It returned the value in a read that began then, its latest with it.
    Returned(Time),
    /// It acknowledged the value to a client then.
    Acknowledged(Time),
    /// A client sent it the value then; the outcome is unknown.
    Told(Time),
}

/// Explains the lost values in rising order, then those that are only incomplete. `add` is the operation
/// that handed them over. The journal is read only if values are missing, and a line at a time.
///
/// Fails if the journal cannot be read, or is not a journal.
pub(super) fn explain(
    nodes: &NodeNames,
    history: &History,
    add: &str,
    values: &ValuesResults,
    journal: &mut dyn BufRead,
) -> io::Result<Explanation> {
    let ValuesResults { set_full, incomplete, .. } = values;
    let lost = set_full.with(Outcome::Lost);
    let incomplete: BTreeSet<usize> =
        incomplete.iter().flat_map(|(_, lacked)| lacked).copied().collect();
    let only_incomplete = incomplete.into_iter().filter(|value| lost.binary_search(value).is_err());
    let missing: Vec<usize> = lost.iter().copied().chain(only_incomplete).collect();
    let mut explained = find(nodes, history, add, set_full, &missing);
    if !missing.is_empty() {
        follow_copies(nodes, &mut explained, journal)?;
    }
    let only_incomplete = missing.len() - lost.len();
    let counts = [("lost value", lost.len()), ("incomplete value", only_incomplete)];
    Ok(Explanation::new(explained, counts))
}

/// Finds which nodes received, acknowledged and lacked the first of the `missing` values. The copies that
/// were sent are filled in later.
fn find(
    nodes: &NodeNames,
    history: &History,
    add: &str,
    set_full: &SetFullResults,
    missing: &[usize],
) -> Vec<MissingValue> {
    let is_add = |(_, invocation, _): &(&Operation, &Event, _)| invocation.f == add;
    let adds: Vec<_> = history.pairs().filter(is_add).collect();
    let mut reads: BTreeMap<usize, Vec<OkRead>> = BTreeMap::new();
    for (operation, invocation, completion) in history.pairs() {
        let read = completion.and_then(|completion| OkRead::new(invocation, completion));
        read.into_iter().for_each(|read| reads.entry(operation.node).or_default().push(read));
    }

    let explained = missing.iter().take(MAX_EXPLAINED).map(|&value| {
        let (operation, invocation, completion) = adds[value];
        let node_at =
            |event: &Event| NodeAt { node: nodes[operation.node].to_owned(), time: event.time };
        let ok = completion.filter(|event| event.kind == Kind::Ok);
        let failed = completion.is_some_and(|event| event.kind == Kind::Fail);
        let told = match ok {
            Some(event) => Some(Proof::Acknowledged(event.time)),
            None => (!failed).then_some(Proof::Told(invocation.time)),
        };
        let element = &set_full.elements[value];
        // A read that began before anybody knew the value need not have it.
        let lacks = |read: &OkRead| Some(read.index) > element.known && !read.has(value);
        let lacking = reads.iter().filter_map(|(&reader, reads)| {
            let last = reads.last().filter(|read| lacks(read))?;
            let mistyped = mistyped(last.elements, value).cloned();
            let read = last.time;
            let returned = reads.iter().rev().find(|read| read.has(value));
            let returned = returned.map(|read| Proof::Returned(read.time));
            let forgot = returned.or(told.filter(|_| reader == operation.node));
            let node = nodes[reader].to_owned();
            let (sent, delivered, copies) = (0, 0, vec![]);
            Some(MissingOn { node, read, mistyped, forgot, sent, delivered, copies })
        });
        let mut lacking: Vec<MissingOn> = lacking.collect();
        let more_lacking = lacking.len().saturating_sub(DESCRIBED);
        lacking.truncate(DESCRIBED);
        MissingValue {
            value,
            lost: element.outcome == Outcome::Lost,
            asked: node_at(invocation),
            acknowledged: ok.map(node_at),
            lacking,
            more_lacking,
        }
    });
    explained.collect()
}

/// Reads through the journal, and notes every copy of a missing value sent to a node that lacked it.
///
/// Fails as [`for_each_copy`] does.
fn follow_copies(
    nodes: &NodeNames,
    missing: &mut [MissingValue],
    journal: &mut dyn BufRead,
) -> io::Result<()> {
    let places = missing.iter().enumerate();
    let places: BTreeMap<usize, usize> =
        places.map(|(place, missing)| (missing.value, place)).collect();
    for_each_copy(nodes, journal, |value, to, copy| {
        let missing = places.get(&value).map(|&place| &mut missing[place]);
        let mut lacking = missing.into_iter().flat_map(|missing| &mut missing.lacking);
        if let Some(lacking) = lacking.find(|lacking| lacking.node == to) {
            lacking.note(copy());
        }
    })
}

impl MissingOn {
    fn note(&mut self, copy: SentCopy) {
        self.sent += 1;
        if matches!(copy.fate, CopyFate::Delivered { at } if at < self.read) {
            self.delivered += 1;
        }
        keep_ends(&mut self.copies, copy);
    }
}

/// A read that ended ok.
struct OkRead<'a> {
    /// The index of the event that began it.
    index: usize,
    /// When it began.
    time: Time,
    elements: &'a ValueSet,
}

impl<'a> OkRead<'a> {
    fn new(invocation: &Event, completion: &'a Event) -> Option<OkRead<'a>> {
        match &completion.value {
            Value::Set(elements) if completion.kind == Kind::Ok => {
                Some(OkRead { index: invocation.index, time: invocation.time, elements })
            }
            _ => None,
        }
    }

    fn has(&self, value: usize) -> bool {
        self.elements.contains(value)
    }
}

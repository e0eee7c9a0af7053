//! Which adds a wrong final read lacks, or counts twice, and who did it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::changes::{Change, Changes};
use super::check::{CounterResults, WrongSum, whole};
use super::clue::Clue;
use crate::names::NodeNames;
use crate::record::history::{History, Kind};
use crate::record::partitions::PartitionRecord;
use crate::text::{counted, joined};
use crate::time::Time;
use crate::workload::explanation::{Focus, FocusMessages, MAX_EXPLAINED, Paragraph, Reason};

/// How many clues of a kind are given for a read. Any others are only counted.
const MAX_CLUES: usize = 3;

/// A wrong sum that final reads returned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct WrongRead {
    /// The nodes that returned it, for the same reasons, and when each of them did.
    pub nodes: Vec<(String, Time)>,
    /// What they returned.
    pub value: i64,
    /// What it may have returned, in words.
    pub acceptable: String,
    /// By how much it is off from the nearest sum that it may have returned.
    pub off_by: i64,
    /// What points at the cause.
    pub clues: Vec<Clue>,
    /// How many more clues there are.
    pub more_clues: usize,
}

/// An add as its node knew it.
struct Add {
    delta: i64,
    acknowledged: Option<Time>,
}

/// Explains the wrong reads of `results`, the first of them.
///
/// Fails if the journal cannot be read, or is none. It is read only if there are wrong reads.
pub fn explain(
    results: &CounterResults,
    nodes: &NodeNames,
    history: &History,
    journal: &mut dyn BufRead,
) -> io::Result<Vec<WrongRead>> {
    if results.errors.is_empty() {
        return Ok(vec![]);
    }
    let mut adds: BTreeMap<&str, Vec<Add>> = BTreeMap::new();
    let mut asked: BTreeSet<(&str, i64)> = BTreeSet::new();
    for (operation, invocation, completion) in
        history.pairs().filter(|(_, event, _)| event.f == "add")
    {
        let acknowledged =
            completion.filter(|event| event.kind == Kind::Ok).map(|event| event.time);
        let add = Add { delta: whole(invocation), acknowledged };
        asked.insert((&nodes[operation.node], add.delta));
        if add.delta != 0 {
            adds.entry(&nodes[operation.node]).or_default().push(add);
        }
    }
    let changes = Changes::read(nodes, |node, delta| asked.contains(&(node, delta)), journal)?;
    let mut explained: Vec<WrongRead> = vec![];
    for wrong in results.errors.iter().take(MAX_EXPLAINED) {
        let read = explain_read(results, wrong, nodes, history, &changes, &adds);
        let same = |other: &&mut WrongRead| other.value == read.value && other.clues == read.clues;
        match explained.iter_mut().find(same) {
            Some(other) if !read.clues.is_empty() => other.nodes.extend(read.nodes),
            _ => explained.push(read),
        }
    }
    for read in &mut explained {
        read.nodes.sort_by_key(|(node, _)| nodes.place(node));
    }
    Ok(explained)
}

fn explain_read(
    results: &CounterResults,
    wrong: &WrongSum,
    nodes: &NodeNames,
    history: &History,
    changes: &Changes,
    adds: &BTreeMap<&str, Vec<Add>>,
) -> WrongRead {
    let bounds = results.acceptable.iter().flat_map(|range| [range.low, range.high]);
    let off_by = bounds.map(|bound| wrong.value - bound).min_by_key(|off| off.abs()).unwrap_or(0);
    let grows = adds.values().flatten().all(|add| add.delta > 0);
    let mut clues = vec![];
    let relevant = |change: &&Change| change.to == wrong.node || nodes.place(&change.to).is_none();
    let relevant: Vec<&Change> = changes.all.iter().filter(relevant).collect();
    clues.extend(relevant.iter().filter_map(|change| change.lost.clone()));
    let (twice, never) = compare(&relevant, adds);
    clues.extend(twice);
    clues.extend(never);
    let stale = changes.stale.iter().filter(|(node, _)| *node == wrong.node);
    clues.extend(stale.map(|(_, clue)| clue.clone()));
    if grows {
        clues.extend(went_back(wrong, nodes, history));
        if clues.is_empty() {
            clues.extend(lacks_last(wrong, -off_by, adds));
        }
    }
    // What makes a sum smaller does not explain why one is too great, if nothing is taken away.
    let fits = |clue: &Clue| !grows || (off_by > 0) == matches!(clue, Clue::CountedTwice { .. });
    clues.retain(fits);
    let more_clues = clues.len().saturating_sub(MAX_CLUES);
    clues.truncate(MAX_CLUES);
    WrongRead {
        nodes: vec![(wrong.node.clone(), wrong.completion.time)],
        value: wrong.value,
        acceptable: results.acceptable_in_words(),
        off_by,
        clues,
        more_clues,
    }
}

/// Compares the changes of each node with the adds that it was asked for: what it applied too often,
/// and what it acknowledged and never applied. A node that applies sums of adds says nothing this way.
fn compare(changes: &[&Change], adds: &BTreeMap<&str, Vec<Add>>) -> (Vec<Clue>, Vec<Clue>) {
    let mut by_way: BTreeMap<(&str, &str), Vec<&Change>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.delta != 0) {
        by_way.entry((&change.by, &change.to)).or_default().push(change);
    }
    let (mut twice, mut never) = (vec![], vec![]);
    for ((node, to), changes) in by_way {
        let asked = adds.get(node).map_or(&[][..], Vec::as_slice);
        let is_asked = |change: &&Change| asked.iter().any(|add| add.delta == change.delta);
        if !changes.iter().all(is_asked) {
            continue;
        }
        let mut open: Vec<&Add> = asked.iter().collect();
        let mut applied: BTreeMap<i64, Time> = BTreeMap::new();
        for Change { delta, at, .. } in changes {
            let place = open.iter().position(|add| add.delta == *delta);
            match (place, applied.get(delta)) {
                (Some(place), _) => drop(open.remove(place)),
                (None, Some(&first)) => {
                    let (node, to) = (node.to_owned(), to.to_owned());
                    twice.push(Clue::CountedTwice { node, to, delta: *delta, at: *at, first });
                }
                (None, None) => {}
            }
            applied.insert(*delta, *at);
        }
        let lacking = open.into_iter().filter_map(|add| Some((add.delta, add.acknowledged?)));
        never.extend(lacking.map(|(delta, at)| Clue::NeverApplied {
            node: node.to_owned(),
            to: to.to_owned(),
            delta,
            at,
        }));
    }
    (twice, never)
}

/// The greatest that the same node had returned before.
fn went_back(wrong: &WrongSum, nodes: &NodeNames, history: &History) -> Option<Clue> {
    let reads = history.pairs().filter_map(|(operation, invocation, completion)| {
        let completion = completion.filter(|event| event.kind == Kind::Ok)?;
        let is_before = completion.index < wrong.invocation.index;
        let is_read = invocation.f == "read" && nodes[operation.node] == wrong.node;
        (is_read && is_before).then(|| (whole(completion), completion.time))
    });
    let (value, at) = reads.max_by_key(|(value, _)| *value)?;
    (value > wrong.value).then_some(Clue::WentBack { value, at })
}

/// The one node, if it is one, whose last acknowledged adds come to the sum that is lacking.
fn lacks_last(wrong: &WrongSum, lacking: i64, adds: &BTreeMap<&str, Vec<Add>>) -> Option<Clue> {
    let others = adds.iter().filter(|(node, _)| **node != wrong.node);
    let mut fitting = others.filter_map(|(node, adds)| {
        let mut sum = 0;
        let acknowledged = adds.iter().rev().filter_map(|add| Some((add.delta, add.acknowledged?)));
        let (place, since) = acknowledged.enumerate().find_map(|(place, (delta, at))| {
            sum += delta;
            (sum == lacking).then_some((place, at))
        })?;
        Some(Clue::LacksLast { node: (*node).to_owned(), adds: place + 1, since })
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first)
}

impl Reason for WrongRead {
    fn noun(&self) -> &'static str {
        "wrong sum"
    }

    fn to_json(&self) -> Json {
        json!(self)
    }

    fn in_words(&self, _partitions: &[PartitionRecord]) -> Paragraph {
        let WrongRead { nodes, value, acceptable, off_by, clues, more_clues } = self;
        let readers = joined(nodes.iter().map(|(node, _)| node), "and");
        let heading = format!("Why {readers} returned {value} in the end, not {acceptable}");
        let mut paragraph = Paragraph::new(heading, self.moment());
        let off = if *off_by < 0 { "too low" } else { "too high" };
        paragraph.line(match nodes.as_slice() {
            [(_, at)] => format!("its final read, answered at {at}, is {} {off}", off_by.abs()),
            _ => format!("their final reads are {} {off}", off_by.abs()),
        });
        clues.iter().for_each(|clue| paragraph.line(clue.in_words(&readers)));
        if *more_clues > 0 {
            paragraph.line(format!("and so {}", counted(*more_clues, "more time")));
        }
        if clues.is_empty() {
            paragraph.line("the messages do not tell which add it was".to_owned());
        }
        paragraph
    }

    fn focus(&self) -> Focus {
        let readers = joined(self.nodes.iter().map(|(node, _)| node), "and");
        let words = format!("what {readers} returned in the end");
        Focus { words, messages: FocusMessages::Replies(json!(self.value), self.nodes.clone()) }
    }
}

impl WrongRead {
    /// The moment to look at first: that of the first clue.
    fn moment(&self) -> Time {
        let read = self.nodes.first().map_or(Time::ZERO, |(_, at)| *at);
        self.clues.first().map_or(read, Clue::at)
    }
}

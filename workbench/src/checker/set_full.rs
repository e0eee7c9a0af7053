//! What became of each broadcast value (Jepsen's `set-full`).
//!
//! A value's fate depends on only two reads, the latest with it and the latest without it. So the
//! check walks the reads once, from the latest, and drops each value once it has found both. It
//! handles a word of values at a time.

use fixedbitset::FixedBitSet;

use super::Verdict;
use super::quantiles::{Quantiles, quantiles};
use crate::record::history::{Event, History, Kind, Value};
use crate::record::value_set::ValueSet;

/// How many stale values are described in detail.
const WORST: usize = 8;

/// What became of a broadcast value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// From some moment on, every read contained it.
    Stable,
    /// It was known, and from some moment on, no read contained it.
    Lost,
    /// No read that could tell.
    NeverRead,
}

/// A broadcast value, and what became of it. Events are named by their index in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Element {
    /// The value: the values are 0, 1, 2, … in the order of their broadcasts.
    pub value: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// In whole milliseconds. Stable: from the moment it was known to the start of the latest read
    /// without it. Lost: to the start of the latest read with it. 0 if there is no such read or it
    /// began earlier; none if it was never read.
    pub latency: Option<u64>,
    /// What first proved that it was there: the ok of its broadcast, or of a read that contained it.
    pub known: Option<usize>,
    /// The invocation of the latest read that contained it.
    pub last_present: Option<usize>,
    /// The invocation of the latest read that did not.
    pub last_absent: Option<usize>,
}

impl Element {
    /// Whether a read missed it after it was known, and yet it was found in the end.
    pub fn is_stale(&self) -> bool {
        self.outcome == Outcome::Stable && self.latency > Some(0)
    }
}

/// A stale value with the events that prove it.
#[derive(Debug, Clone, PartialEq)]
pub struct StaleElement {
    /// The value.
    pub value: usize,
    /// From `known` to `last_absent`, in whole milliseconds.
    pub latency: u64,
    /// What first proved that it was there.
    pub known: Event,
    /// The start of the latest read without it.
    pub last_absent: Event,
}

/// What became of all broadcast values.
#[derive(Debug, Clone, PartialEq)]
pub struct SetFullResults {
    /// Invalid if a value is lost, unknown if none is stable.
    pub verdict: Verdict,
    /// Every value, in the order of their broadcasts.
    pub elements: Vec<Element>,
    /// The stale values with the longest latencies, the longest first.
    pub worst_stale: Vec<StaleElement>,
    /// The latencies of the stable values; none if there is no such value.
    pub stable_latencies: Option<Quantiles>,
    /// The latencies of the lost values; none if there is no such value.
    pub lost_latencies: Option<Quantiles>,
}

impl SetFullResults {
    /// The values with this outcome, in rising order.
    pub fn with(&self, outcome: Outcome) -> Vec<usize> {
        let elements = self.elements.iter();
        elements.filter(|element| element.outcome == outcome).map(|element| element.value).collect()
    }

    /// The stale values, in rising order.
    pub fn stale(&self) -> Vec<usize> {
        let elements = self.elements.iter();
        elements.filter(|element| element.is_stale()).map(|element| element.value).collect()
    }
}

/// What became of each value that an operation called `add` handed over.
pub(super) fn check(history: &History, add: &str) -> SetFullResults {
    let elements = elements(history, add);
    let latencies = |outcome| {
        let elements = elements.iter();
        quantiles(
            elements
                .filter(|element| element.outcome == outcome)
                .filter_map(|element| element.latency)
                .collect(),
        )
    };
    let (stable_latencies, lost_latencies) = (latencies(Outcome::Stable), latencies(Outcome::Lost));
    let verdict = match (lost_latencies, stable_latencies) {
        (Some(_), _) => Verdict::Invalid,
        (None, None) => Verdict::Unknown,
        (None, Some(_)) => Verdict::Valid,
    };
    SetFullResults {
        verdict,
        worst_stale: worst_stale(history, &elements),
        elements,
        stable_latencies,
        lost_latencies,
    }
}

/// A read that ended ok.
struct Read<'a> {
    invoked: usize,
    completed: usize,
    /// It says something about the first so many values: those broadcast before it completed.
    eligible: usize,
    elements: &'a ValueSet,
}

fn elements(history: &History, add: &str) -> Vec<Element> {
    let mut broadcasts = vec![];
    let mut known = vec![];
    for (_, invocation, completion) in history.pairs() {
        if invocation.f == add {
            broadcasts.push(invocation.index);
            let acknowledged = completion.filter(|event| event.kind == Kind::Ok);
            known.push(acknowledged.map(|event| event.index));
        }
    }

    let mut reads: Vec<Read> = ok_reads(history, &broadcasts).collect();
    let mut last_present = vec![None; broadcasts.len()];
    let mut last_absent = vec![None; broadcasts.len()];
    let mut never_present = all(broadcasts.len());
    let mut never_absent = all(broadcasts.len());
    // Reads are in the order of their invocations: the latest comes first here.
    for read in reads.iter().rev() {
        take(&mut never_present, read, true, |value| {
            last_present[value] = Some(read.invoked);
        });
        take(&mut never_absent, read, false, |value| {
            last_absent[value] = Some(read.invoked);
        });
    }

    reads.sort_by_key(|read| read.completed);
    let mut unseen = all(broadcasts.len());
    for read in &reads {
        take(&mut unseen, read, true, |value| {
            let known: &mut Option<usize> = &mut known[value];
            *known = Some(known.map_or(read.completed, |at| at.min(read.completed)));
        });
    }

    let fates = known.into_iter().zip(last_present).zip(last_absent);
    fates
        .enumerate()
        .map(|(value, ((known, last_present), last_absent))| {
            judge(history, value, known, last_present, last_absent)
        })
        .collect()
}

fn ok_reads<'a>(history: &'a History, broadcasts: &[usize]) -> impl Iterator<Item = Read<'a>> {
    history.pairs().filter_map(|(_, invocation, completion)| {
        let completion = completion.filter(|event| event.kind == Kind::Ok)?;
        match &completion.value {
            Value::Set(elements) if invocation.f == "read" => Some(Read {
                invoked: invocation.index,
                completed: completion.index,
                eligible: broadcasts.partition_point(|&invoked| invoked < completion.index),
                elements,
            }),
            _ => None,
        }
    })
}

fn all(length: usize) -> FixedBitSet {
    let mut all = FixedBitSet::with_capacity(length);
    all.insert_range(..);
    all
}

/// Takes out of `waiting` the values that `read` contains (if `present`) or lacks (if not), of
/// those that it says anything about, and hands them to `found`.
fn take(waiting: &mut FixedBitSet, read: &Read, present: bool, mut found: impl FnMut(usize)) {
    const BITS: usize = usize::BITS as usize;
    let contained = read.elements.issued().as_slice();
    let words = waiting.as_mut_slice().iter_mut();
    for (index, waiting) in words.take(read.eligible.div_ceil(BITS)).enumerate() {
        let contained = contained.get(index).copied().unwrap_or(0);
        let eligible = match read.eligible - index * BITS {
            count @ 0..BITS => (1 << count) - 1,
            _ => usize::MAX,
        };
        let matching = if present { contained } else { !contained };
        let mut taken = *waiting & matching & eligible;
        *waiting &= !taken;
        while taken != 0 {
            found(index * BITS + taken.trailing_zeros() as usize);
            taken &= taken - 1;
        }
    }
}

fn judge(
    history: &History,
    value: usize,
    known: Option<usize>,
    last_present: Option<usize>,
    last_absent: Option<usize>,
) -> Element {
    let since_known = |event: Option<usize>| {
        let (Some(event), Some(known)) = (event, known) else {
            return 0;
        };
        let latency = history.events()[event].time.since(history.events()[known].time);
        u64::try_from(latency.as_millis()).unwrap_or(u64::MAX)
    };
    // A missing read counts as earlier than any other: `None` is less than every `Some`.
    let (outcome, latency) = if last_present > last_absent {
        (Outcome::Stable, Some(since_known(last_absent)))
    } else if known.is_some() && last_absent > last_present && last_absent > known {
        (Outcome::Lost, Some(since_known(last_present)))
    } else {
        (Outcome::NeverRead, None)
    };
    Element { value, outcome, latency, known, last_present, last_absent }
}

/// Of values equally stale, the younger comes first, as in Jepsen.
fn worst_stale(history: &History, elements: &[Element]) -> Vec<StaleElement> {
    let mut stale: Vec<&Element> = elements.iter().filter(|e| e.is_stale()).collect();
    stale.sort_by_key(|element| (element.latency, element.value));
    let describe = |element: &&Element| {
        Some(StaleElement {
            value: element.value,
            latency: element.latency?,
            known: history.events()[element.known?].clone(),
            last_absent: history.events()[element.last_absent?].clone(),
        })
    };
    stale.iter().rev().filter_map(describe).take(WORST).collect()
}

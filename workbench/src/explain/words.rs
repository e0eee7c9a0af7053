//! An explanation in sentences, for people.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::repeat_n;
use std::ops::Range;

use super::{
    DuplicatedId, ENDS, Explanation, Fate, Issued, MissingOn, MissingValue, NodeAt, Proof,
};
use super::{EXPLAINED, SentCopy, Trouble, WrongEcho};
use crate::record::partitions::PartitionRecord;
use crate::text::counted::counted;
use crate::text::escape::{ID, cut};
use crate::text::wrap::wrap;
use crate::time::Time;

/// How many values, ids or echoes are explained in full.
const MAX_SHOWN: usize = 3;

/// If more copies than this were sent to a node, only the first and the last of them are shown.
const COPIES: usize = 4;

/// How much of an error is shown.
const ERROR: usize = 100;

/// A partition that takes more words than this is told by the link that it cut.
const SIDES: usize = 40;

/// An explanation of one value, id or echo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What is explained: `Why value 17 was lost`.
    pub heading: String,
    /// The explanation, a sentence an entry.
    pub lines: Vec<String>,
    /// The moment to look at first.
    pub at: Time,
    /// The value to follow from then on.
    pub value: Option<usize>,
}

impl Explanation {
    /// The first three explanations in full, a paragraph each with an empty line before it, and how
    /// many more there are. `partitions` are those of the run.
    pub fn in_words(&self, partitions: &[PartitionRecord]) -> String {
        let paragraphs = self.paragraphs(partitions).take(MAX_SHOWN);
        let words: String = paragraphs.map(|paragraph| paragraph.wrapped()).collect();
        match self.not_shown(MAX_SHOWN) {
            Some(not_shown) => words + "\n" + &wrap("", "  ", &not_shown),
            None => words,
        }
    }

    /// What there is after the first `shown` explanations, and where to find it, in a sentence; none
    /// if that was all.
    pub fn not_shown(&self, shown: usize) -> Option<String> {
        let counts = self.counts(shown..usize::MAX);
        let place = match self.unexplained.is_empty() {
            true => "see results.json".to_owned(),
            false => format!("results.json explains the first {EXPLAINED}"),
        };
        (!counts.is_empty()).then(|| format!("Not shown: {counts}; {place}"))
    }

    /// How many of each kind are in those `places` of the list of explanations, which goes on with
    /// what is not explained: `13 lost values and 89 incomplete values`.
    pub fn counts(&self, places: Range<usize>) -> String {
        let mut counts = BTreeMap::<Trouble, usize>::new();
        let troubles = self.troubles().skip(places.start).take(places.len());
        troubles.for_each(|trouble| *counts.entry(trouble).or_default() += 1);
        list(counts.into_iter().map(|(trouble, count)| counted(count, trouble.noun())), "and")
    }

    /// What is wrong with each value, id and echo, in order.
    fn troubles(&self) -> impl Iterator<Item = Trouble> {
        let value = |value: &MissingValue| match value.lost {
            true => Trouble::LostValue,
            false => Trouble::IncompleteValue,
        };
        let values = self.values.iter().map(value);
        let duplicates = self.duplicates.iter().map(|_| Trouble::DuplicatedId);
        let echoes = self.echoes.iter().map(|_| Trouble::WrongEcho);
        let unexplained = self.unexplained.iter();
        let unexplained = unexplained.flat_map(|(&trouble, &count)| repeat_n(trouble, count));
        values.chain(duplicates).chain(echoes).chain(unexplained)
    }

    /// Every explanation, in order: values, then ids, then echoes.
    pub fn paragraphs(&self, partitions: &[PartitionRecord]) -> impl Iterator<Item = Paragraph> {
        let values = self.values.iter().map(|value| value.in_words(partitions));
        let duplicates = self.duplicates.iter().map(DuplicatedId::in_words);
        let echoes = self.echoes.iter().map(WrongEcho::in_words);
        values.chain(duplicates).chain(echoes)
    }
}

impl Trouble {
    fn noun(self) -> &'static str {
        match self {
            Trouble::LostValue => "lost value",
            Trouble::IncompleteValue => "incomplete value",
            Trouble::DuplicatedId => "duplicated id",
            Trouble::WrongEcho => "wrong echo",
        }
    }
}

impl MissingValue {
    fn in_words(&self, partitions: &[PartitionRecord]) -> Paragraph {
        let value = self.value;
        let heading = if self.lost {
            format!("Why value {value} was lost")
        } else {
            format!("Why value {value} is missing from {}", self.nodes("and", |_| true))
        };
        let mut paragraph = Paragraph::new(heading, self.turning_point());
        paragraph.value = Some(value);

        let told = match (&self.acknowledged, &self.asked) {
            (Some(NodeAt { node, time }), _) => format!("{node} acknowledged it at {time}"),
            (None, NodeAt { node, time }) => {
                format!("{node} received it at {time}, and never acknowledged it")
            }
        };
        let never = self.nodes("and", |lacking| !lacking.had_it() && lacking.delivered == 0);
        paragraph.line(match never.as_str() {
            "" => told,
            never => format!("{told}; {never} never got it"),
        });

        for lacking in &self.lacking {
            if let Some(mistyped) = &lacking.mistyped {
                let (node, read, mistyped) = (&lacking.node, lacking.read, cut(mistyped, ID));
                paragraph.line(format!(
                    "{node}'s read at {read} returned it as {mistyped}, and {value} was broadcast: \
                     that is another type"
                ));
            } else if let Some(proof) = &lacking.forgot {
                paragraph.line(lacking.forgot(proof));
            }
        }
        for group in self.alike(partitions) {
            let receivers = list(group.iter().map(|lacking| lacking.node.as_str()), "and");
            group[0]
                .copies(&receivers, partitions)
                .into_iter()
                .for_each(|copy| paragraph.line(copy));
        }
        let unsent = self.nodes("or", |lacking| !lacking.had_it() && lacking.sent == 0);
        if !unsent.is_empty() {
            paragraph.line(format!("nobody ever sent it to {unsent}"));
        }
        if self.more_lacking > 0 {
            let more = counted(self.more_lacking, "more node");
            paragraph.line(format!("and {more} lacked it"));
        }
        paragraph
    }

    /// When the first copy was sent that did not arrive; else when the value was asked for.
    fn turning_point(&self) -> Time {
        let copies = self.lacking.iter().flat_map(|lacking| &lacking.copies);
        let stopped =
            copies.filter(|copy| matches!(copy.fate, Fate::Dropped { .. } | Fate::Lost { .. }));
        stopped.map(|copy| copy.sent).min().unwrap_or(self.asked.time)
    }

    /// The names of the nodes that lacked it and of which `holds` is true: `n0, n1 and n4`.
    fn nodes(&self, and: &str, holds: impl Fn(&MissingOn) -> bool) -> String {
        let lacking = self.lacking.iter().filter(|lacking| holds(lacking));
        list(lacking.map(|lacking| lacking.node.as_str()), and)
    }

    /// The nodes that did not have it at all, in groups: to those of a group, the same happened.
    fn alike(&self, partitions: &[PartitionRecord]) -> Vec<Vec<&MissingOn>> {
        let mut groups: Vec<Vec<&MissingOn>> = vec![];
        for lacking in self.lacking.iter().filter(|lacking| lacking.mistyped.is_none()) {
            let copies = lacking.copies("", partitions);
            match groups.iter_mut().find(|group| group[0].copies("", partitions) == copies) {
                Some(group) => group.push(lacking),
                None => groups.push(vec![lacking]),
            }
        }
        groups
    }
}

impl MissingOn {
    /// Whether the node had the value, though its read lacks it.
    fn had_it(&self) -> bool {
        self.forgot.is_some() || self.mistyped.is_some()
    }

    fn forgot(&self, proof: &Proof) -> String {
        let MissingOn { node, read, .. } = self;
        match proof {
            Proof::Returned(time) => {
                format!(
                    "{node} returned it in a read at {time}, and not at {read}: {node} forgot it"
                )
            }
            // The first line of the paragraph says so.
            Proof::Acknowledged(_) | Proof::Told(_) => {
                format!("and yet it is missing from {node}'s read at {read}: {node} forgot it")
            }
        }
    }

    /// What became of the copies that were sent to the node, or to all `receivers` alike.
    fn copies(&self, receivers: &str, partitions: &[PartitionRecord]) -> Vec<String> {
        let words = |index| self.copy(index, receivers, partitions);
        match self.copies.len() {
            kept if self.sent > COPIES => {
                let more = counted(self.sent - 2, "more copy");
                let between = format!("{more} to {receivers} in between");
                vec![words(0), between, words(kept - 1)]
            }
            kept => (0..kept).map(words).collect(),
        }
    }

    /// `n1 -> n3 at 4.062 s, dropped at 4.062 s by the partition n0 n1 | n2 n3 n4; never sent again`
    fn copy(&self, index: usize, receivers: &str, partitions: &[PartitionRecord]) -> String {
        let SentCopy { duplicate, from, sent, fate, .. } = &self.copies[index];
        let fate = match *fate {
            Fate::Delivered { at } => format!("delivered at {at}, {}", self.despite(at)),
            Fate::Dropped { at, partition } => {
                let partition = self.partition(from, partition, partitions);
                format!("dropped at {at} by {partition}{}", self.again(index))
            }
            Fate::Lost { at } => format!("lost by the network at {at}{}", self.again(index)),
            Fate::UnderWay => "still under way when the run ended".to_owned(),
        };
        let doubled = if *duplicate { ", doubled by the network" } else { "" };
        format!("{from} -> {receivers} at {sent}{doubled}, {fate}")
    }

    /// How the node could lack what was delivered to it.
    fn despite(&self, delivered: Time) -> String {
        let MissingOn { node: receiver, read, .. } = self;
        match delivered.cmp(read) {
            Ordering::Less => format!("and yet missing from {receiver}'s read at {read}"),
            Ordering::Equal => format!("just as {receiver} was read"),
            Ordering::Greater => format!("too late for {receiver}'s read at {read}"),
        }
    }

    /// Whether that copy was the sender's last try, as far as one can tell from what is kept.
    fn again(&self, index: usize) -> &'static str {
        let copy = &self.copies[index];
        let mut later = self.copies[index + 1..].iter();
        let known = self.sent == self.copies.len() || index >= ENDS;
        let again = later.any(|later| later.from == copy.from && later.id != copy.id);
        if known && !again { "; never sent again" } else { "" }
    }

    fn partition(&self, from: &str, number: usize, partitions: &[PartitionRecord]) -> String {
        let Some(PartitionRecord { sides, shape, .. }) = partitions.get(number) else {
            return format!("partition number {number}");
        };
        if sides.len() <= SIDES {
            return format!("the partition {sides}");
        }
        format!("a {shape}, in which {} did not hear {from}", self.node)
    }
}

impl DuplicatedId {
    fn in_words(&self) -> Paragraph {
        let DuplicatedId { id, count, issues } = self;
        let first = issues.first().map_or(Time::ZERO, |issue| issue.at);
        let heading = format!("Who gave out id {} ({count} times)", cut(id, ID));
        let mut paragraph = Paragraph::new(heading, first);
        for (index, issue) in issues.iter().enumerate() {
            if index == ENDS && *count > issues.len() {
                paragraph.line(counted(count - issues.len(), "more time"));
            }
            let Issued { at, node, process } = issue;
            paragraph.line(format!("{node} at {at}, to process {process}"));
        }
        paragraph
    }
}

impl WrongEcho {
    fn in_words(&self) -> Paragraph {
        let WrongEcho { node, asked, at, until, .. } = self;
        let asked = cut(asked, ID);
        let mut paragraph = Paragraph::new(format!("What {node} made of {asked}"), *at);
        paragraph.line(match (&self.answered, &self.error) {
            (Some(answered), _) => {
                format!("asked at {at}, it answered {} at {until}", cut(answered, ID))
            }
            (None, error) => {
                let error = cut(error.as_deref().unwrap_or_default(), ERROR);
                format!("asked at {at}, it answered at {until} with {error}")
            }
        });
        paragraph
    }
}

impl Paragraph {
    fn new(heading: String, at: Time) -> Paragraph {
        Paragraph { heading, lines: vec![], at, value: None }
    }

    fn line(&mut self, words: String) {
        self.lines.push(words);
    }

    /// The heading and the lines under it, as wide as a terminal, after an empty line.
    fn wrapped(&self) -> String {
        let lines = self.lines.iter().map(|line| wrap("  ", "    ", line));
        format!("\n{}{}", wrap("", "  ", &self.heading), lines.collect::<String>())
    }
}

/// `n0, n1 and n4`
fn list<T: ToString>(names: impl Iterator<Item = T>, and: &str) -> String {
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    match names.as_slice() {
        [] => String::new(),
        [name] => name.clone(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

//! Why a promise was broken, in facts for `results.json` and in words for people.

use std::any::Any;
use std::fmt;
use std::ops::Range;

use serde_json::{Map, Value as Json, json};

use crate::record::partitions::PartitionRecord;
use crate::text::{counted, joined, wrap};
use crate::time::Time;

/// How many broken promises are explained before the others are only counted.
pub const MAX_EXPLAINED: usize = 1_000;

/// How many of a long list of events are kept from its beginning, and as many from its end.
pub const ENDS: usize = 4;

/// How many are explained in the summary.
const MAX_SHOWN: usize = 3;

/// Why one promise was broken: what became of a value, an id, an echo, …
pub trait Reason: Any + fmt::Debug + Send + Sync {
    /// What is wrong, in the singular: `lost value`.
    fn noun(&self) -> &'static str;

    /// The facts, as `results.json` has them. Times are nanoseconds since the main phase began.
    fn to_json(&self) -> Json;

    /// The facts in sentences. `partitions` are those of the run.
    fn in_words(&self, partitions: &[PartitionRecord]) -> Paragraph;

    /// What a picture shows of it.
    fn focus(&self) -> Focus;
}

/// What a picture of a broken promise shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Focus {
    /// What it shows, in words: `what became of value 17`.
    pub words: String,
    /// Which messages it shows, with those that they answer and those that answer them.
    pub messages: FocusMessages,
}

/// Which messages a picture shows.
#[derive(Debug, Clone, PartialEq)]
pub enum FocusMessages {
    /// Those that hand on a value.
    Value(usize),
    /// Clients' requests with such a content that were sent then.
    Requests(Json, Vec<Time>),
    /// Replies to clients with such a content, by the name of the node and the time of arrival.
    Replies(Json, Vec<(String, Time)>),
}

/// What there is to explain of a run. As JSON it is `explanation` in `results.json`.
#[derive(Debug, Default)]
pub struct Explanation {
    /// The first of what was broken, 1,000 at most.
    pub reasons: Vec<Box<dyn Reason>>,
    /// How many more there were, by what is wrong with them.
    pub unexplained: Vec<(&'static str, usize)>,
}

/// An explanation in sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What is explained: `Why value 17 was lost`.
    pub heading: String,
    /// The explanation, a sentence each.
    pub lines: Vec<String>,
    /// The moment to look at first.
    pub at: Time,
    /// The value to follow from then on.
    pub value: Option<usize>,
}

impl Explanation {
    /// Keeps the first of the `reasons`, which are of `counts`, by what is wrong with them and in this
    /// order.
    pub fn new<R: Reason>(
        reasons: impl IntoIterator<Item = R>,
        counts: impl IntoIterator<Item = (&'static str, usize)>,
    ) -> Explanation {
        let reasons = reasons.into_iter().take(MAX_EXPLAINED);
        let reasons: Vec<_> = reasons.map(|reason| Box::new(reason) as Box<dyn Reason>).collect();
        let mut explained = MAX_EXPLAINED;
        let mut unexplained = vec![];
        for (noun, count) in counts {
            if let more @ 1.. = count.saturating_sub(explained) {
                unexplained.push((noun, more));
            }
            explained = explained.saturating_sub(count);
        }
        Explanation { reasons, unexplained }
    }

    /// The reasons of one type.
    pub fn of<R: Reason>(&self) -> Vec<&R> {
        let reasons = self.reasons.iter().map(|reason| &**reason as &dyn Any);
        reasons.filter_map(|reason| reason.downcast_ref()).collect()
    }

    /// Whether there is nothing to explain.
    pub fn is_empty(&self) -> bool {
        self.reasons.is_empty()
    }

    /// The facts, as `results.json` has them: `reasons`, and `unexplained` if there are more.
    pub fn to_json(&self) -> Json {
        let reasons: Vec<Json> = self.reasons.iter().map(|reason| reason.to_json()).collect();
        let mut json = json!({ "reasons": reasons });
        if !self.unexplained.is_empty() {
            let unexplained = self.unexplained.iter();
            let entries = unexplained.map(|(noun, count)| (noun.replace(' ', "-"), json!(count)));
            json["unexplained"] = Json::Object(entries.collect::<Map<_, _>>());
        }
        json
    }

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

    /// Every explanation, in order.
    pub fn paragraphs(&self, partitions: &[PartitionRecord]) -> impl Iterator<Item = Paragraph> {
        self.reasons.iter().map(|reason| reason.in_words(partitions))
    }

    /// What there is after the first `shown` explanations, and where to find it, in a sentence; none
    /// if that was all.
    pub fn not_shown(&self, shown: usize) -> Option<String> {
        let counts = self.counts(shown..usize::MAX);
        let place = match self.unexplained.is_empty() {
            true => "see results.json".to_owned(),
            false => format!("results.json explains the first {MAX_EXPLAINED}"),
        };
        (!counts.is_empty()).then(|| format!("Not shown: {counts}; {place}"))
    }

    /// How many of each kind are in those `places` of the list of explanations, which goes on with
    /// what is not explained: `13 lost values and 89 incomplete values`.
    pub fn counts(&self, places: Range<usize>) -> String {
        let explained = self.reasons.iter().map(|reason| (reason.noun(), 1));
        let unexplained = self.unexplained.iter().copied();
        let mut place = 0;
        let mut counts: Vec<(&str, usize)> = vec![];
        for (noun, count) in explained.chain(unexplained) {
            let end = place + count;
            let inside = end.min(places.end).saturating_sub(place.max(places.start));
            place = end;
            match counts.iter_mut().find(|(other, _)| *other == noun) {
                _ if inside == 0 => {}
                Some((_, sum)) => *sum += inside,
                None => counts.push((noun, inside)),
            }
        }
        joined(counts.into_iter().map(|(noun, count)| counted(count, noun)), "and")
    }
}

impl Paragraph {
    /// A paragraph without sentences, yet.
    pub fn new(heading: String, at: Time) -> Paragraph {
        Paragraph { heading, lines: vec![], at, value: None }
    }

    /// Adds a sentence.
    pub fn line(&mut self, words: String) {
        self.lines.push(words);
    }

    /// The heading and the lines under it, as wide as a terminal, after an empty line.
    fn wrapped(&self) -> String {
        let lines = self.lines.iter().map(|line| wrap("  ", "    ", line));
        format!("\n{}{}", wrap("", "  ", &self.heading), lines.collect::<String>())
    }
}

/// Puts `item` in its place in `kept`, of which only the first and the last few remain. Whatever
/// the order in which the items come, they are the first and the last of them all.
pub fn keep_ends<T: Ord>(kept: &mut Vec<T>, item: T) {
    let place = kept.partition_point(|other| *other <= item);
    kept.insert(place, item);
    if kept.len() > 2 * ENDS {
        kept.remove(ENDS);
    }
}

#[cfg(test)]
mod tests {
    use super::keep_ends;

    #[test]
    fn the_ends_remain_in_whatever_order_things_come() {
        for step in [1, 3, 7, 19] {
            let mut kept = vec![];
            (0..20).for_each(|index| keep_ends(&mut kept, index * step % 20));
            assert_eq!(kept, [0, 1, 2, 3, 16, 17, 18, 19], "in steps of {step}");
        }
    }
}

//! Why a value is missing, in sentences.

use std::cmp::Ordering;

use serde_json::{Value as Json, json};

use super::{CopyFate, MissingOn, MissingValue, NodeAt, Proof, SentCopy};
use crate::record::partitions::PartitionRecord;
use crate::text::{ID, counted, cut, joined};
use crate::time::Time;
use crate::workload::explanation::{ENDS, Focus, FocusMessages, Paragraph, Reason};

/// If more copies than this were sent to a node, only the first and the last of them are shown.
const MAX_COPIES: usize = 4;

/// A partition that takes more characters than this is described by the blocked link.
const MAX_SIDES_CHARS: usize = 40;

impl Reason for MissingValue {
    fn noun(&self) -> &'static str {
        if self.lost { "lost value" } else { "incomplete value" }
    }

    fn to_json(&self) -> Json {
        json!(self)
    }

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
                    "{node}'s read at {read} returned it as {mistyped}, and {value} was sent: \
                     that is another type"
                ));
            } else if let Some(proof) = &lacking.forgot {
                paragraph.line(lacking.forgot(proof));
            }
        }
        for group in self.alike(partitions) {
            let receivers = joined(group.iter().map(|lacking| lacking.node.as_str()), "and");
            group[0]
                .copies(&receivers, partitions)
                .into_iter()
                .for_each(|copy| paragraph.line(copy));
        }
        let unsent = self.nodes("or", |lacking| !lacking.had_it() && lacking.sent == 0);
        if !unsent.is_empty() {
            paragraph.line(format!("it was never sent to {unsent}"));
        }
        if self.more_lacking > 0 {
            let more = counted(self.more_lacking, "more node");
            paragraph.line(format!("and {more} lacked it"));
        }
        paragraph
    }

    fn focus(&self) -> Focus {
        let words = format!("what became of value {}", self.value);
        Focus { words, messages: FocusMessages::Value(self.value) }
    }
}

impl MissingValue {
    /// When the first copy was sent that did not arrive; else when the value was asked for.
    fn turning_point(&self) -> Time {
        let copies = self.lacking.iter().flat_map(|lacking| &lacking.copies);
        let stopped = copies
            .filter(|copy| matches!(copy.fate, CopyFate::Dropped { .. } | CopyFate::Lost { .. }));
        stopped.map(|copy| copy.sent).min().unwrap_or(self.asked.time)
    }

    /// The names of the nodes that lacked it and of which `holds` is true: `n0, n1 and n4`.
    fn nodes(&self, and: &str, holds: impl Fn(&MissingOn) -> bool) -> String {
        let lacking = self.lacking.iter().filter(|lacking| holds(lacking));
        joined(lacking.map(|lacking| lacking.node.as_str()), and)
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
            kept if self.sent > MAX_COPIES => {
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
            CopyFate::Delivered { at } => format!("delivered at {at}, {}", self.despite(at)),
            CopyFate::Dropped { at, partition } => {
                let partition = self.partition(from, partition, partitions);
                format!("dropped at {at} by {partition}{}", self.again(index))
            }
            CopyFate::Lost { at } => format!("lost by the network at {at}{}", self.again(index)),
            CopyFate::UnderWay => "still under way when the run ended".to_owned(),
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
        let mut since = self.copies[index..].iter();
        let known = self.sent == self.copies.len() || index >= ENDS;
        let again = since.any(|other| other.from == copy.from && other.id != copy.id);
        if known && !again { "; never sent again" } else { "" }
    }

    fn partition(&self, from: &str, number: usize, partitions: &[PartitionRecord]) -> String {
        let Some(PartitionRecord { sides, shape, .. }) = partitions.get(number) else {
            return format!("partition number {number}");
        };
        if sides.len() <= MAX_SIDES_CHARS {
            return format!("the partition {sides}");
        }
        format!("a {shape}, in which {} did not hear {from}", self.node)
    }
}

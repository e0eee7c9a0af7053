//! Why it was lost: for each promise that a run broke, who did what, and what became of it.

mod broadcast;
mod copies;
mod echo;
mod unique_ids;
mod words;

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};

use crate::checker::{Outcome, Results, WorkloadResults};
use crate::names::NodeNames;
use crate::record::history::History;

pub use broadcast::{MissingOn, MissingValue, NodeAt, Proof};
pub use copies::{Fate, SentCopy};
pub use echo::WrongEcho;
pub use unique_ids::{DuplicatedId, Issued};
pub use words::Paragraph;

/// How many values, ids or echoes are explained before the others are only counted.
const EXPLAINED: usize = 1_000;

/// How many of a long list of events are kept from its beginning, and as many from its end.
const ENDS: usize = 4;

/// What there is to explain of a run, and the explanation. As JSON it is `explanation` in
/// `results.json`; what is empty does not stand there. Times are nanoseconds since the main phase
/// began.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Explanation {
    /// The lost values, in rising order, then those that are only incomplete; 1,000 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<MissingValue>,
    /// The ids given out more than once, in rising order, 1,000 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duplicates: Vec<DuplicatedId>,
    /// The echoes that did not bring back what was sent, in the order of asking, 1,000 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub echoes: Vec<WrongEcho>,
    /// How many more of them there were.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unexplained: BTreeMap<Trouble, usize>,
}

/// What may be wrong with a value, an id or an echo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// A value was lost by Maelstrom's rules.
    LostValue,
    /// An acknowledged value was not lost, but some node lacked it in its last read.
    IncompleteValue,
    /// An id was given out more than once.
    DuplicatedId,
    /// An echo did not bring back what was sent.
    WrongEcho,
}

impl Explanation {
    /// Whether there was nothing to explain.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.duplicates.is_empty() && self.echoes.is_empty()
    }
}

/// Explains what `results` found wrong in `history`: lost and incomplete values, duplicated ids,
/// wrong echoes. `nodes` are those of the run, and `journal` is its journal from the beginning; it is
/// read only if values are missing, and a line at a time.
///
/// Fails if the journal cannot be read, or is none.
pub fn explain(
    nodes: &NodeNames,
    history: &History,
    results: &Results,
    journal: impl BufRead,
) -> io::Result<Explanation> {
    let mut explanation = Explanation::default();
    let troubles = match &results.workload {
        WorkloadResults::Echo(echo) => {
            explanation.echoes = echo::explain(&echo.errors);
            vec![(Trouble::WrongEcho, echo.errors.len())]
        }
        WorkloadResults::UniqueIds(ids) => {
            explanation.duplicates = unique_ids::explain(nodes, history, &ids.duplicated);
            vec![(Trouble::DuplicatedId, ids.duplicated.len())]
        }
        WorkloadResults::Broadcast(set_full) => {
            let missing = broadcast::missing(set_full, &results.incomplete);
            explanation.values = broadcast::explain(nodes, history, set_full, &missing);
            if !missing.is_empty() {
                broadcast::follow_copies(nodes, &mut explanation.values, journal)?;
            }
            let lost = set_full.with(Outcome::Lost).len();
            vec![(Trouble::LostValue, lost), (Trouble::IncompleteValue, missing.len() - lost)]
        }
    };
    let mut explained = EXPLAINED;
    for (trouble, count) in troubles {
        if let more @ 1.. = count.saturating_sub(explained) {
            explanation.unexplained.insert(trouble, more);
        }
        explained = explained.saturating_sub(count);
    }
    Ok(explanation)
}

/// Puts `item` in its place in `kept`, of which only the first and the last few remain. Whatever
/// the order in which the items come, they are the first and the last of them all.
fn keep_ends<T: Ord>(kept: &mut Vec<T>, item: T) {
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

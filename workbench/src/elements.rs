//! The values that a broadcast read returned, as a set.

use fixedbitset::FixedBitSet;
use serde_json::Value as Json;

/// A set of broadcast values. The bench broadcasts 0, 1, 2, …, so the values that it issued are
/// bits; whatever else a node returned is kept beside them. A read of ten thousand values takes
/// 1.2 KB this way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Elements {
    issued: FixedBitSet,
    others: Vec<Json>,
}

impl Elements {
    /// The set of `values`, of which those below `issued` are values that the bench has broadcast.
    pub fn new(values: impl IntoIterator<Item = Json>, issued: usize) -> Elements {
        let mut elements = Elements { issued: FixedBitSet::with_capacity(issued), others: vec![] };
        for value in values {
            match value.as_u64().and_then(|value| usize::try_from(value).ok()) {
                Some(index) if index < issued => elements.issued.insert(index),
                _ => elements.others.push(value),
            }
        }
        elements
    }

    /// The set of the values `issued`, which the bench had broadcast, and `others`.
    pub fn of(issued: impl IntoIterator<Item = usize>, others: Vec<Json>) -> Elements {
        Elements { issued: issued.into_iter().collect(), others }
    }

    /// The values that the bench had broadcast, bit by bit.
    pub fn issued(&self) -> &FixedBitSet {
        &self.issued
    }

    /// Whether value number `value` is in the set.
    pub fn contains(&self, value: usize) -> bool {
        self.issued.contains(value)
    }

    /// What was returned and never broadcast, in the order returned, repetitions kept.
    pub fn others(&self) -> &[Json] {
        &self.others
    }

    /// Every element: those broadcast, in rising order, then the others.
    pub fn iter(&self) -> impl Iterator<Item = Json> {
        self.issued.ones().map(Json::from).chain(self.others.iter().cloned())
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.issued.count_ones(..) + self.others.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

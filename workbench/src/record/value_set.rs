//! The values that a broadcast read returned, as a set.

use fixedbitset::FixedBitSet;
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// A set of broadcast values. The bench broadcasts 0, 1, 2, …, so the values that it issued are
/// bits; whatever else a node returned is kept beside them. A read of ten thousand values takes
/// 1.2 KB this way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValueSet {
    issued: FixedBitSet,
    repeated: Vec<usize>,
    others: Vec<Json>,
}

impl ValueSet {
    /// The set of `values`, of which those below `issued` are values that the bench has broadcast.
    pub fn new(values: impl IntoIterator<Item = Json>, issued: usize) -> ValueSet {
        let mut elements = ValueSet::none(issued);
        for value in values {
            match value.as_u64().and_then(|value| usize::try_from(value).ok()) {
                Some(index) if index < issued => elements.insert(index),
                _ => elements.others.push(value),
            }
        }
        elements
    }

    /// The set of the values `issued`, which the bench had broadcast, and `others`.
    pub fn of(issued: impl IntoIterator<Item = usize>, others: Vec<Json>) -> ValueSet {
        let mut elements = ValueSet { others, ..ValueSet::none(0) };
        issued.into_iter().for_each(|value| elements.insert(value));
        elements
    }

    /// The same as [`ValueSet::new`], of values that are yet to be read. Fails if one cannot be, as it is
    /// nested too deep.
    pub fn read(values: &[&RawValue], issued: usize) -> serde_json::Result<ValueSet> {
        let mut elements = ValueSet::none(issued);
        for value in values {
            match value.get().parse() {
                Ok(index) if index < issued => elements.insert(index),
                _ => elements.others.push(serde_json::from_str(value.get())?),
            }
        }
        Ok(elements)
    }

    fn none(issued: usize) -> ValueSet {
        ValueSet { issued: FixedBitSet::with_capacity(issued), repeated: vec![], others: vec![] }
    }

    fn insert(&mut self, index: usize) {
        self.issued.grow(index + 1);
        if self.issued.put(index) {
            self.repeated.push(index);
        }
    }

    /// The values that the bench had broadcast, bit by bit.
    pub fn issued(&self) -> &FixedBitSet {
        &self.issued
    }

    /// Whether value number `value` is in the set.
    pub fn contains(&self, value: usize) -> bool {
        self.issued.contains(value)
    }

    /// The values that were returned again, each as often as it was, in the order returned.
    pub fn repeated(&self) -> &[usize] {
        &self.repeated
    }

    /// What was returned and never broadcast, in the order returned, repetitions kept.
    pub fn others(&self) -> &[Json] {
        &self.others
    }

    /// Everything that was returned: what was broadcast, in rising order, what of it was returned
    /// again, and the others.
    pub fn iter(&self) -> impl Iterator<Item = Json> {
        let issued = self.issued.ones().chain(self.repeated.iter().copied());
        issued.map(Json::from).chain(self.others.iter().cloned())
    }

    /// Whether nothing was returned.
    pub fn is_empty(&self) -> bool {
        self.issued.is_clear() && self.others.is_empty()
    }
}

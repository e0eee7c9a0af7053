//! The values that a broadcast read returned, as a set.

use fixedbitset::FixedBitSet;
use serde_json::Value as Json;
use serde_json::value::RawValue;

/// A set of broadcast values. The workbench broadcasts 0, 1, 2, …, so the values that it issued are bits.
/// Whatever else a node returned is kept separately. A read of ten thousand values takes 1.2 KB.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ValueSet {
    issued: FixedBitSet,
    repeated: Vec<usize>,
    others: Vec<Json>,
}

impl ValueSet {
    /// The set of `values`, of which those below `issued` are values that the workbench has broadcast.
    pub fn new(values: impl IntoIterator<Item = Json>, issued: usize) -> ValueSet {
        let mut values_read = ValueSet::none(issued);
        for value in values {
            match value.as_u64().and_then(|value| usize::try_from(value).ok()) {
                Some(index) if index < issued => values_read.insert(index),
                _ => values_read.others.push(value),
            }
        }
        values_read
    }

    /// The set of the values `issued`, which the workbench had broadcast, and `others`.
    pub fn of(issued: impl IntoIterator<Item = usize>, others: Vec<Json>) -> ValueSet {
        let mut values_read = ValueSet { others, ..ValueSet::none(0) };
        issued.into_iter().for_each(|value| values_read.insert(value));
        values_read
    }

    /// The same as [`ValueSet::new`], from JSON text. Fails if a value is nested too deep.
    pub fn read(values: &[&RawValue], issued: usize) -> serde_json::Result<ValueSet> {
        let mut values_read = ValueSet::none(issued);
        for value in values {
            match value.get().parse() {
                Ok(index) if index < issued => values_read.insert(index),
                _ => values_read.others.push(serde_json::from_str(value.get())?),
            }
        }
        Ok(values_read)
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

    /// The values that the workbench had broadcast, bit by bit.
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

    /// What was returned and never broadcast, in the order returned, with repetitions.
    pub fn others(&self) -> &[Json] {
        &self.others
    }

    /// Everything that was returned: what was broadcast, in ascending order, what of it was returned
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

//! A total order of JSON values.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Number, Value as Json};

/// A JSON value that can be compared with any other: `null`, then false and true, then numbers,
/// strings, arrays and objects, each kind in its natural order. Values are equal here exactly if
/// they are equal as [`Json`]: `1` comes before `1.0` and is not the same.
#[derive(Debug, Clone, Copy)]
pub(crate) struct JsonOrder<'a>(pub &'a Json);

impl Ord for JsonOrder<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (Json::Bool(a), Json::Bool(b)) => a.cmp(b),
            (Json::Number(a), Json::Number(b)) => compare_numbers(a, b),
            (Json::String(a), Json::String(b)) => a.cmp(b),
            (Json::Array(a), Json::Array(b)) => {
                a.iter().map(JsonOrder).cmp(b.iter().map(JsonOrder))
            }
            (Json::Object(a), Json::Object(b)) => {
                let a: BTreeMap<_, _> = a.iter().map(|(k, v)| (k, JsonOrder(v))).collect();
                let b: BTreeMap<_, _> = b.iter().map(|(k, v)| (k, JsonOrder(v))).collect();
                a.cmp(&b)
            }
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }
}

impl PartialOrd for JsonOrder<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for JsonOrder<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for JsonOrder<'_> {}

fn rank(value: &Json) -> u8 {
    match value {
        Json::Null => 0,
        Json::Bool(_) => 1,
        Json::Number(_) => 2,
        Json::String(_) => 3,
        Json::Array(_) => 4,
        Json::Object(_) => 5,
    }
}

fn compare_numbers(a: &Number, b: &Number) -> Ordering {
    match (a.as_i128(), b.as_i128()) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => compare_mixed(a, float(b)),
        (None, Some(b)) => compare_mixed(b, float(a)).reverse(),
        (None, None) => compare_floats(float(a), float(b)),
    }
}

/// Turning an integer into a float never takes it past another float, so only a tie needs a second
/// look, and then the float is whole. An integer comes before the float that equals it.
fn compare_mixed(integer: i128, float: f64) -> Ordering {
    compare_floats(integer as f64, float)
        .then_with(|| integer.cmp(&(float as i128)))
        .then(Ordering::Less)
}

/// JSON has no NaN, and `-0.0` equals `0.0` there.
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_value_has_its_place() {
        let rising = [
            json!(null),
            json!(false),
            json!(true),
            json!(-1e300),
            json!(-7),
            json!(0),
            json!(0.0),
            json!(0.5),
            json!(9_007_199_254_740_992_u64),
            json!(9_007_199_254_740_992.0),
            json!(9_007_199_254_740_993_u64),
            json!(u64::MAX),
            json!(1e300),
            json!(""),
            json!("10"),
            json!("9"),
            json!([]),
            json!([1, 2]),
            json!([2]),
            json!({}),
            json!({"a": 1}),
            json!({"a": 1, "b": 0}),
            json!({"a": 2}),
        ];
        for (i, a) in rising.iter().enumerate() {
            for (j, b) in rising.iter().enumerate() {
                assert_eq!(JsonOrder(a).cmp(&JsonOrder(b)), i.cmp(&j), "{a} and {b}");
                assert_eq!(JsonOrder(a) == JsonOrder(b), a == b, "{a} and {b}");
            }
        }
    }
}

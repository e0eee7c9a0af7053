//! JSON values as keys: equal where Maelstrom takes them for equal, and in an order.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Number, Value as Json};

/// What a JSON value is compared by: `null`, then false and true, then numbers, strings, arrays and
/// objects, each kind in its natural order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum JsonKey<'a> {
    Null,
    Bool(bool),
    Number(NumberKey<'a>),
    String(&'a str),
    Array(Vec<JsonKey<'a>>),
    Object(BTreeMap<&'a str, JsonKey<'a>>),
}

/// Whole numbers are exact, at any size. Other numbers are floats: `1.0`, `1.00` and `1e0` are equal,
/// and `1` comes before them. An integer comes before all that is nearest to the same float.
#[derive(Debug, Clone)]
pub(crate) struct NumberKey<'a> {
    float: f64,
    /// The digits of a whole number, without its sign.
    digits: Option<&'a str>,
}

impl<'a> From<&'a Json> for JsonKey<'a> {
    fn from(value: &'a Json) -> JsonKey<'a> {
        match value {
            Json::Null => JsonKey::Null,
            Json::Bool(value) => JsonKey::Bool(*value),
            Json::Number(number) => JsonKey::Number(NumberKey::from(number)),
            Json::String(text) => JsonKey::String(text),
            Json::Array(items) => JsonKey::Array(items.iter().map(JsonKey::from).collect()),
            Json::Object(fields) => JsonKey::Object(
                fields.iter().map(|(name, value)| (name.as_str(), value.into())).collect(),
            ),
        }
    }
}

impl<'a> From<&'a Number> for NumberKey<'a> {
    fn from(number: &'a Number) -> NumberKey<'a> {
        let text = number.as_str();
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        // Too large a number is read as infinity, with its sign.
        let float = text.parse().unwrap_or_default();
        NumberKey { float, digits: is_whole.then_some(digits) }
    }
}

/// A JSON value that is compared by its [`JsonKey`].
#[derive(Debug, Clone, Serialize)]
pub(crate) struct JsonValue(pub Json);

impl Ord for JsonValue {
    fn cmp(&self, other: &Self) -> Ordering {
        JsonKey::from(&self.0).cmp(&JsonKey::from(&other.0))
    }
}

impl PartialOrd for JsonValue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for JsonValue {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for JsonValue {}

impl Ord for NumberKey<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        // JSON has no NaN, and `-0.0` equals `0.0` there.
        let by_float = self.float.partial_cmp(&other.float).unwrap_or(Ordering::Equal);
        by_float.then_with(|| match (self.digits, other.digits) {
            (Some(a), Some(b)) => {
                let by_size = (a.len(), a).cmp(&(b.len(), b));
                if self.float < 0.0 { by_size.reverse() } else { by_size }
            }
            (a, b) => b.is_some().cmp(&a.is_some()),
        })
    }
}

impl PartialOrd for NumberKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for NumberKey<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for NumberKey<'_> {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// JSON that the macro could not hold.
    fn number(text: &str) -> Json {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn every_value_has_its_place() {
        let digits = "9".repeat(400);
        let rising = [
            json!(null),
            json!(false),
            json!(true),
            number(&format!("-{digits}")),
            json!(-1e300),
            number("-18446744073709551617"),
            number("-18446744073709551616"),
            number("-18446744073709551616.0"),
            json!(-7),
            json!(0),
            json!(0.0),
            json!(0.5),
            json!(9_007_199_254_740_992_u64),
            json!(9_007_199_254_740_993_u64),
            json!(9_007_199_254_740_992.0),
            json!(u64::MAX),
            number("340282366920938463463374607431768211455"),
            number("340282366920938463463374607431768211456"),
            json!(1e300),
            number(&digits),
            number(&format!("1{digits}")),
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
                assert_eq!(JsonKey::from(a).cmp(&JsonKey::from(b)), i.cmp(&j), "{a} and {b}");
            }
        }
    }

    #[test]
    fn a_float_is_the_same_however_it_is_written() {
        for (a, b) in
            [("1.0", "1.00"), ("1.0", "1e0"), ("1E2", "100.0"), ("0.0", "-0.0"), ("-0", "0")]
        {
            assert_eq!(JsonKey::from(&number(a)), JsonKey::from(&number(b)), "{a} and {b}");
        }
    }
}

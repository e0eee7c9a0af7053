//! Lists in sentences.

use std::fmt::Display;

/// How many items a line lists before it says how many more there are.
pub(crate) const MAX_LISTED: usize = 8;

/// The first few of `items`, and how many more there are: `1, 2, 3 and 7 more`.
pub(crate) fn listed<T: Display>(mut items: impl Iterator<Item = T>) -> String {
    let first: Vec<String> = items.by_ref().take(MAX_LISTED).map(|i| i.to_string()).collect();
    let first = first.join(", ");
    match items.count() {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

/// All of `items`, with a word before the last: `n0, n1 and n4`.
pub(crate) fn joined<T: ToString>(items: impl Iterator<Item = T>, word: &str) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    match items.as_slice() {
        [] => String::new(),
        [item] => item.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}

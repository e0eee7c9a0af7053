//! A number and what it counts, in the singular or the plural.

use std::fmt::Display;

/// `1 run`, `2 runs`, `1.5 runs`. A noun that ends in `o` or `y` takes `es` or `ies`.
pub(crate) fn counted<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    if number == N::from(1) {
        return format!("{number} {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None if noun.ends_with('o') => format!("{number} {noun}es"),
        None => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn only_one_is_singular() {
        let nouns = ["run", "echo", "copy"];
        let count = |number: u64| nouns.map(|noun| counted(number, noun)).join(", ");
        assert_eq!(count(0), "0 runs, 0 echoes, 0 copies");
        assert_eq!(count(1), "1 run, 1 echo, 1 copy");
        assert_eq!(count(2), "2 runs, 2 echoes, 2 copies");
        assert_eq!([counted(0.5, "run"), counted(1.0, "run")], ["0.5 runs", "1 run"]);
    }
}

//! Text made fit for people: counted, wrapped, truncated, and with invisible characters escaped, so that
//! nothing that a node writes can move a cursor or reverse a line.

use std::borrow::Cow;
use std::fmt::Display;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// `1 run`, `2 runs`, `1.5 runs`. A noun that ends in `o` or `y` takes `es` or `ies`.
pub fn counted<N: Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    if number == N::from(1) {
        return format!("{number} {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None if noun.ends_with('o') => format!("{number} {noun}es"),
        None => format!("{number} {noun}s"),
    }
}

/// The width of a line, which fits every terminal in use.
const LINE_WIDTH: usize = 80;

/// Wraps `words` into lines, each with its line end. The first line begins with `first`, the others with
/// `rest`. Only a word that is longer than a line is broken.
pub fn wrap(first: &str, rest: &str, words: &str) -> String {
    wrap_to(LINE_WIDTH, first, rest, words)
}

/// The same with lines of that `width`.
pub fn wrap_to(width: usize, first: &str, rest: &str, words: &str) -> String {
    let mut text = String::new();
    let mut line = first.to_owned();
    let mut end_line = |line: &mut String| text += &(std::mem::replace(line, rest.into()) + "\n");
    for (index, word) in words.split(' ').enumerate() {
        let is_full = line.chars().count() + 1 + word.chars().count() > width;
        if index > 0 && is_full && !line.trim().is_empty() {
            end_line(&mut line);
        } else if index > 0 {
            line.push(' ');
        }
        for character in word.chars() {
            if line.chars().count() == width {
                end_line(&mut line);
            }
            line.push(character);
        }
    }
    end_line(&mut line);
    text
}

/// Escapes invisible characters, except line ends and tabs.
pub fn escape_control(text: &str) -> Cow<'_, str> {
    let is_kept = |character| matches!(character, '\n' | '\t') || !is_invisible(character);
    if text.chars().all(is_kept) {
        return Cow::Borrowed(text);
    }
    let escape = |character: char| match is_kept(character) {
        true => character.to_string(),
        false => character.escape_default().to_string(),
    };
    Cow::Owned(text.chars().map(escape).collect())
}

/// Whether a character is not visible, but affects the text around it: control characters, and those that
/// change the direction of text or end a line.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A path as part of a URL, percent-encoded (RFC 3986).
pub fn percent_encoded(path: &Path) -> String {
    let mut url = String::new();
    for &byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            url.push(byte.into());
        } else {
            url += &format!("%{byte:02X}");
        }
    }
    url
}

/// The first `max` characters of `text`, and the number of further ones.
pub fn prefix(text: &str, max: usize) -> (&str, usize) {
    match text.char_indices().nth(max) {
        Some((end, _)) => (&text[..end], text[end..].chars().count()),
        None => (text, 0),
    }
}

/// The first `max` characters of `text`, escaped, with `…` if there are more.
pub fn truncate(text: &str, max: usize) -> String {
    let (text, more) = prefix(text, max);
    escape_control(text).into_owned() + if more > 0 { "…" } else { "" }
}

/// How much of an id or a payload is shown, in characters.
pub const ID: usize = 32;

/// The text of a value on one line, of fewer than `max` characters with its escapes, with `…` if there is
/// more.
pub fn cut(value: impl Display, max: usize) -> String {
    let mut cut = String::new();
    let mut length = 0;
    for character in value.to_string().chars() {
        let shown = match is_invisible(character) {
            true => character.escape_default().to_string(),
            false => character.to_string(),
        };
        length += shown.chars().count();
        if length >= max {
            return cut + "…";
        }
        cut.push_str(&shown);
    }
    cut
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_is_singular() {
        let nouns = ["run", "echo", "copy"];
        let count = |number: u64| nouns.map(|noun| counted(number, noun)).join(", ");
        assert_eq!(count(0), "0 runs, 0 echoes, 0 copies");
        assert_eq!(count(1), "1 run, 1 echo, 1 copy");
        assert_eq!(count(2), "2 runs, 2 echoes, 2 copies");
        assert_eq!([counted(0.5, "run"), counted(1.0, "run")], ["0.5 runs", "1 run"]);
    }

    #[test]
    fn long_text_is_wrapped_between_words() {
        let words = ["word"; 16].join(" ");
        assert_eq!(wrap("", "  ", &words), format!("{words}\n"), "79 characters fit");
        let more = wrap("> ", "  ", &words);
        assert_eq!(more, format!("> {}\n  word\n", ["word"; 15].join(" ")));
        let long = "x".repeat(100);
        let expected = format!("    {}\nb {} y\n", &long[..76], &long[76..]);
        assert_eq!(wrap("  ", "b ", &format!("  {long} y")), expected);
    }

    #[test]
    fn characters_that_control_a_terminal_are_escaped() {
        assert_eq!(escape_control("plain\n\ttext, ключ"), "plain\n\ttext, ключ");
        assert_eq!(escape_control("\u{1b}[2J\r\u{9b}1A\0"), "\\u{1b}[2J\\r\\u{9b}1A\\u{0}");
        assert_eq!(escape_control("a\u{202e}b\u{2028}c\u{feff}"), "a\\u{202e}b\\u{2028}c\\u{feff}");
    }

    #[test]
    fn a_prefix_ends_between_characters() {
        assert_eq!(prefix("äöü", 2), ("äö", 1));
        assert_eq!(prefix("äöü", 3), ("äöü", 0));
    }
}

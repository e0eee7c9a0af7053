//! What nodes say, made fit to be seen: nothing that they write may move a cursor or turn a line
//! around.

use std::borrow::Cow;
use std::fmt::Display;

/// `text` with its invisible characters shown by their codes: control characters but for line ends
/// and tabs, and those that change the direction or the line of what comes after them.
pub fn escape_control(text: &str) -> Cow<'_, str> {
    let is_kept = |character: char| matches!(character, '\n' | '\t') || !is_invisible(character);
    if text.chars().all(is_kept) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_kept(character) {
            shown.push(character);
        } else {
            shown.extend(character.escape_default());
        }
    }
    Cow::Owned(shown)
}

/// Whether a character acts on what is around it, and is not seen itself.
pub fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(character, '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The first `most` characters of `text`, and how many there are besides.
pub fn prefix(text: &str, most: usize) -> (&str, usize) {
    match text.char_indices().nth(most) {
        Some((end, _)) => (&text[..end], text[end..].chars().count()),
        None => (text, 0),
    }
}

/// The first `most` characters of `text`, made visible, with a sign if there are more.
pub fn truncate(text: &str, most: usize) -> String {
    let (text, more) = prefix(text, most);
    escape_control(text).into_owned() + if more > 0 { "…" } else { "" }
}

/// How much of an id or a payload is shown, in characters.
pub(crate) const ID: usize = 32;

/// The text of a value, cut to so many characters. Nodes say what they like: what would move the
/// cursor is shown by its code.
pub(crate) fn cut(value: impl Display, most: usize) -> String {
    let text = value.to_string();
    let mut cut = String::new();
    let mut length = 0;
    for character in text.chars() {
        let shown = if is_invisible(character) {
            character.escape_default().to_string()
        } else {
            character.to_string()
        };
        length += shown.chars().count();
        if length >= most {
            return cut + "…";
        }
        cut.push_str(&shown);
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_shown_by_its_code() {
        assert_eq!(escape_control("plain\n\ttext, ключ"), "plain\n\ttext, ключ");
        assert_eq!(escape_control("\u{1b}[2J\r\u{9b}1A\0"), "\\u{1b}[2J\\r\\u{9b}1A\\u{0}");
        assert_eq!(escape_control("a\u{202e}b\u{2028}c\u{feff}"), "a\\u{202e}b\\u{2028}c\\u{feff}");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(prefix("äöü", 2), ("äö", 1));
        assert_eq!(prefix("äöü", 3), ("äöü", 0));
    }
}

//! Excerpts of untrusted text, short and safe enough for a log or an error.

use std::fmt::Write;

/// The length of an excerpt, in characters.
const MAX_CHARS: usize = 200;

/// Returns the first 200 characters of `text`, followed by its length in bytes if there are more.
///
/// Invalid UTF-8 becomes `�`. Control characters, and those that change the direction of text, are
/// escaped as in Rust, such as `\n` and `\u{1b}`, so that a sender cannot control a reader's terminal.
pub fn excerpt(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    excerpt_of(text, text.len())
}

/// Like [`excerpt`], for a text of `length` bytes of which only `beginning` was kept.
pub fn excerpt_of(beginning: &[u8], length: usize) -> String {
    // No character has more than four bytes, so this is enough to see whether there are too many.
    let enough = beginning.len().min(4 * (MAX_CHARS + 1));
    let text = String::from_utf8_lossy(&beginning[..enough]);
    let end = text.char_indices().nth(MAX_CHARS).map(|(end, _)| end);
    let mut shown = String::with_capacity(enough);
    for character in text[..end.unwrap_or(text.len())].chars() {
        if character.is_control() || changes_direction(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    if end.is_some() {
        let _ = write!(shown, "… ({length} bytes)");
    }
    shown
}

/// Whether it changes the direction in which the surrounding text is displayed.
fn changes_direction(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_long_text_is_truncated_between_two_characters() {
        for character in ["x", "é", "…", "🦀"] {
            let shown = character.repeat(200);
            assert_eq!(excerpt(&shown), shown);
            let length = 1000 * character.len();
            assert_eq!(excerpt(character.repeat(1000)), format!("{shown}… ({length} bytes)"));
        }
        assert_eq!(excerpt(b"a\xffb"), "a\u{fffd}b");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(excerpt("\x1b[2Ja\r\n\tb\u{9b}\0"), r"\u{1b}[2Ja\r\n\tb\u{9b}\u{0}");
        assert_eq!(excerpt("abc\u{202e}def"), r"abc\u{202e}def");
        let plain = r#"{"text":"é 🦀 \u001b שלום"}"#;
        assert_eq!(excerpt(plain), plain);
    }
}

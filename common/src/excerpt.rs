//! Excerpts: as much of a text as a person wants to see in a log or an error.

use std::fmt::Write;

/// How many characters are shown.
const MAX_CHARS: usize = 200;

/// The first 200 characters of `text`; if there are more, its length follows, in bytes. What is
/// not UTF-8 is shown as `�`. Control characters are shown as Rust writes them, such as `\n` and
/// `\u{1b}`: whoever sent them does not get to write to anybody's terminal.
pub fn excerpt(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    excerpt_of(text, text.len())
}

/// The same of a text of `length` bytes, of which no more than `beginning` has been kept.
pub fn excerpt_of(beginning: &[u8], length: usize) -> String {
    // No character has more than four bytes, so this is enough to see that there is one too many.
    let enough = beginning.len().min(4 * (MAX_CHARS + 1));
    let text = String::from_utf8_lossy(&beginning[..enough]);
    let end = text.char_indices().nth(MAX_CHARS).map(|(end, _)| end);
    let mut shown = String::with_capacity(enough);
    for character in text[..end.unwrap_or(text.len())].chars() {
        if character.is_control() || turns_text_around(character) {
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

/// Whether it changes the direction in which the text around it is shown.
fn turns_text_around(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn a_long_text_is_cut_between_two_characters() {
        for character in ["x", "é", "…", "🦀"] {
            let shown = character.repeat(200);
            assert_eq!(excerpt(&shown), shown);
            let length = 1000 * character.len();
            assert_eq!(excerpt(character.repeat(1000)), format!("{shown}… ({length} bytes)"));
        }
        assert_eq!(excerpt(b"a\xffb"), "a\u{fffd}b");
    }

    #[test]
    fn nobody_writes_to_the_terminal() {
        assert_eq!(excerpt("\x1b[2Ja\r\n\tb\u{9b}\0"), r"\u{1b}[2Ja\r\n\tb\u{9b}\u{0}");
        assert_eq!(excerpt("abc\u{202e}def"), r"abc\u{202e}def");
        let plain = r#"{"text":"é 🦀 \u001b שלום"}"#;
        assert_eq!(excerpt(plain), plain);
    }
}

//! Excerpts: as much of a text as a person wants to see in a log or an error.

/// How many characters are shown.
const LONGEST: usize = 200;

/// The first 200 characters of `text`; if there are more, its length follows, in bytes. What is
/// not UTF-8 is shown as `�`.
pub fn excerpt(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    excerpt_of(text, text.len())
}

/// The same of a text of `length` bytes, of which no more than `beginning` has been kept.
pub fn excerpt_of(beginning: &[u8], length: usize) -> String {
    // No character has more than four bytes, so this is enough to see that there is one too many.
    let enough = beginning.len().min(4 * (LONGEST + 1));
    let text = String::from_utf8_lossy(&beginning[..enough]);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({length} bytes)", &text[..end]),
        None => text.into_owned(),
    }
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
}

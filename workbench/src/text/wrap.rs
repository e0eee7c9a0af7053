//! Words in lines that fit a terminal.

/// The width of a line: that of the narrowest terminal in use.
const WIDTH: usize = 80;

/// `words` in as many lines as they take, each with its line end. The first begins with `first`,
/// the others with `rest`. A word goes on in the next line only if it is longer than a line.
pub(crate) fn wrap(first: &str, rest: &str, words: &str) -> String {
    wrap_to(WIDTH, first, rest, words)
}

/// The same in lines of that `width`.
pub(crate) fn wrap_to(width: usize, first: &str, rest: &str, words: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_goes_on_in_the_next_line() {
        let words = ["word"; 16].join(" ");
        assert_eq!(wrap("", "  ", &words), format!("{words}\n"), "79 characters fit");
        let more = wrap("> ", "  ", &words);
        assert_eq!(more, format!("> {}\n  word\n", ["word"; 15].join(" ")));
        let long = "x".repeat(100);
        let expected = format!("    {}\nb {} y\n", &long[..76], &long[76..]);
        assert_eq!(wrap("  ", "b ", &format!("  {long} y")), expected);
    }
}

//! `{{#snapshot PATH lang=json lines=1..12}}`: output that a test has recorded.

use std::ops::Range;

use crate::html;
use crate::page::{Directive, Fault};
use crate::repository::Repository;

/// The snapshot as a block of text, or of the language `lang=`.
pub fn snapshot(directive: &Directive, repository: &Repository) -> Result<String, Fault> {
    directive.without_lines()?;
    let Some((path, options)) = directive.words.split_first() else {
        return Err(directive.fault("name a snapshot, such as echo/tests/snapshots/….snap"));
    };
    let mut language = "text";
    let mut range = None;
    for option in options {
        match option.split_once('=') {
            Some(("lang", value)) => language = value,
            Some(("lines", value)) => {
                let lines = lines(value).ok_or_else(|| {
                    directive.fault(format!(
                        "lines={value}: write the first and the last line, counted from 1: lines=1..12"
                    ))
                })?;
                range = Some(lines);
            }
            _ => {
                return Err(directive
                    .fault(format!("{option}: only lang=… and lines=… may follow the path")));
            }
        }
    }

    let file = repository.read(path).map_err(|why| directive.fault(why))?;
    let text = content(&file);
    let mut shown: Vec<&str> = text.trim_end_matches('\n').split('\n').collect();
    if let Some(range) = range {
        let Some(cut) = shown.get(range) else {
            let count = shown.len();
            return Err(
                directive.fault(format!("{path} has only {count} lines: lines= asks for more"))
            );
        };
        shown = cut.to_vec();
    }
    Ok(block(language, &shown.join("\n")))
}

/// Output as HTML.
pub fn block(language: &str, said: &str) -> String {
    let said = said.trim_end_matches('\n').to_owned() + "\n";
    let code = html::code(&html::attribute(language), &html::text(&said));
    format!("<div class=\"snapshot\">{code}</div>")
}

/// The content of a snapshot: an insta file without its header, any other file unchanged.
pub fn content(file: &str) -> &str {
    let header = file.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    match header {
        Some((header, content)) if header.starts_with("source:") => content,
        _ => file,
    }
}

/// The indices of `first..last`, both counted from 1 and both shown.
fn lines(text: &str) -> Option<Range<usize>> {
    let (first, last) = text.split_once("..")?;
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    (1..=last).contains(&first).then(|| first - 1..last)
}

#[cfg(test)]
mod tests {
    use super::{content, lines};

    #[test]
    fn a_snapshot_is_shown_without_its_header() {
        assert_eq!(
            content("---\nsource: a.rs\nexpression: x\n---\none\n---\ntwo\n"),
            "one\n---\ntwo\n"
        );
        assert_eq!(content("---\nno header\n---\n"), "---\nno header\n---\n");
        assert_eq!(content("plain\n"), "plain\n");
    }

    #[test]
    fn lines_count_from_one_and_the_last_is_shown() {
        assert_eq!(lines("1..12"), Some(0..12));
        assert_eq!(lines("3..3"), Some(2..3));
        for wrong in ["0..2", "3..2", "3", "a..b", "1..=2"] {
            assert_eq!(lines(wrong), None, "{wrong}");
        }
    }
}

//! `{{#stagediff OLD NEW}}`: the diff between two Rust files.

use similar::{ChangeTag, TextDiff};

use crate::page::{Directive, Fault};
use crate::repository::Repository;
use crate::{callout, html};

/// How many unchanged lines are shown before and after a change.
const CONTEXT: usize = 3;

/// The diff as a figure, with both paths and the number of changed lines above it.
pub fn stagediff(
    directive: &Directive,
    repository: &Repository,
    number: usize,
) -> Result<String, Fault> {
    let [old_path, new_path] = &directive.words[..] else {
        return Err(directive.fault("name two files: the old one and the new one"));
    };
    let read = |path: &str| repository.read(path).map_err(|why| directive.fault(why));
    let (old, new) = (read(old_path)?, read(new_path)?);
    let changes = changes(&old, &new);
    if changes.is_empty() {
        return Err(directive.fault(format!("{old_path} and {new_path} are the same")));
    }

    let callouts = callout::parse(&directive.lines)?;
    let lines: Vec<&str> = changes.iter().map(|change| change.line).collect();
    let added = |index: usize| changes[index].kind == Kind::Added;
    let ends = callout::place(&callouts, number, &lines, "//", added)?;
    let caption =
        format!("{} → {} {}", html::path(old_path), html::path(new_path), count(&changes));
    Ok(html::figure("diff", &caption, &html::code("rust", &code(&changes, &ends))))
}

/// A line of a diff.
pub struct Change<'a> {
    pub kind: Kind,
    pub line: &'a str,
}

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Added,
    Removed,
    Same,
    /// No line: unchanged lines are left out here.
    Gap,
}

/// What changed from `old` to `new`, with some lines around it. Empty if they are the same.
pub fn changes<'a>(old: &'a str, new: &'a str) -> Vec<Change<'a>> {
    let diff = TextDiff::from_lines(old, new);
    let mut changes = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        if group.first().is_some_and(|op| op.new_range().start > 0) {
            changes.push(Change { kind: Kind::Gap, line: "" });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let kind = match change.tag() {
                ChangeTag::Insert => Kind::Added,
                ChangeTag::Delete => Kind::Removed,
                ChangeTag::Equal => Kind::Same,
            };
            changes.push(Change { kind, line: change.value().trim_end_matches('\n') });
        }
    }
    changes
}

/// How many lines were added and removed, as HTML.
pub fn count(changes: &[Change]) -> String {
    let of = |kind| changes.iter().filter(|change| change.kind == kind).count();
    format!(
        "<span class=\"count\"><span class=\"added\">+{}</span> \
         <span class=\"removed\">−{}</span></span>",
        of(Kind::Added),
        of(Kind::Removed)
    )
}

/// The lines as HTML, each with its end. The style sheet adds the signs, so that highlight.js sees only
/// Rust.
pub fn code(changes: &[Change], ends: &[String]) -> String {
    let class = |kind| match kind {
        Kind::Added => "line added",
        Kind::Removed => "line removed",
        Kind::Same => "line",
        Kind::Gap => "line gap",
    };
    changes
        .iter()
        .zip(ends)
        .map(|(change, end)| html::line(class(change.kind), &(html::text(change.line) + end)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Kind, changes};

    #[test]
    fn a_diff_has_what_changed_and_three_lines_around_it() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nd\ne\nF\ng\nh\n";
        let shown: String = changes(old, new)
            .iter()
            .map(|change| match change.kind {
                Kind::Added => format!("+{} ", change.line),
                Kind::Removed => format!("-{} ", change.line),
                Kind::Same => format!("{} ", change.line),
                Kind::Gap => "… ".to_owned(),
            })
            .collect();
        assert_eq!(shown, "… c d e -f +F g h ");
        assert!(changes(old, old).is_empty());
    }
}

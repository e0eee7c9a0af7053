//! `{{#listing PATH:item}}`: a file or one of its items, with numbered callouts.

use super::item;
use crate::page::{Directive, Fault};
use crate::repository::Repository;
use crate::{callout, html};

/// The listing as a figure, its path above it.
pub fn listing(
    directive: &Directive,
    repository: &Repository,
    number: usize,
) -> Result<String, Fault> {
    let target = directive.words.join(" ");
    let (path, item) = match target.split_once(':') {
        Some((path, item)) => (path, Some(item)),
        None => (target.as_str(), None),
    };
    if path.is_empty() {
        return Err(directive.fault("name a file, such as broadcast-3c/src/lib.rs:deliver"));
    }
    let source = repository.read(path).map_err(|why| directive.fault(why))?;
    let mut lines: Vec<&str> = source.lines().collect();
    if let Some(item) = item {
        let range =
            item::lines(&source, item).map_err(|why| directive.fault(format!("{path}: {why}")))?;
        lines = lines[range].to_vec();
    }
    let lines = without_indent(&lines);

    let callouts = callout::parse(&directive.lines)?;
    let ends = callout::place(&callouts, number, &lines, comment(path), |_| true)?;
    let code: String = lines
        .iter()
        .zip(ends)
        .map(|(line, end)| html::line("line", &(html::text(line) + &end)))
        .collect();
    Ok(html::figure("listing", &html::path(path), &html::code(language(path), &code)))
}

/// What highlight.js calls the language of a file.
fn language(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((_, "rs")) => "rust",
        Some((_, "toml")) => "ini",
        Some((_, "mk")) => "makefile",
        Some((_, "sh")) => "sh",
        Some((_, "json" | "jsonl")) => "json",
        Some((_, "py")) => "python",
        Some((_, "js")) => "javascript",
        _ => "text",
    }
}

/// What begins a comment in a file: a reader may copy a listing with its callouts.
fn comment(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((_, "toml" | "mk" | "sh" | "py")) => "#",
        _ => "//",
    }
}

/// The lines without their shared indentation, so that a method starts at the left.
pub fn without_indent<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let indent = |line: &&str| line.len() - line.trim_start_matches(' ').len();
    let full = lines.iter().filter(|line| !line.trim().is_empty());
    let shared = full.map(indent).min().unwrap_or(0);
    lines.iter().map(|line| line.get(shared..).unwrap_or("")).collect()
}

//! Splits a page into its text and its directives.

/// A part of a page.
pub enum Part {
    /// A line of Markdown. `code` if it is in a fenced code block, or begins or ends one.
    Line { line: usize, text: String, code: bool },
    /// A directive of this builder.
    Directive(Directive),
}

/// A directive, as written on a page.
pub struct Directive {
    /// The line it begins on, from 1.
    pub line: usize,
    /// Its indentation, which its HTML needs as well to stay in a list item.
    pub indent: String,
    /// What follows `{{#`, such as `listing`.
    pub name: String,
    /// The words of the first line.
    pub words: Vec<String>,
    /// The lines between the first and the closing `}}`, trimmed, with their numbers.
    pub lines: Vec<(usize, String)>,
}

/// Something wrong at a line.
pub type Fault = (usize, String);

/// A page's parts, in order, and what is wrong with its syntax. `names` are the directives to look
/// for. Any other `{{#` is left to mdBook, and to the check that none reaches a finished page.
pub fn parts(page: &str, names: &[&str]) -> (Vec<Part>, Vec<Fault>) {
    let mut parts = Vec::new();
    let mut faults = Vec::new();
    let mut fence: Option<String> = None;
    let mut lines = page.lines().zip(1..);

    while let Some((text, line)) = lines.next() {
        let trimmed = text.trim_start();
        let was_code = fence.is_some();
        match &fence {
            Some(mark) if closes(trimmed, mark) => fence = None,
            Some(_) => {}
            None => fence = opens(trimmed),
        }
        let code = was_code || fence.is_some();

        let Some((before, name)) = directive_in(text, names) else {
            parts.push(Part::Line { line, text: text.to_owned(), code });
            continue;
        };
        if code {
            faults.push((
                line,
                format!("{{{{#{name}}}}} makes its own block: remove the ``` around it"),
            ));
        }
        if !before.trim().is_empty() {
            faults.push((line, format!("{{{{#{name}}}}} must be on a line of its own")));
        }
        let start = before.len() + "{{#".len() + name.len();
        let indent = before.to_owned();
        let mut rest = text[start..].trim().to_owned();
        let mut more = Vec::new();
        let mut closed = take_close(&mut rest);
        let words = rest.split_whitespace().map(str::to_owned).collect();
        while !closed {
            let Some((text, line)) = lines.next() else { break };
            let mut text = text.trim().to_owned();
            closed = take_close(&mut text);
            if !text.is_empty() {
                more.push((line, text));
            }
        }
        if !closed {
            faults.push((line, format!("{{{{#{name}}}}} is not closed: end it with }}}}")));
        }
        parts.push(Part::Directive(Directive { line, indent, name, words, lines: more }));
    }
    (parts, faults)
}

/// The first of the directives `names` on a line: the text before it, and its name.
fn directive_in<'a>(text: &'a str, names: &[&str]) -> Option<(&'a str, String)> {
    let (before, rest) = text.split_once("{{#")?;
    let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    names.contains(&name.as_str()).then_some((before, name))
}

/// Removes closing braces from the end of a line. Gives whether there were any.
fn take_close(text: &mut String) -> bool {
    let Some(rest) = text.strip_suffix("}}") else { return false };
    *text = rest.trim().to_owned();
    true
}

/// The mark of the code block that a line begins, if it begins one.
fn opens(trimmed: &str) -> Option<String> {
    let mark = trimmed.chars().next().filter(|mark| "`~".contains(*mark))?;
    let fence: String = trimmed.chars().take_while(|c| *c == mark).collect();
    let information = &trimmed[fence.len()..];
    (fence.len() >= 3 && !information.contains('`')).then_some(fence)
}

/// Whether a line ends the code block that began with `mark`.
fn closes(trimmed: &str, mark: &str) -> bool {
    let trimmed = trimmed.trim_end();
    trimmed.starts_with(mark) && trimmed.chars().all(|c| mark.starts_with(c))
}

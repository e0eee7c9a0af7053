//! `{{#replay PATH at=4.06 clock=name label}}`: the replay player with a recorded trace.

use workbench::report::replay::{Caption, Replay, SCRIPT, STYLE};
use workbench::time::Time;

use super::snapshot;
use crate::page::{Directive, Fault};
use crate::repository::Repository;

/// The player, with a caption for each line between the first and the closing `}}`, such as
/// `4.060 n0 sends n3 value 17.`
pub fn replay(directive: &Directive, repository: &Repository) -> Result<String, Fault> {
    let Some((path, words)) = directive.words.split_first() else {
        return Err(directive.fault("name a trace, and write a label after it"));
    };
    let (mut at, mut clock) = (None, None);
    let mut words = words;
    while let Some((word, rest)) = words.split_first() {
        match word.split_once('=') {
            Some(("at", value)) => at = Some(time(value).map_err(|why| directive.fault(why))?),
            Some(("clock", value)) => clock = Some(value),
            _ => break,
        }
        words = rest;
    }
    let label = words.join(" ");
    if label.is_empty() {
        return Err(directive.fault("write a label after the path, at= and clock="));
    }

    let mut captions: Vec<Caption> = Vec::new();
    for (line, text) in &directive.lines {
        let caption = caption(text).map_err(|why| (*line, why))?;
        if captions.last().is_some_and(|last| last.at > caption.at) {
            return Err((*line, "captions must be in order of time".into()));
        }
        captions.push(caption);
    }

    let file = repository.read(path).map_err(|why| directive.fault(why))?;
    let trace = snapshot::content(&file).trim();
    if let Err(error) = serde_json::from_str::<serde_json::Value>(trace) {
        return Err(directive.fault(format!("{path} is not a trace: {error}")));
    }
    Ok(Replay { trace, label: &label, at, clock, captions: &captions }.html())
}

/// The player's style and script, which a page needs once, before its first replay.
pub fn player() -> String {
    format!("<style>\n{STYLE}</style>\n\n<script>\n{SCRIPT}</script>\n")
}

/// Parses a line such as `4.060 n0 sends n3 value 17.`
fn caption(line: &str) -> Result<Caption, String> {
    let (at, text) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(format!(
            "`{line}` is not a caption: write a time in seconds and what happens then"
        ));
    }
    Ok(Caption { at: time(at)?, text })
}

/// Parses a time in seconds.
fn time(text: &str) -> Result<Time, String> {
    text.parse().map_err(|why| format!("{text}: {why}"))
}

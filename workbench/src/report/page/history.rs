//! The history as a table: its rows are JSON in the page, of which a script shows those asked for.

use std::io;

use serde::Serialize;

use crate::report::operations::ShownOperation;
use crate::text::{prefix, truncate};

/// How many operations the table has.
const ROWS: usize = 50_000;

/// About how many characters of values, answers and errors the page holds.
const CHARACTERS: usize = 1_000_000;

/// How much of a value is kept if there are few.
const MAX_TEXT_CHARS: usize = 600;

/// The history of a run, for the page.
#[derive(Debug)]
pub struct HistoryTable {
    /// The rows, as JSON that is safe in a script element.
    pub json: String,
    /// How many operations there are, acts of the nemesis among them.
    pub operations: usize,
    /// How many of them have no row.
    pub left_out: usize,
    /// How many values, answers or errors were cut, and to how many characters.
    pub cut: usize,
    /// To how many characters they were cut.
    pub length: usize,
}

/// A row: when it was invoked and how long it took, in microseconds, and the rest in words.
#[derive(Serialize)]
struct Row<'a>(
    i64,
    Option<u64>,
    &'a str,
    &'a str,
    &'a str,
    &'a str,
    String,
    Option<String>,
    Option<String>,
);

impl HistoryTable {
    /// The table of these operations.
    pub fn new(operations: &[ShownOperation]) -> io::Result<HistoryTable> {
        let shown = &operations[..operations.len().min(ROWS)];
        let length = (CHARACTERS / shown.len().max(1)).clamp(40, MAX_TEXT_CHARS);
        let mut cut = 0;
        let mut short = |text: &str| {
            cut += usize::from(prefix(text, length).1 > 0);
            truncate(text, length)
        };
        let rows = shown.iter().map(|operation| {
            Row(
                operation.invoked.nanos() / 1000,
                operation.latency().map(|latency| latency.as_micros() as u64),
                &operation.process,
                operation.node.as_deref().unwrap_or_default(),
                operation.f,
                operation.outcome.unwrap_or("open"),
                operation.value.as_deref().map(&mut short).unwrap_or_default(),
                operation.asked.as_deref().map(&mut short),
                operation.error.as_deref().map(&mut short),
            )
        });
        let json = serde_json::to_string(&rows.collect::<Vec<_>>())?;
        let left_out = operations.len() - shown.len();
        // In JSON, `<` occurs only in strings. Escaped, it cannot begin a tag.
        let json = json.replace('<', "\\u003c");
        Ok(HistoryTable { json, operations: operations.len(), left_out, cut, length })
    }
}

//! The text of a scenario and its TOML, and errors that point to a line of it.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::text::{escape_control, truncate};

/// How much of a line an error shows.
const MAX_LINE_CHARS: usize = 100;

/// A value of the file, with its place in the text.
pub type Item<'a> = toml::Spanned<DeValue<'a>>;

/// What is wrong in a scenario: the place in the text, a sentence, and what to write instead.
#[derive(Debug)]
pub struct Mistake {
    pub place: Range<usize>,
    pub what: String,
}

impl Mistake {
    pub fn new(place: Range<usize>, what: impl Into<String>) -> Mistake {
        Mistake { place, what: what.into() }
    }

    /// The same for people: the file, the number of the line, what is wrong, and the line itself.
    pub fn in_words(&self, file: &str, text: &str) -> String {
        let start = self.place.start.min(text.len());
        let number = text[..start].matches('\n').count() + 1;
        let line = text.lines().nth(number - 1).unwrap_or_default().trim();
        let (what, line) = (escape_control(&self.what), truncate(line, MAX_LINE_CHARS));
        format!("{file}, line {number}: {what}\n\n  {line}")
    }
}

/// Parses the TOML of a scenario.
pub fn parse(text: &str) -> Result<DeTable<'_>, Mistake> {
    match DeTable::parse(text) {
        Ok(table) => Ok(table.into_inner()),
        Err(error) => {
            let what = format!("this is not valid TOML: {}", error.message());
            Err(Mistake::new(error.span().unwrap_or_default(), what))
        }
    }
}

/// `a string`, `a number`, …: what a value is, for an error.
pub fn kind(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

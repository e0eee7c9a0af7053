//! What is wrong with a page, and where.

use std::fmt;

/// One thing that is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, from the repository's root: `book/src/05-echo.md`.
    pub file: String,
    /// The line in it, from 1, if it is known.
    pub line: Option<usize>,
    /// What is wrong, and what to do.
    pub text: String,
}

impl Problem {
    /// A problem at a line of a file.
    pub fn at(file: impl Into<String>, line: usize, text: impl Into<String>) -> Problem {
        Problem { file: file.into(), line: Some(line), text: text.into() }
    }

    /// A problem with a whole file.
    pub fn of(file: impl Into<String>, text: impl Into<String>) -> Problem {
        Problem { file: file.into(), line: None, text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}:{line}: {}", self.file, self.text),
            None => write!(out, "{}: {}", self.file, self.text),
        }
    }
}

/// Every problem that was found: one per line, sorted by file and line.
#[derive(Debug)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Fails unless `problems` is empty.
    ///
    /// # Errors
    /// The problems, sorted and without duplicates.
    pub fn none_or(mut problems: Vec<Problem>) -> Result<(), Problems> {
        problems.sort();
        problems.dedup();
        if problems.is_empty() { Ok(()) } else { Err(Problems(problems)) }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Problems {
        Problems(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.0.iter().map(Problem::to_string).collect();
        out.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for Problems {}

//! Checks the book's sources and the pages that were made from them.

mod commands;
mod numbers;
mod rendered;
mod summary;

use std::path::Path;

use crate::problem::Problem;

pub use commands::Commands;
pub use numbers::{Exceptions, text_of};
pub use summary::files;

/// What is wrong with the book whose sources are in `source` and whose pages are in `destination`.
///
/// # Errors
/// If a file cannot be read.
pub fn pages(source: &Path, destination: &Path) -> std::io::Result<Vec<Problem>> {
    let mut problems = summary::problems(source)?;
    problems.extend(rendered::problems(source, destination)?);
    Ok(problems)
}

/// The path of a file of the book from the repository's root, which is two folders above `source`.
pub fn shown(path: &Path, source: &Path) -> String {
    let root = source.parent().and_then(Path::parent).unwrap_or(source);
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

//! The book's builder: mdBook, the directives that include code in its pages, and checks that nothing
//! on a page is missing, stale or broken.
//!
//! A page shows code and output by naming them, never by copying them:
//!
//! - `{{#listing broadcast-3c/src/lib.rs:deliver}}`: an item of a Rust file, or a whole file.
//! - `{{#stagediff broadcast-3b/src/lib.rs broadcast-3c/src/lib.rs}}`: what changed between two.
//! - `{{#snapshot PATH lang=json lines=1..12}}`: output that a test has recorded.
//! - `{{#picture PATH caption}}`: an SVG with its caption.
//! - `{{#replay PATH at=4.06 clock=name label}}`: the replay player with a recorded trace.
//! - `{{#mutation NAME}}`: a small change to a stage, and what a command then prints.
//!
//! Paths start at the repository's root, the parent of the book's folder. A directive that cannot be
//! carried out fails the build; the error names the page and the line, and says what to do.

mod callout;
mod check;
mod directive;
mod html;
mod notes;
mod page;
mod preprocess;
mod problem;
mod repository;
mod serve;
mod warnings;

use std::path::{Path, PathBuf};

use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

pub use preprocess::Directives;
pub use problem::{Problem, Problems};
pub use serve::Server;

/// An error of mdBook's, or [`Problems`].
pub type Error = mdbook_preprocessor::errors::Error;

/// Builds the book in the folder `book` (the one with `book.toml`) and checks it. The pages go to
/// `destination`, or to where `book.toml` says; that folder is emptied first.
///
/// Gives the path of the first page.
///
/// # Errors
/// [`Problems`], with every problem found, if something is wrong with the pages; an error of mdBook's
/// if it cannot read the book or write the pages.
pub fn build(book: &Path, destination: Option<&Path>) -> Result<PathBuf, Error> {
    let mut config = Config::from_disk(book.join("book.toml"))?;
    if let Some(destination) = destination {
        config.build.build_dir = destination.to_path_buf();
    }
    let source = book.join(&config.book.src);
    let destination = book.join(&config.build.build_dir);

    let (built, warnings) = warnings::collect(|| {
        let mut book = MDBook::load_with_config(book, config)?;
        // Replaces the command of this name in book.toml, which a stock mdbook runs.
        book.with_preprocessor(Directives);
        book.build()?;
        Ok::<_, Error>(())
    });
    built?;

    let mut problems = warnings;
    problems.extend(check::pages(&source, &destination)?);
    Problems::none_or(problems)?;
    Ok(destination.join("index.html"))
}

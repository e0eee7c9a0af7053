//! The book's builder: mdBook, the directives that bring the code into its pages, and checks that
//! nothing on a page is missing, stale or broken.
//!
//! A page shows code and output by naming them, never by copying them:
//!
//! - `{{#listing broadcast-3c/src/lib.rs:deliver}}`: an item of a Rust file, or a whole file.
//! - `{{#stagediff broadcast-3b/src/lib.rs broadcast-3c/src/lib.rs}}`: what changed between two.
//! - `{{#snapshot PATH lang=json lines=1..12}}`: what a test has seen a program say.
//! - `{{#picture PATH what is seen}}`: an SVG with its caption.
//! - `{{#replay PATH at=4.06 clock=name label}}`: the player on a recorded trace.
//! - `{{#mutation NAME}}`: a change of one line, and what the workbench says of it.
//!
//! Paths are from the repository's root, which is the folder that the book's folder is in. What
//! cannot be carried out fails the build, with page, line and what to do.

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
/// `destination`, or to where `book.toml` says; what was in that folder is removed.
///
/// Gives the path of the first page.
///
/// # Errors
/// [`Problems`], all that were found, if the pages are not as they should be; an error of mdBook's
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
        // In place of the command of this name in book.toml, which is for a stock mdbook.
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

//! What the tests of pages need: Chromium, a page in it, and checks of what it shows.
//!
//! Chromium is driven over its own protocol (DevTools), by chromiumoxide: that gives errors,
//! requests, keys and emulated preferences without a second program between.

#![warn(missing_docs)]

use std::path::PathBuf;

mod browser;
mod checks;
mod page;

pub use browser::Browser;
pub use page::{Page, View};

/// What may go wrong between a test and the browser.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The folder of what Cargo has built, `target/debug`, in which this program is.
///
/// Fails if it is somewhere else.
pub fn built() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    // It is in the folder `deps` there.
    Ok(program.ancestors().nth(2).ok_or("this program is in no folder of Cargo's")?.to_owned())
}

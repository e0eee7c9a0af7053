//! What the tests of pages need: Chromium, a page in it, and checks of what it shows.
//!
//! Chromium is driven over its own protocol (DevTools), by chromiumoxide: that gives errors,
//! requests, keys and emulated preferences without a second program between.

#![warn(missing_docs)]

mod browser;
mod checks;
mod page;

pub use browser::Browser;
pub use page::{Page, View};

/// What may go wrong between a test and the browser.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

//! What people see, in a real browser: `make test-browser`.
//!
//! One Chromium serves all tests, one after the other, each with a page of its own. Words after `--`
//! choose tests by their names.

mod book;
mod checks;
mod diagram;
mod replay;
mod report;
mod runs;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::process::ExitCode;

use browser_tests::{Browser, Result};
use futures_util::FutureExt;

/// What a test does: it fails by an error or a panic.
type Doing<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// A test and its name.
type Test = (&'static str, for<'a> fn(&'a Browser) -> Doing<'a>);

/// A module's tests, by the names of their functions.
#[macro_export]
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        pub const TESTS: &[$crate::Test] = &[$((
            concat!(module_path!(), "::", stringify!($name)),
            |browser| Box::pin($name(browser)),
        )),*];
    };
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the tests that are asked for. Gives whether all have passed.
async fn run() -> Result<bool> {
    // What `cargo test` passes on: words that choose tests, and options that do not matter here.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let tests = [checks::TESTS, diagram::TESTS, replay::TESTS, report::TESTS, book::TESTS];
    let chosen = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word));
    let browser = Browser::start().await?;
    let mut all_passed = true;
    for (name, test) in tests.into_iter().flatten().filter(|(name, _)| chosen(name)) {
        // The message of a panic has been printed by then.
        let outcome = AssertUnwindSafe(test(&browser)).catch_unwind().await;
        let passed = match &outcome {
            Ok(Ok(())) => "ok",
            Ok(Err(error)) => &format!("FAILED: {error}"),
            Err(_) => "FAILED",
        };
        eprintln!("test {name} ... {passed}");
        all_passed &= matches!(outcome, Ok(Ok(())));
    }
    browser.close().await?;
    Ok(all_passed)
}

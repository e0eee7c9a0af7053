//! What people see, in a real browser: `make test-browser`.
//!
//! One Chromium serves all tests, one after the other, each with a page of its own.

mod book;
mod checks;
mod diagram;
mod index;
mod looks;
mod replay;
mod report;
mod runs;
mod watch;

use std::process::ExitCode;
use std::sync::Arc;

use browser_tests::{Browser, Result};
use libtest_mimic::Arguments;
use tokio::runtime::Runtime;

/// A module's tests, by the names of their functions.
#[macro_export]
macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        pub fn tests(
            runtime: &tokio::runtime::Handle,
            browser: &std::sync::Arc<browser_tests::Browser>,
        ) -> Vec<libtest_mimic::Trial> {
            vec![$({
                let (runtime, browser) = (runtime.clone(), browser.clone());
                let name = concat!(module_path!(), "::", stringify!($name));
                libtest_mimic::Trial::test(name, move || {
                    runtime.block_on($name(&browser)).map_err(Into::into)
                })
            }),*]
        }
    };
}

fn main() -> Result<ExitCode> {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let runtime = Runtime::new()?;
    let browser = Arc::new(runtime.block_on(Browser::start())?);
    let modules = [
        checks::tests,
        diagram::tests,
        index::tests,
        replay::tests,
        report::tests,
        watch::tests,
        book::tests,
    ];
    let tests = modules.iter().flat_map(|tests| tests(runtime.handle(), &browser)).collect();
    let conclusion = libtest_mimic::run(&arguments, tests);
    let browser = Arc::into_inner(browser).ok_or("a test still uses the browser")?;
    runtime.block_on(browser.close())?;
    Ok(conclusion.exit_code())
}

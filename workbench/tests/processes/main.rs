//! `workbench test` as people run it: the real program, with real child processes, good and bad.
//!
//! This program is both sides: the tests, and, when told to by `RUN_AS_NODE`, a node.

mod bad_nodes;
mod bench;
mod disks;
mod ends;
mod files;
mod flags;
mod floods;
mod good_runs;
mod lines;
mod nodes;
mod programs;
mod replies;
mod report;
mod services;
mod signals;
mod simulated;
mod stored;
mod surroundings;
mod watch;

use std::process::ExitCode;

use libtest_mimic::Arguments;

/// How many tests run at the same time. Most of them wait most of the time.
const AT_ONCE: usize = 12;

/// A module's tests, by the names of their functions. Those after `ignored:` take long: they run
/// with `cargo test --test processes -- --ignored`.
#[macro_export]
macro_rules! tests {
    ($($(#[$when:meta])? $name:ident),* $(,)? $(; ignored: $long:ident)?) => {
        pub fn tests() -> Vec<libtest_mimic::Trial> {
            let trial = |name, test: fn()| {
                libtest_mimic::Trial::test(name, move || {
                    test();
                    Ok(())
                })
            };
            Vec::from([
                $($(#[$when])? trial(stringify!($name), $name),)*
                $(trial(stringify!($long), $long).with_ignored_flag(true),)?
            ])
        }
    };
}

fn main() -> ExitCode {
    if let Some(node) = std::env::var_os(bench::RUN_AS_NODE) {
        return nodes::run(&node.to_string_lossy());
    }
    if let Some(server) = std::env::var_os(simulated::RUN_AS_SIMULATION) {
        return nodes::simulate(&server.to_string_lossy());
    }
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    // The longest come first, so that the others do not have to wait for them in the end.
    let tests = [
        good_runs::tests(),
        signals::tests(),
        simulated::tests(),
        watch::tests(),
        ends::tests(),
        replies::tests(),
        report::tests(),
        floods::tests(),
        disks::tests(),
        lines::tests(),
        surroundings::tests(),
        programs::tests(),
        stored::tests(),
        services::tests(),
        flags::tests(),
    ];
    libtest_mimic::run(&arguments, tests.into_iter().flatten().collect()).exit_code()
}

//! echo, as a process.

use std::process::ExitCode;

use echo::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

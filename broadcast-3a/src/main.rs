//! broadcast-3a, as a process.

use std::process::ExitCode;

use broadcast_3a::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

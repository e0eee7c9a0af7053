//! broadcast-3c, as a process.

use std::process::ExitCode;

use broadcast_3c::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

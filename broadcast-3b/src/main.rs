//! broadcast-3b, as a process.

use std::process::ExitCode;

use broadcast_3b::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

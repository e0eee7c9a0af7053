//! The server as a process: messages on stdin and stdout.

use std::process::ExitCode;

use broadcast_3c::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

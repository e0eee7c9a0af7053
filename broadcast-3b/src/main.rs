//! The server as a process: messages on stdin and stdout.

use std::process::ExitCode;

use broadcast_3b::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

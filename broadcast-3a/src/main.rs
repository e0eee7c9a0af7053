//! The server as a process: messages on stdin and stdout.

use std::process::ExitCode;

use broadcast_3a::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

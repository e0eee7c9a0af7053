//! The server as a process: messages on stdin and stdout.

use std::process::ExitCode;

use starter::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

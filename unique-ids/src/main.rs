//! The server as a process: messages on stdin and stdout.

use std::process::ExitCode;

use unique_ids::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

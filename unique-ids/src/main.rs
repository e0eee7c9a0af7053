//! unique-ids, as a process.

use std::process::ExitCode;

use unique_ids::Server;

fn main() -> ExitCode {
    common::run::<Server>()
}

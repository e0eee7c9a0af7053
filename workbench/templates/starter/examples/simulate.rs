//! The server in a simulated cluster: the same code as in `main.rs`, in virtual time.

use std::process::ExitCode;

use starter::Server;

fn main() -> ExitCode {
    workbench::simulate::<Server>()
}

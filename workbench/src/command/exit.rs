//! How a command ends: what it prints, and its exit status.

use std::io::{self, Write};
use std::process::ExitCode;

use crate::console::print_stderr;
use crate::error::Error;

/// The widest that help may be.
pub const HELP_WIDTH: usize = 80;

/// The exit status of wrong arguments, as Maelstrom's.
const USAGE: u8 = 254;

/// Prints what is wrong with a command line, or the help or version that it asks for. Exits.
pub fn usage_error(error: &clap::Error) -> ExitCode {
    ExitCode::from(usage_status(error))
}

/// The same, and gives the exit status.
pub fn usage_status(error: &clap::Error) -> u8 {
    // A closed stdout or stderr does not change the status.
    let _ = error.print();
    if error.use_stderr() { USAGE } else { 0 }
}

/// Exits with that status, or prints the error and exits with its status.
pub fn exit(status: Result<u8, Error>) -> ExitCode {
    ExitCode::from(status.unwrap_or_else(|error| {
        print_stderr(&error.to_string());
        error.exit_status()
    }))
}

/// Prints the text to stdout and exits, or prints the error and exits with its status.
pub fn print_and_exit(text: Result<String, Error>) -> ExitCode {
    exit(text.and_then(|text| print(&text)).map(|()| 0))
}

/// Prints to stdout, with colour on a terminal that wants it. A reader that has closed the pipe is not
/// an error: the verdict does not depend on it.
pub fn print(text: &str) -> Result<(), Error> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::System { doing: "write to stdout".into(), source })
        }
        _ => Ok(()),
    }
}

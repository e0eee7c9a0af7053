//! The program: `book-builder` builds the book, and serves as a preprocessor of a stock mdbook.

use std::io::{Write, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use book_builder::{Directives, Error, Server};
use mdbook_preprocessor::{Preprocessor, parse_input};

/// How long between two looks at whether something has changed.
const PAUSE: Duration = Duration::from_millis(500);

const HELP: &str = "\
book-builder build FOLDER       build the book in a folder, check it, and print its first page
book-builder serve FOLDER PORT  the same, then serve it on this machine and follow its changes
book-builder supports RENDERER  as mdbook's preprocessor: whether it is of use for a renderer
book-builder                    as mdbook's preprocessor: a book on stdin, the same on stdout";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["build", book] => build(Path::new(book)),
        ["serve", book, port] => serve(Path::new(book), port),
        [] => preprocess(),
        ["supports", renderer] => {
            let supported = Directives.supports_renderer(renderer).unwrap_or(false);
            return if supported { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        _ => Err(Error::msg(HELP)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the book and prints the path of its first page.
fn build(book: &Path) -> Result<(), Error> {
    let index = book_builder::build(book, None)?;
    writeln!(stdout(), "{}", index.display())?;
    Ok(())
}

/// Builds the book, serves it, and builds it again whenever something changes. Does not return.
fn serve(book: &Path, port: &str) -> Result<(), Error> {
    let Ok(port) = port.parse() else {
        return Err(Error::msg(format!("PORT={port}: a port is a number up to 65535")));
    };
    let server = Server::start(book, port)?;
    writeln!(stdout(), "The book is at http://{}. Stop with Ctrl-C.", server.address())?;
    loop {
        match server.follow() {
            Ok(true) => writeln!(stdout(), "Something has changed: the book is built again.")?,
            Ok(false) => {}
            Err(problems) => eprintln!("{problems:#}\n"),
        }
        sleep(PAUSE);
    }
}

/// Reads a book as mdbook hands it over, and writes it with its directives carried out.
fn preprocess() -> Result<(), Error> {
    let (context, book) = parse_input(stdin())?;
    let book = Directives.run(&context, book)?;
    serde_json::to_writer(stdout(), &book)?;
    Ok(())
}

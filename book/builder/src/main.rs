//! The program `book-builder`: builds the book, serves it, and is a preprocessor for a stock mdbook.

use std::io::{Write, stdin, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use book_builder::{Directives, Error, Server};
use mdbook_preprocessor::{Preprocessor, parse_input};

/// How long to wait between two checks for changes.
const PAUSE: Duration = Duration::from_millis(500);

const HELP: &str = "\
book-builder build FOLDER       build the book in a folder, check it, print its first page's path
book-builder serve FOLDER PORT  the same, then serve it on this machine and follow its changes
book-builder supports RENDERER  as mdbook's preprocessor: whether it supports a renderer
book-builder                    as mdbook's preprocessor: reads a book on stdin, writes it to stdout";

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

/// Builds the book, serves it, and rebuilds it whenever something changes. Does not return.
fn serve(book: &Path, port: &str) -> Result<(), Error> {
    let Ok(port) = port.parse() else {
        return Err(Error::msg(format!("PORT={port}: give a number up to 65535")));
    };
    let server = Server::start(book, port)?;
    writeln!(stdout(), "The book is at http://{}. Ctrl-C stops the server.", server.address())?;
    loop {
        match server.follow() {
            Ok(true) => writeln!(stdout(), "Rebuilt the book after a change.")?,
            Ok(false) => {}
            Err(problems) => eprintln!("{problems:#}\n"),
        }
        sleep(PAUSE);
    }
}

/// Reads a book from mdbook on stdin, carries out its directives, and writes it to stdout.
fn preprocess() -> Result<(), Error> {
    let (context, book) = parse_input(stdin())?;
    let book = Directives.run(&context, book)?;
    serde_json::to_writer(stdout(), &book)?;
    Ok(())
}

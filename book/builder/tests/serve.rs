//! The server: the pages that it serves, the files that it refuses, and that it follows changes.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::made_up::Repository;
use book_builder::Server;

/// The server's response.
fn get(server: &Server, path: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: book\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_book_is_served_and_follows_changes() {
    let repository = Repository::with_page("# One\n").with("echo/Cargo.toml", "");
    let server = Server::start(&repository.book(), 0).unwrap();
    assert!(server.address().ip().is_loopback());
    assert!(get(&server, "/page.html?highlight=one#one").contains(">One</a>"));
    assert!(get(&server, "/").contains("fetch('/.version')"));
    assert!(get(&server, "/.version").ends_with("\r\n\r\n0"));
    assert!(get(&server, "/pages.html").starts_with("HTTP/1.1 404"));
    assert!(get(&server, "/../src/page.md").starts_with("HTTP/1.1 404"));
    assert!(!server.follow().unwrap());

    let repository = repository.with("book/src/page.md", "# Two\n\n{{#listing echo/src/a.rs}}\n");
    let problems = server.follow().unwrap_err().to_string();
    assert!(
        problems.contains("page.md:3: {{#listing}}: there is no file echo/src/a.rs"),
        "{problems}"
    );
    assert!(get(&server, "/page.html").contains(">One</a>"));

    let _repository = repository.with("echo/src/a.rs", "fn a() {}\n");
    assert!(server.follow().unwrap());
    assert!(get(&server, "/page.html").contains("fn a() {}"));
    assert!(get(&server, "/.version").ends_with("\r\n\r\n1"));
}

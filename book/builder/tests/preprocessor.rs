//! The program as a preprocessor for a stock mdbook: reads a book on stdin, writes it to stdout.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::made_up::Repository;
use serde_json::{Value, json};

const BUILDER: &str = env!("CARGO_BIN_EXE_book-builder");

/// The program's output for a book of one page, handed over as mdbook does.
fn preprocess(repository: &Repository, page: &str) -> Output {
    let chapter = json!({
        "name": "Page", "content": page, "number": null, "sub_items": [],
        "path": "page.md", "source_path": "page.md", "parent_names": [],
    });
    let context = json!({
        "root": repository.book(), "config": {}, "renderer": "html", "mdbook_version": "0.5.4",
    });
    let input = json!([context, { "items": [{ "Chapter": chapter }] }]);
    let piped = Command::new(BUILDER)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut program = piped.unwrap();
    write!(program.stdin.take().unwrap(), "{input}").unwrap();
    program.wait_with_output().unwrap()
}

#[test]
fn only_html_is_supported() {
    for (renderer, supported) in [("html", true), ("markdown", false)] {
        let status = Command::new(BUILDER).args(["supports", renderer]).status().unwrap();
        assert_eq!(status.success(), supported, "{renderer}");
    }
}

#[test]
fn it_carries_out_the_directives_of_a_book_on_stdin() {
    let repository = Repository::with_page("").with("a.rs", "fn a() {}\n");
    let output = preprocess(&repository, "# Page\n\n{{#listing a.rs:a}}\n");
    let book: Value = serde_json::from_slice(&output.stdout).unwrap();
    let page = book["items"][0]["Chapter"]["content"].as_str().unwrap();
    assert!(page.contains("<span class=\"line\">fn a() &#123;}&#10;</span>"), "{page}");
    assert!(output.status.success());
}

#[test]
fn it_fails_if_a_directive_fails() {
    let output = preprocess(&Repository::with_page(""), "# Page\n\n{{#listing a.rs}}\n");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("book/src/page.md:3: {{#listing}}: there is no file a.rs"), "{said}");
    assert!(!output.status.success() && output.stdout.is_empty());
}

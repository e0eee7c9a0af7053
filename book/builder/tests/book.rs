//! The book itself can be built, and nothing in it is missing, stale or broken.

use std::path::Path;

#[test]
fn the_book_is_in_order() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = tempfile::tempdir().unwrap();
    if let Err(problems) = book_builder::build(&book, Some(pages.path())) {
        panic!("the book is not in order:\n{problems:#}\n");
    }
}

#[test]
fn the_glossary_is_sorted_and_every_term_has_a_link() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/glossary.md");
    let page = std::fs::read_to_string(path).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| **")).collect();
    let terms: Vec<String> =
        rows.iter().filter_map(|row| Some(row.split("**").nth(1)?.to_lowercase())).collect();
    assert!(terms.len() > 50, "only {} terms", terms.len());
    assert!(terms.is_sorted_by(|one, next| one < next), "{terms:?}");
    let without: Vec<_> = rows.iter().filter(|row| !row.contains("](")).collect();
    assert!(without.is_empty(), "{without:?}");
}

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

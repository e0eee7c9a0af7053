//! Small books to test the builder on.

// Each test program uses only a part of this module.
#![allow(dead_code)]

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

const BOOK: &str = "\
[build]
create-missing = false
[preprocessor.book-builder]
before = [\"links\"]
[output.html.playground]
runnable = false
";

/// A repository with a book of one page.
pub struct Repository {
    folder: TempDir,
}

impl Repository {
    /// A repository with only a book, whose one page is `book/src/page.md`.
    pub fn with_page(page: &str) -> Repository {
        Repository { folder: tempfile::tempdir().unwrap() }
            .with("book/book.toml", BOOK)
            .with("book/src/SUMMARY.md", "- [Page](page.md)\n")
            .with("book/src/page.md", page)
    }

    /// Adds or replaces a file.
    pub fn with(self, path: &str, text: &str) -> Repository {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The built page, from its first heading to the link to the next page.
    pub fn built(&self) -> String {
        match self.build() {
            Ok(()) => {}
            Err(problems) => panic!("{problems}"),
        }
        let page = fs::read_to_string(self.book().join("book/page.html")).unwrap();
        let (_, page) = page.split_once("<main>").unwrap();
        page.split_once("</main>").unwrap().0.trim().to_owned()
    }

    /// What the builder says is wrong.
    pub fn problems(&self) -> String {
        match self.build() {
            Ok(()) => panic!("the book was built, and nothing was said to be wrong"),
            Err(problems) => problems,
        }
    }

    fn build(&self) -> Result<(), String> {
        let built = book_builder::build(&self.book(), None);
        built.map(|_| ()).map_err(|problems| format!("{problems:#}"))
    }

    /// The folder with `book.toml`.
    pub fn book(&self) -> PathBuf {
        self.folder.path().join("book")
    }
}

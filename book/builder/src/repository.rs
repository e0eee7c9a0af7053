//! The files that pages show, found by their paths from the repository's root.

use std::path::{Component, Path, PathBuf};

/// The repository that the book is about.
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository of the book in the folder `book`: its parent folder.
    pub fn of_book(book: &Path) -> Repository {
        Repository { root: book.join("..") }
    }

    /// Where a path of the repository is on this machine.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The text of a file, with `\n` at the ends of lines.
    ///
    /// # Errors
    /// A sentence, if the repository has no such file or it is not text.
    pub fn read(&self, path: &str) -> Result<String, String> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(format!("{path}: give the path from the repository's root, without `..`"));
        }
        match std::fs::read_to_string(self.path(path)) {
            Ok(text) => Ok(text.replace("\r\n", "\n")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(format!(
                "there is no file {path}. Give the path from the repository's root; was the file renamed?"
            )),
            Err(error) => Err(format!("{path} cannot be read: {error}")),
        }
    }
}

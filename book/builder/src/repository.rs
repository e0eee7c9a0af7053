//! The files that pages show, by their paths from the repository's root.

use std::path::{Component, Path, PathBuf};

/// The repository that the book is about.
pub struct Repository {
    root: PathBuf,
}

impl Repository {
    /// The repository of the book in the folder `book`: the folder around it.
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
    /// In words, if there is no such file in the repository or it is no text.
    pub fn read(&self, path: &str) -> Result<String, String> {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(format!("{path}: paths are from the repository's root, without `..`"));
        }
        match std::fs::read_to_string(self.path(path)) {
            Ok(text) => Ok(text.replace("\r\n", "\n")),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(format!(
                "there is no file {path}. Paths are from the repository's root; was it renamed?"
            )),
            Err(error) => Err(format!("{path} cannot be read: {error}")),
        }
    }
}

//! Checks that every file of the book's sources is a page in SUMMARY.md.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::shown;
use crate::problem::Problem;

/// The files in `source` that SUMMARY.md does not link to. (mdBook checks that its links exist.)
pub fn problems(source: &Path) -> io::Result<Vec<Problem>> {
    let summary = fs::read_to_string(source.join("SUMMARY.md"))?;
    let listed = |path: &Path| {
        let name = path.display().to_string();
        summary.contains(&format!("({name})")) || summary.contains(&format!("(./{name})"))
    };
    let mut problems = Vec::new();
    for path in files(source)? {
        let name = path.strip_prefix(source).unwrap_or(&path);
        if name != Path::new("SUMMARY.md") && !listed(name) {
            let text = "this file is not a page of the book: add it to SUMMARY.md, or delete it";
            problems.push(Problem::of(shown(&path, source), text));
        }
    }
    Ok(problems)
}

/// All files in a folder and its subfolders, sorted.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

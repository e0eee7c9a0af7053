//! The names that a stage may have.

use std::path::Path;

/// Folders of the workspace, those included that appear later.
const WORKSPACE_FOLDERS: [&str; 7] =
    ["book", "common", "fuzz", "maelstrom", "store", "target", "workbench"];

/// Crates of Rust's own, and folders that cargo creates next to its programs.
const CARGO_NAMES: [&str; 9] =
    ["alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "std", "test"];

/// Rust's keywords, which cannot be a crate's name.
const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum \
    extern false final fn for gen if impl in let loop macro match mod move mut override priv pub \
    ref return self static struct super trait true try type typeof unsafe unsized use virtual where \
    while yield";

/// Why a new stage in `root` cannot be called `name`, if it cannot. `lock` is the text of `Cargo.lock`,
/// which lists the crates in use.
pub fn refusal(name: &str, root: &Path, lock: &str) -> Option<&'static str> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_plain) {
        return Some("use lower-case letters, digits and hyphens, and begin with a letter");
    }
    // This finds broken links, too.
    if root.join(name).symlink_metadata().is_ok() {
        return Some("a file or folder of that name exists already; choose another");
    }
    if WORKSPACE_FOLDERS.contains(&name) {
        return Some("the workspace needs that name itself; choose another");
    }
    if CARGO_NAMES.contains(&name) {
        return Some("cargo needs that name itself; choose another");
    }
    if KEYWORDS.split_whitespace().any(|word| word == name) {
        return Some("that is a keyword of Rust; choose another");
    }
    let lines = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    if lines.map(crate_name).any(|other| other == crate_name(name)) {
        return Some("a crate of that name is in use here; choose another");
    }
    None
}

/// The name of a package in Rust code.
pub fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

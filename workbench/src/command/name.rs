//! Which names a stage may have.

use std::path::Path;

/// Folders that the workspace has, or may come to have.
const FOLDERS: [&str; 7] = ["book", "common", "fuzz", "maelstrom", "store", "target", "workbench"];

/// Crates of Rust's own, and folders that cargo makes next to its programs.
const CARGO: [&str; 9] =
    ["alloc", "build", "core", "deps", "examples", "incremental", "proc-macro", "std", "test"];

/// The words of the language, of which none can be a crate's name.
const RUST: &str = "abstract as async await become box break const continue crate do dyn else enum \
    extern false final fn for gen if impl in let loop macro match mod move mut override priv pub \
    ref return self static struct super trait true try type typeof unsafe unsized use virtual where \
    while yield";

/// Why a new stage in `root` cannot be called `name`, if it cannot. `lock` is the text of
/// `Cargo.lock`, whose crates have their names already.
pub fn refusal(name: &str, root: &Path, lock: &str) -> Option<&'static str> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_plain) {
        return Some("use lower-case letters, digits and hyphens, and begin with a letter");
    }
    // A link that leads nowhere is there, too.
    if root.join(name).symlink_metadata().is_ok() {
        return Some("there is something of that name already; choose another");
    }
    if FOLDERS.contains(&name) {
        return Some("the workspace needs that name itself; choose another");
    }
    if CARGO.contains(&name) {
        return Some("cargo needs that name itself; choose another");
    }
    if RUST.split_whitespace().any(|word| word == name) {
        return Some("that is a word of the Rust language; choose another");
    }
    let lines = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    if lines.map(crate_name).any(|other| other == crate_name(name)) {
        return Some("a crate of that name is in use here; choose another");
    }
    None
}

/// A package's name as Rust code has it.
pub fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

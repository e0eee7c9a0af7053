//! After each command that changes a store: its index.

use std::path::Path;

use crate::console::print_stderr;
use crate::record::store::Store;
use crate::report::index::{INDEX, write_index};

/// Writes the index of the store `root`, if there is a store. A failure is printed and is not an error:
/// no verdict depends on it.
pub fn update_index(root: &Path) {
    if root.is_dir()
        && let Err(error) = write_index(root)
    {
        print_stderr(&format!("No index of all runs: {error}"));
    }
}

/// The same for the store that a run is in, unless that is a folder of some other kind: one that has no
/// index yet.
pub fn update_index_around(run: &Store) {
    if let Some(root) = run.path().ancestors().nth(2).filter(|root| root.join(INDEX).exists()) {
        update_index(root);
    }
}

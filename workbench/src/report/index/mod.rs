//! `store/index.html`: every run and every sweep in a store, the newest first.
//!
//! It is made anew from the small files of all folders each time, so that no writer has to know of
//! another: the last one to look has seen every run that was there, and is the last one to write.

mod row;

use std::fs::{self, File};
use std::io;
use std::path::Path;

use askama::Template;
use rustix::fs::{FlockOperation, flock};

use self::row::IndexRow;
use super::page;
use super::policy::policy;
use crate::error::Error;
use crate::record::store::{Store, folders};

/// The name of the page in its store.
pub const INDEX: &str = "index.html";

const STYLE: &str = include_str!("index.css");
const SCRIPT: &str = include_str!("index.js");

#[derive(Template)]
#[template(path = "index.html")]
struct IndexPage {
    policy: String,
    styles: [&'static str; 2],
    scripts: [&'static str; 1],
    runs: usize,
    sweeps: usize,
    rows: Vec<IndexRow>,
}

/// Writes the index of the store `root`.
///
/// Fails if the store cannot be read or written. A run whose files cannot be read is listed, and its row
/// says so.
pub fn write_index(root: &Path) -> Result<(), Error> {
    let _lock = lock(root);
    let stores = folders(root)?;
    let sweeps = stores.iter().filter(|store| store.is_sweep()).count();
    let page = IndexPage {
        policy: policy(&[SCRIPT]),
        styles: [page::STYLE, STYLE],
        scripts: [SCRIPT],
        runs: stores.len() - sweeps,
        sweeps,
        rows: stores.iter().map(|store: &Store| IndexRow::new(root, store)).collect(),
    };
    let (path, unfinished) =
        (root.join(INDEX), root.join(format!("{INDEX}.{}.part", std::process::id())));
    let write = || {
        fs::write(&unfinished, page.render().map_err(io::Error::other)?)?;
        fs::rename(&unfinished, &path)
    };
    write().map_err(|failure| {
        let _ = fs::remove_file(&unfinished);
        Error::path("write", &path)(failure)
    })
}

/// Waits until no other process writes the index, and keeps it from others until it is dropped. Where a
/// file system has no locks, the index may lack a run until the next one.
fn lock(root: &Path) -> Option<File> {
    let folder = File::open(root).ok()?;
    flock(&folder, FlockOperation::LockExclusive).ok()?;
    Some(folder)
}

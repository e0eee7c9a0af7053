//! `workbench prune`: removes the oldest runs and sweeps from a store.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use clap::Args;

use super::index::update_index;
use crate::error::Error;
use crate::record::store::{self, LINKS, sub_folders};

/// A store of more than a gigabyte gets a hint to prune it.
const LARGE_BYTES: u64 = 1_000_000_000;

/// How many runs and sweeps are kept without `--keep`.
const DEFAULT_KEPT_RUNS: usize = 20;

/// Removes the oldest runs and sweeps from a store
#[derive(Args)]
pub struct PruneArguments {
    /// How many to keep; one that a link such as store/latest points to stays in any case
    #[arg(long, value_name = "N", default_value_t = DEFAULT_KEPT_RUNS)]
    keep: usize,

    /// The store
    #[arg(long, value_name = "FOLDER", default_value = "store")]
    store: PathBuf,
}

impl PruneArguments {
    /// Prunes the store. Gives what was removed, one a line, and the total.
    pub fn run(&self) -> Result<String, Error> {
        let PruneArguments { keep, store } = self;
        if !store.is_dir() {
            let store = store.display();
            return Err(Error::Asked(format!(
                "there is no store in {store}: give its folder with --store"
            )));
        }
        let (removed, remaining) = prune(store, *keep)?;
        update_index(store);
        let lines = removed
            .iter()
            .map(|Folder { path, bytes }| format!("{}, {}\n", path.display(), megabytes(*bytes)));
        let [gone, left] = [&removed, &remaining]
            .map(|folders| format!("{}, {}", counted(folders), megabytes(total_bytes(folders))));
        Ok(format!("{}Removed {gone}; left {left}\n", lines.collect::<String>()))
    }
}

/// The folder of a run or a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Folder {
    /// Where it is: `<store>/<workload>/<timestamp>`, or `<store>/sweep/<timestamp>`.
    path: PathBuf,
    /// How much disk space it takes.
    bytes: u64,
}

/// The runs and sweeps in the store `root`, the newest first.
fn folders(root: &Path) -> Result<Vec<Folder>, Error> {
    let folders = store::folders(root)?.into_iter().map(|store| {
        let path = store.path().to_owned();
        let bytes = size(&path).map_err(Error::path("read", &path))?;
        Ok(Folder { path, bytes })
    });
    folders.collect()
}

/// Removes all runs and sweeps from the store `root`, except the newest `keep` and those that one of the
/// store's own links points to. Gives what was removed, and what remains.
fn prune(root: &Path, keep: usize) -> Result<(Vec<Folder>, Vec<Folder>), Error> {
    let linked = linked(root)?;
    let is_linked =
        |folder: &Folder| fs::canonicalize(&folder.path).is_ok_and(|path| linked.contains(&path));
    let (mut removed, mut remaining) = (vec![], vec![]);
    for (place, folder) in folders(root)?.into_iter().enumerate() {
        if place < keep || is_linked(&folder) {
            remaining.push(folder);
            continue;
        }
        fs::remove_dir_all(&folder.path).map_err(Error::path("remove", &folder.path))?;
        removed.push(folder);
    }
    Ok((removed, remaining))
}

/// The targets of the store's own links.
fn linked(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut groups = sub_folders(root)?;
    groups.push(root.to_owned());
    let links = groups.iter().flat_map(|group| LINKS.map(|link| group.join(link)));
    Ok(links.filter_map(|link| fs::canonicalize(link).ok()).collect())
}

/// The disk space that a file takes, or a folder with everything in it.
fn size(path: &Path) -> io::Result<u64> {
    const BLOCK: u64 = 512;
    let about = fs::symlink_metadata(path)?;
    let mut bytes = about.blocks() * BLOCK;
    if about.is_dir() {
        for entry in fs::read_dir(path)? {
            bytes += size(&entry?.path())?;
        }
    }
    Ok(bytes)
}

/// A line that says how large the store is and how to prune it, if it is large. A store that cannot be
/// read gets no hint.
pub fn hint(root: &Path, command: &str) -> Option<String> {
    hint_beyond(LARGE_BYTES, root, command)
}

fn hint_beyond(limit: u64, root: &Path, command: &str) -> Option<String> {
    let folders = folders(root).ok()?;
    let bytes = total_bytes(&folders);
    (bytes > limit).then(|| {
        let (root, size, counted) = (root.display(), megabytes(bytes), counted(&folders));
        format!("{root} has grown to {size}, in {counted}: `{command}` keeps the newest {DEFAULT_KEPT_RUNS}")
    })
}

fn total_bytes(folders: &[Folder]) -> u64 {
    folders.iter().map(|folder| folder.bytes).sum()
}

/// `1.4 GB`, `27 MB`, `0 MB`
fn megabytes(bytes: u64) -> String {
    match bytes {
        LARGE_BYTES.. => format!("{:.1} GB", bytes as f64 / 1e9),
        _ => format!("{} MB", (bytes as f64 / 1e6).ceil()),
    }
}

/// `1 run or sweep`, `6 runs and sweeps`
fn counted(folders: &[Folder]) -> String {
    match folders.len() {
        1 => "1 run or sweep".to_owned(),
        count => format!("{count} runs and sweeps"),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::record::store::Store;

    /// A store with five runs and a sweep, the oldest first, and the runs and the sweep.
    fn store() -> (tempfile::TempDir, Vec<PathBuf>) {
        let root = tempfile::tempdir().unwrap();
        let run = |workload| Store::create(root.path(), workload).unwrap().path().to_owned();
        let mut paths: Vec<PathBuf> = ["echo", "echo", "broadcast", "broadcast"].map(run).into();
        let sweep = Store::create_sweep(root.path()).unwrap();
        sweep.write("runs.jsonl", |_| Ok(())).unwrap();
        paths.push(sweep.path().to_owned());
        paths.push(run("broadcast"));
        // Two that begin in the same millisecond differ only in their workloads' folders.
        paths.iter().zip(0..).for_each(|(path, place)| {
            let name = format!("20260101T00000{place}.000");
            fs::rename(path, path.with_file_name(name)).unwrap();
        });
        let renamed = paths
            .iter()
            .zip(0..)
            .map(|(path, place)| path.with_file_name(format!("20260101T00000{place}.000")));
        let paths: Vec<PathBuf> = renamed.collect();
        for (link, place) in
            [("latest", 5), ("current", 5), ("broadcast/latest", 5), ("echo/latest", 1)]
        {
            fs::remove_file(root.path().join(link)).unwrap();
            symlink(&paths[place], root.path().join(link)).unwrap();
        }
        (root, paths)
    }

    fn there(paths: &[PathBuf]) -> Vec<usize> {
        (0..paths.len()).filter(|&place| paths[place].exists()).collect()
    }

    #[test]
    fn the_newest_runs_and_the_targets_of_links_remain() {
        let (root, paths) = store();
        let (removed, remaining) = prune(root.path(), 2).unwrap();
        assert_eq!(there(&paths), [1, 4, 5]);
        assert_eq!((removed.len(), remaining.len()), (3, 3));
        let removed_paths: Vec<&PathBuf> = removed.iter().map(|folder| &folder.path).collect();
        assert_eq!(removed_paths, [&paths[3], &paths[2], &paths[0]]);
        assert!(removed.iter().all(|folder| folder.bytes > 0));
        prune(root.path(), 0).unwrap();
        assert_eq!(there(&paths), [1, 5], "the links still lead somewhere");
    }

    #[test]
    fn folders_that_are_not_runs_stay_and_links_are_not_followed() {
        let (root, paths) = store();
        let outside = tempfile::tempdir().unwrap();
        let elsewhere = outside.path().join("20250101T000000.000");
        fs::create_dir_all(elsewhere.join("node-logs")).unwrap();
        symlink(&elsewhere, root.path().join("echo/20250101T000000.000")).unwrap();
        symlink(outside.path(), root.path().join("linked")).unwrap();
        symlink(outside.path(), paths[0].join("link")).unwrap();
        let mine = ["echo/mine", "echo/20250101T000000.000.bak", "mine"]
            .map(|name| root.path().join(name));
        for path in &mine {
            fs::create_dir_all(path.join("node-logs")).unwrap();
        }
        let empty = root.path().join("echo/20250101T000001.000");
        fs::create_dir(&empty).unwrap();
        prune(root.path(), 0).unwrap();
        assert_eq!(there(&paths), [1, 5]);
        assert!(mine.iter().chain([&elsewhere, &empty]).all(|path| path.is_dir()));
    }

    #[test]
    fn a_large_store_gets_a_hint() {
        let (root, paths) = store();
        fs::write(paths[0].join("journal.jsonl"), vec![b'x'; 1_000_000]).unwrap();
        assert_eq!(hint(root.path(), "make prune"), None);
        let hint = hint_beyond(1_000_000, root.path(), "make prune").unwrap();
        let start = format!(
            "{} has grown to 2 MB, in 6 runs and sweeps: `make prune` ",
            root.path().display()
        );
        assert!(hint.starts_with(&start), "{hint}");
        assert_eq!(megabytes(1_449_000_000), "1.4 GB");
    }
}

//! The size of a store, and how it is brought down: the oldest runs and sweeps go.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::record::store::{LINKS, is_timestamp};

/// From how many bytes on people are told how large their store is: a gigabyte.
const LARGE: u64 = 1_000_000_000;

/// How many runs and sweeps are kept unless something else is asked for.
pub const DEFAULT_KEPT_RUNS: usize = 20;

/// The folder of a run or a sweep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// Where it is: `<store>/<workload>/<timestamp>`, or `<store>/sweep/<timestamp>`.
    pub path: PathBuf,
    /// How much of the disk it takes, in bytes.
    pub bytes: u64,
}

/// The runs and sweeps in the store `root`, the newest first.
///
/// A folder is one of them if it is named after a time, as the workbench does, and holds what a run
/// or a sweep holds from its beginning. Links are not followed, be it to folders or to files.
///
/// Fails if a folder cannot be read.
pub fn folders(root: &Path) -> Result<Vec<Folder>, Error> {
    let mut folders = vec![];
    for group in sub_folders(root)? {
        for path in sub_folders(&group)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let holds = |name: &str| path.join(name).symlink_metadata().is_ok();
            let is_ours = ["node-logs", "runs.jsonl", "runs.jsonl.part"].into_iter().any(holds);
            if is_timestamp(&name) && is_ours {
                let bytes = size(&path).map_err(Error::path("read", &path))?;
                folders.push(Folder { path, bytes });
            }
        }
    }
    folders.sort_by(|one, other| other.path.file_name().cmp(&one.path.file_name()));
    Ok(folders)
}

/// Removes all runs and sweeps from the store `root` but the newest `keep`, and those that a link of
/// the store's own leads to. Tells of each before it goes. Gives what was removed, and what remains.
///
/// Fails if a folder cannot be read or removed.
pub fn prune(
    root: &Path,
    keep: usize,
    mut tell: impl FnMut(&Folder),
) -> Result<(Vec<Folder>, Vec<Folder>), Error> {
    let linked = linked(root)?;
    let is_linked =
        |folder: &Folder| fs::canonicalize(&folder.path).is_ok_and(|path| linked.contains(&path));
    let (mut removed, mut remaining) = (vec![], vec![]);
    for (place, folder) in folders(root)?.into_iter().enumerate() {
        if place < keep || is_linked(&folder) {
            remaining.push(folder);
            continue;
        }
        tell(&folder);
        fs::remove_dir_all(&folder.path).map_err(Error::path("remove", &folder.path))?;
        removed.push(folder);
    }
    Ok((removed, remaining))
}

/// What the links of the store lead to.
fn linked(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut groups = sub_folders(root)?;
    groups.push(root.to_owned());
    let links = groups.iter().flat_map(|group| LINKS.map(|link| group.join(link)));
    Ok(links.filter_map(|link| fs::canonicalize(link).ok()).collect())
}

/// The folders in a folder, those that links lead to left out.
fn sub_folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let read = || -> io::Result<Vec<PathBuf>> {
        let mut found = vec![];
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                found.push(entry.path());
            }
        }
        Ok(found)
    };
    read().map_err(Error::path("read", folder))
}

/// How much of the disk a file or folder takes, with all that is in it.
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

/// A line for people whose store has become large: how large, and what to do. None if it has not, or
/// if it cannot be read: that is no reason to end.
pub fn hint(root: &Path, command: &str) -> Option<String> {
    hint_beyond(LARGE, root, command)
}

fn hint_beyond(limit: u64, root: &Path, command: &str) -> Option<String> {
    let folders = folders(root).ok()?;
    let bytes = bytes(&folders);
    (bytes > limit).then(|| {
        let (root, size, counted) = (root.display(), megabytes(bytes), counted(&folders));
        format!("{root} has grown to {size}, in {counted}: `{command}` keeps the newest {DEFAULT_KEPT_RUNS}")
    })
}

/// The bytes of all of them together.
pub fn bytes(folders: &[Folder]) -> u64 {
    folders.iter().map(|folder| folder.bytes).sum()
}

/// A size for people: `1.4 GB`, `27 MB`, `0 MB`.
pub fn megabytes(bytes: u64) -> String {
    match bytes {
        LARGE.. => format!("{:.1} GB", bytes as f64 / 1e9),
        _ => format!("{} MB", (bytes as f64 / 1e6).ceil()),
    }
}

/// How many runs and sweeps there are, for people.
pub fn counted(folders: &[Folder]) -> String {
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
        // Two that begin in one millisecond are told apart by their workloads' folders alone.
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
    fn the_newest_runs_and_those_that_links_lead_to_remain() {
        let (root, paths) = store();
        let mut told = vec![];
        let (removed, remaining) =
            prune(root.path(), 2, |folder| told.push(folder.path.clone())).unwrap();
        assert_eq!(there(&paths), [1, 4, 5]);
        assert_eq!((removed.len(), remaining.len()), (3, 3));
        assert_eq!(told, [&paths[3], &paths[2], &paths[0]].map(PathBuf::clone));
        assert!(removed.iter().all(|folder| folder.bytes > 0));
        prune(root.path(), 0, |_| {}).unwrap();
        assert_eq!(there(&paths), [1, 5], "the links still lead somewhere");
    }

    #[test]
    fn what_is_no_run_stays_and_links_are_not_followed() {
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
        prune(root.path(), 0, |_| {}).unwrap();
        assert_eq!(there(&paths), [1, 5]);
        assert!(mine.iter().chain([&elsewhere, &empty]).all(|path| path.is_dir()));
    }

    #[test]
    fn a_large_store_says_so() {
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

//! The store: the folder in which a run leaves its files.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Zoned;

use crate::error::Error;

/// The folder of one run: `<store>/<workload>/<timestamp>/`. As under Jepsen, the links `<store>/latest`
/// and `<store>/current` point to the run that began last, and `<store>/<workload>/latest` to the last
/// one of its workload.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// A shorter path to show: `<root>/latest`, or the one that the user gave.
    short: Option<PathBuf>,
    /// Whether no more files may be written.
    is_closed: AtomicBool,
}

/// The links to the last run.
pub const LINKS: [&str; 2] = ["latest", "current"];

impl Store {
    /// Creates a folder for a run, with `node-logs/` in it, and points the links to it.
    pub fn create(root: &Path, workload: &str) -> Result<Store, Error> {
        let parent = root.join(workload);
        fs::create_dir_all(&parent).map_err(Error::path("create", &parent))?;
        let name = free_name(&parent)?;
        let store = Store::at(parent.join(&name), Some(root.join("latest")));
        fs::create_dir(store.node_logs()).map_err(Error::path("create", store.node_logs()))?;
        store.link(&parent, "latest", Path::new(&name))?;
        for link in LINKS {
            store.link(root, link, &Path::new(workload).join(&name))?;
        }
        Ok(store)
    }

    /// Creates a folder for a sweep, `<root>/sweep/<timestamp>/`.
    pub fn create_sweep(root: &Path) -> Result<Store, Error> {
        let parent = root.join("sweep");
        fs::create_dir_all(&parent).map_err(Error::path("create", &parent))?;
        let name = free_name(&parent)?;
        Ok(Store::at(parent.join(&name), Some(parent.join("latest"))))
    }

    /// Points the link `latest` to this folder, next to it. A sweep that is interrupted at once leaves
    /// nothing behind, so its link waits for its end.
    pub fn link_latest(&self) -> Result<(), Error> {
        match (self.path.parent(), self.path.file_name()) {
            (Some(parent), Some(name)) => self.link(parent, "latest", Path::new(name)),
            _ => Ok(()),
        }
    }

    /// Creates a folder of that name inside this one, for a run that belongs to a sweep.
    pub fn create_inside(&self, name: &str) -> Result<Store, Error> {
        let path = self.path.join(name);
        let store = Store::at(path, self.short.as_ref().map(|short| short.join(name)));
        fs::create_dir_all(store.node_logs()).map_err(Error::path("create", store.node_logs()))?;
        Ok(store)
    }

    /// A folder of a store, whatever is in it.
    pub fn folder(path: &Path) -> Store {
        Store::at(path.to_owned(), None)
    }

    /// Opens the folder of a finished run, given its path or a link to it.
    ///
    /// Fails if there is no such run.
    pub fn open(path: &Path) -> Result<Store, Error> {
        let is_run = |path: &PathBuf| path.join("run.json").exists();
        if let Some(found) = fs::canonicalize(path).ok().filter(is_run) {
            return Ok(Store::at(found, Some(path.to_owned())));
        }
        let shown = path.display();
        Err(Error::Asked(if path.join("node-logs").is_dir() {
            format!(
                "the run in {shown} is not over, or was killed, or could not begin: it has no run.json"
            )
        } else {
            format!(
                "there is no run in {shown}: name the folder of a run, or make one with \
                 `make simulate MODULE=…`"
            )
        }))
    }

    fn at(path: PathBuf, short: Option<PathBuf>) -> Store {
        Store { path, short, is_closed: AtomicBool::new(false) }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path to show: the short one, unless it points to a later run by now.
    pub fn shown(&self) -> &Path {
        let leads_here = |link: &&PathBuf| {
            let ends = (fs::canonicalize(link), fs::canonicalize(&self.path));
            matches!(ends, (Ok(link), Ok(path)) if link == path)
        };
        self.short.as_ref().filter(leads_here).unwrap_or(&self.path)
    }

    /// The folder of the nodes' logs.
    pub fn node_logs(&self) -> PathBuf {
        self.path.join("node-logs")
    }

    /// Whether it is the folder of a sweep, finished or not.
    pub fn is_sweep(&self) -> bool {
        ["runs.jsonl", "runs.jsonl.part"].into_iter().any(|name| self.has(name))
    }

    /// Creates a file that grows during the run. It has another name until it is
    /// [complete](Store::complete).
    pub fn stream(&self, name: &str) -> Result<BufWriter<File>, Error> {
        let path = self.unfinished(name);
        self.create_file(&path).map(BufWriter::new).map_err(Error::path("create", &path))
    }

    fn create_file(&self, path: &Path) -> io::Result<File> {
        let file = File::create(path)?;
        if self.is_closed.load(Ordering::SeqCst) {
            fs::remove_file(path)?;
            return Err(io::ErrorKind::Interrupted.into());
        }
        Ok(file)
    }

    /// Removes incomplete files, as far as possible, and prevents further writes.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        let files = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let is_unfinished = |path: &PathBuf| path.extension().is_some_and(|part| part == "part");
        for path in files.map(|file| file.path()).filter(is_unfinished) {
            let _ = fs::remove_file(path);
        }
    }

    /// Whether there is a file, a folder or a link of that name.
    pub fn has(&self, name: &str) -> bool {
        self.path.join(name).symlink_metadata().is_ok()
    }

    /// The size of a file; 0 if there is none.
    pub fn bytes(&self, name: &str) -> u64 {
        fs::metadata(self.path.join(name)).map_or(0, |file| file.len())
    }

    /// Gives a complete stream its final name.
    pub fn complete(&self, name: &str) -> Result<(), Error> {
        let path = self.path.join(name);
        fs::rename(self.unfinished(name), &path).map_err(Error::path("write", &path))
    }

    fn unfinished(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.part"))
    }

    /// Writes a file, which has another name until it is complete.
    pub fn write(
        &self,
        name: &str,
        content: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
    ) -> Result<(), Error> {
        let (path, unfinished) = (self.path.join(name), self.unfinished(name));
        let write = || {
            let mut file = BufWriter::new(self.create_file(&unfinished)?);
            content(&mut file)?;
            file.flush()?;
            fs::rename(&unfinished, &path)
        };
        write().map_err(Error::path("write", &path))
    }

    /// Reads a file of the run.
    pub fn read<T>(
        &self,
        name: &str,
        content: impl FnOnce(BufReader<File>) -> std::io::Result<T>,
    ) -> Result<T, Error> {
        let path = self.path.join(name);
        let read = File::open(&path).map(BufReader::new).and_then(content);
        read.map_err(Error::path("read", &path))
    }

    /// Points `link` in `folder` to `target`, atomically.
    fn link(&self, folder: &Path, link: &str, target: &Path) -> Result<(), Error> {
        let (link, new) = (folder.join(link), self.path.join(".link"));
        symlink(target, &new)
            .and_then(|()| fs::rename(&new, &link))
            .map_err(Error::path("write", &link))
    }
}

/// The folders of the runs and sweeps in the store `root`, the newest first.
///
/// A folder is one of them if its name is a timestamp and it holds what a run or a sweep holds from its
/// beginning. Links are not followed.
pub fn folders(root: &Path) -> Result<Vec<Store>, Error> {
    let mut folders = vec![];
    for group in sub_folders(root)? {
        for path in sub_folders(&group)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let store = Store::folder(&path);
            if is_timestamp(&name) && (store.has("node-logs") || store.is_sweep()) {
                folders.push(store);
            }
        }
    }
    folders.sort_by(|one, other| {
        let name = |store: &Store| store.path.file_name().map(ToOwned::to_owned);
        name(other).cmp(&name(one)).then_with(|| one.path.cmp(&other.path))
    });
    Ok(folders)
}

/// The folders in a folder, without links to folders.
pub fn sub_folders(folder: &Path) -> Result<Vec<PathBuf>, Error> {
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

/// Whether a name is the timestamp of a run or a sweep.
fn is_timestamp(name: &str) -> bool {
    const SHAPE: &str = "00000000T000000.000";
    let Some((time, rest)) = name.split_at_checked(SHAPE.len()) else { return false };
    let fits = |(byte, shape): (u8, u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        mark => byte == mark,
    };
    let is_number = |digits: &str| digits.parse::<u32>().is_ok();
    time.bytes().zip(SHAPE.bytes()).all(fits)
        && (rest.is_empty() || rest.strip_prefix('-').is_some_and(is_number))
}

/// Creates a folder named after the time, such as `20261122T183509.123`, with a number added if another
/// run began in the same millisecond.
fn free_name(parent: &Path) -> Result<String, Error> {
    let now = Zoned::now().strftime("%Y%m%dT%H%M%S.%3f").to_string();
    for attempt in 1.. {
        let name = if attempt == 1 { now.clone() } else { format!("{now}-{attempt}") };
        match fs::create_dir(parent.join(&name)) {
            Err(failure) if failure.kind() == std::io::ErrorKind::AlreadyExists => {}
            created => {
                return created.map(|()| name).map_err(Error::path("create a folder in", parent));
            }
        }
    }
    Ok(now)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use super::Store;

    #[test]
    fn each_run_has_a_folder_and_links_point_to_the_latest() {
        let root = tempfile::tempdir().unwrap();
        let stores: Vec<Store> =
            (0..5).map(|_| Store::create(root.path(), "echo").unwrap()).collect();
        for store in &stores {
            assert!(store.node_logs().is_dir());
        }
        let other = Store::create(root.path(), "broadcast").unwrap();
        let end = |link: &str| fs::canonicalize(root.path().join(link)).unwrap();
        for (link, store) in [
            ("latest", &other),
            ("current", &other),
            ("broadcast/latest", &other),
            ("echo/latest", &stores[4]),
        ] {
            assert_eq!(end(link), fs::canonicalize(store.path()).unwrap(), "{link}");
        }
        assert_eq!(fs::read_dir(root.path().join("echo")).unwrap().count(), 5 + 1);
        assert_eq!(other.shown(), root.path().join("latest"));
        assert_eq!(stores[4].shown(), stores[4].path(), "a later run has taken the short path");

        let sweep = Store::create_sweep(root.path()).unwrap();
        assert_eq!(sweep.shown(), sweep.path());
        sweep.link_latest().unwrap();
        assert_eq!(sweep.shown(), root.path().join("sweep/latest"));
        assert_eq!(other.shown(), root.path().join("latest"), "the last run is still the last run");
    }

    #[test]
    fn an_incomplete_file_does_not_have_its_final_name() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::create(root.path(), "echo").unwrap();
        let failed = store.write("results.edn", |file| {
            file.write_all(b"{:valid? true")?;
            Err(std::io::ErrorKind::StorageFull.into())
        });
        assert!(failed.unwrap_err().to_string().contains("results.edn"));
        assert!(!store.path().join("results.edn").exists());
        store.write("results.edn", |file| file.write_all(b"{}")).unwrap();
        assert_eq!(fs::read(store.path().join("results.edn")).unwrap(), b"{}");
    }

    #[test]
    fn a_closed_store_has_no_incomplete_files_and_accepts_no_more() {
        let root = tempfile::tempdir().unwrap();
        let store = Store::create(root.path(), "echo").unwrap();
        store.write("run.json", |file| file.write_all(b"{}")).unwrap();
        let _journal = store.stream("journal.jsonl").unwrap();
        let unfinished = store.write("history.txt", |_| {
            store.close();
            Ok(())
        });
        assert!(unfinished.is_err() && store.write("results.edn", |_| Ok(())).is_err());
        let mut names: Vec<_> =
            fs::read_dir(store.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["node-logs", "run.json"]);
    }
}

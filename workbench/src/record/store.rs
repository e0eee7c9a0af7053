//! The store: the folder in which a run leaves its files.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Zoned;

use crate::error::Error;

/// The folder of one run: `<store>/<workload>/<timestamp>/`. To the run that began last point, as
/// Jepsen has them, `<store>/latest` and `<store>/current`; to the last one of its workload points
/// `<store>/<workload>/latest`.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// The path by which people know it: `<root>/latest`, or the one that they gave; none if it has
    /// no shorter one.
    short: Option<PathBuf>,
    /// Whether nothing more is to be written.
    is_closed: AtomicBool,
}

/// The links to the last run.
pub const LINKS: [&str; 2] = ["latest", "current"];

impl Store {
    /// Makes a new folder for a run, with `node-logs/` in it, and lets the links point to it.
    ///
    /// Fails if the file system does not allow it.
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

    /// Makes a new folder for a sweep, `<root>/sweep/<timestamp>/`. See [`Store::create`].
    pub fn create_sweep(root: &Path) -> Result<Store, Error> {
        let parent = root.join("sweep");
        fs::create_dir_all(&parent).map_err(Error::path("create", &parent))?;
        Ok(Store::at(parent.join(free_name(&parent)?), None))
    }

    /// The folder of a run that is over, or a link to it.
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

    /// The folder as people are told of it: by its short path, unless another run has begun since.
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

    /// Opens a file for a stream that grows as the run goes on. Until it is
    /// [complete](Store::complete) it has another name.
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

    /// Removes what is half-written; from now on nothing can be written. What cannot be removed
    /// stays.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        let files = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let is_unfinished = |path: &PathBuf| path.extension().is_some_and(|part| part == "part");
        for path in files.map(|file| file.path()).filter(is_unfinished) {
            let _ = fs::remove_file(path);
        }
    }

    /// How many bytes a file of the run has; none if it is not there.
    pub fn bytes(&self, name: &str) -> u64 {
        fs::metadata(self.path.join(name)).map_or(0, |file| file.len())
    }

    /// Gives the file of a stream its name, as it is whole now.
    pub fn complete(&self, name: &str) -> Result<(), Error> {
        let path = self.path.join(name);
        fs::rename(self.unfinished(name), &path).map_err(Error::path("write", &path))
    }

    fn unfinished(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.part"))
    }

    /// Writes a file whole: until it is complete it has another name.
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

    /// Reads a file of the run again, from its beginning.
    pub fn read<T>(
        &self,
        name: &str,
        content: impl FnOnce(BufReader<File>) -> std::io::Result<T>,
    ) -> Result<T, Error> {
        let path = self.path.join(name);
        let read = File::open(&path).map(BufReader::new).and_then(content);
        read.map_err(Error::path("read", &path))
    }

    /// Points `link` in `folder` to `target`, in one step, so that it always points somewhere.
    fn link(&self, folder: &Path, link: &str, target: &Path) -> Result<(), Error> {
        let (link, new) = (folder.join(link), self.path.join(".link"));
        symlink(target, &new)
            .and_then(|()| fs::rename(&new, &link))
            .map_err(Error::path("write", &link))
    }
}

/// Whether a folder of that name is that of a run or a sweep, named after a time.
pub fn is_timestamp(name: &str) -> bool {
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

/// Creates a folder named after the time, such as `20261122T183509.123`; a number is added if
/// another run began in the same millisecond.
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
    fn each_run_has_a_folder_and_the_latest_is_found() {
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
    }

    #[test]
    fn what_is_not_whole_does_not_look_whole() {
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
    fn a_closed_store_holds_nothing_half_written_and_takes_no_more() {
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

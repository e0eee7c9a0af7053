//! Serves the book on a local port, for its authors: rebuilds it, and reloads open pages, when a page
//! or something it shows has changed.

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use workbench::local_server::{LocalServer, WebAnswer};

use crate::check::files;
use crate::{Error, build};

/// Where a page asks how often the book has been rebuilt.
const VERSION: &str = "/.version";
/// What the server adds to each page. A page that is older than the book reloads itself.
const SCRIPT: &str = "<script>(() => { let first; setInterval(async () => { try { \
    const version = await (await fetch('/.version')).text(); first ??= version; \
    if (version !== first) location.reload(); } catch { /* The server is gone. */ } }, 1000); \
    })();</script>";

/// The folders of a crate, and those of the book, that pages are made from.
const OF_CRATE: &[&str] = &["Cargo.toml", "src", "tests"];
const OF_BOOK: &[&str] = &["book.toml", "exercises", "src", "theme"];

/// A server that only this machine can reach.
pub struct Server {
    book: PathBuf,
    address: SocketAddr,
    version: Arc<AtomicU64>,
    seen: Mutex<BTreeMap<PathBuf, SystemTime>>,
}

impl Server {
    /// Builds the book in the folder `book` and serves it on 127.0.0.1 until the program ends.
    /// `port` 0 means any free port.
    ///
    /// # Errors
    /// If the port is taken, or if [`build`] fails.
    pub fn start(book: &Path, port: u16) -> Result<Server, Error> {
        let server = LocalServer::listen(port)?;
        let version = Arc::new(AtomicU64::new(0));
        let pages = build(book, None)?.with_file_name("");
        let current = version.clone();
        server.serve(move |path| answer(path, &pages, current.load(Ordering::Relaxed)))?;
        let seen = Mutex::new(times(book));
        Ok(Server { book: book.to_path_buf(), address: server.address(), version, seen })
    }

    /// The address of the book.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Rebuilds the book if something it is made from has changed since the last build. Gives whether it
    /// has. Open pages then reload.
    ///
    /// # Errors
    /// If [`build`] fails. Pages that it has already written are new, the others stay as they were.
    pub fn follow(&self) -> Result<bool, Error> {
        let times = times(&self.book);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if *seen == times {
            return Ok(false);
        }
        *seen = times;
        build(&self.book, None)?;
        self.version.fetch_add(1, Ordering::Relaxed);
        Ok(true)
    }
}

/// When each file that the book is made from was last written.
fn times(book: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let crates = fs::read_dir(book.join("..")).into_iter().flatten().flatten();
    let of_crates = crates
        .map(|entry| entry.path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .flat_map(|path| OF_CRATE.iter().map(move |part| path.join(part)));
    let of_book = OF_BOOK.iter().map(|part| book.join(part));
    let paths = of_crates
        .chain(of_book)
        .chain(["Makefile", "workbench/challenges.mk"].map(|file| book.join("..").join(file)));
    // A file that cannot be read counts as absent.
    paths
        .flat_map(|path| if path.is_dir() { files(&path).unwrap_or_default() } else { vec![path] })
        .filter_map(|path| {
            let time = fs::metadata(&path).and_then(|metadata| metadata.modified()).ok()?;
            Some((path, time))
        })
        .collect()
}

/// A file of the book, or the book's version.
fn answer(path: &str, pages: &Path, version: u64) -> WebAnswer {
    let (status, kind, bytes) = if path == VERSION {
        (200, "text/plain", version.to_string().into_bytes())
    } else {
        file(pages, path)
    };
    WebAnswer { status, kind, bytes }
}

/// A file of the book, with its status and its type. Names in the book need no percent-encoding.
fn file(pages: &Path, path: &str) -> (u16, &'static str, Vec<u8>) {
    let relative = Path::new(path.trim_start_matches('/'));
    let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
    let mut path = pages.join(relative);
    if path.is_dir() {
        path.push("index.html");
    }
    match fs::read(&path) {
        Ok(mut bytes) if inside => {
            let kind = kind(&path);
            if kind.starts_with("text/html") {
                bytes.extend_from_slice(SCRIPT.as_bytes());
            }
            (200, kind, bytes)
        }
        _ => (404, "text/plain", b"The book has no such page.".to_vec()),
    }
}

/// The media type of a file, by its extension.
fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "text/plain; charset=utf-8",
    }
}

//! Changes of source files, as the operating system reports them.

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;

use notify_debouncer_full::notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{
    DebounceEventResult, DebouncedEvent, Debouncer, RecommendedCache, new_debouncer,
};
use tokio::sync::mpsc;

use crate::error::Error;

/// How long a file must be left alone. An editor writes a file in several steps, and a formatter soon
/// writes it again.
const PAUSE: Duration = Duration::from_millis(50);

/// Reports that source files have changed.
pub struct FileChanges {
    changes: mpsc::Receiver<()>,
    /// Watches until it is dropped.
    _watcher: Debouncer<RecommendedWatcher, RecommendedCache>,
}

impl FileChanges {
    /// Watches these folders of crates from now on.
    ///
    /// Fails if there is no such folder, or if the operating system refuses.
    pub fn of(crates: &[&Path]) -> Result<FileChanges, Error> {
        let failed = |path: &Path| {
            let path = path.display().to_string();
            move |error| Error::Asked(format!("could not watch {path}: {error}"))
        };
        let (sender, changes) = mpsc::channel(1);
        let report = move |events: DebounceEventResult| {
            // After an error, such as too many events at once, anything may have changed.
            let is_change = events.map_or(true, |events| events.iter().any(is_change));
            if is_change {
                // One pending report is enough.
                let _ = sender.try_send(());
            }
        };
        let mut watcher = new_debouncer(PAUSE, None, report).map_err(failed(Path::new("files")))?;
        for path in crates {
            watcher.watch(path, RecursiveMode::Recursive).map_err(failed(path))?;
        }
        Ok(FileChanges { changes, _watcher: watcher })
    }

    /// Waits for the next change, or for several in a row. Dropping the future loses none.
    pub async fn next(&mut self) {
        if self.changes.recv().await.is_none() {
            std::future::pending().await
        }
    }
}

/// Whether a source file may have another content now. To read one is not a change: the compiler does.
fn is_change(event: &DebouncedEvent) -> bool {
    !event.kind.is_access() && event.paths.iter().any(|path| is_source(path))
}

/// Whether cargo would build from that file: a manifest or Rust, but not what an editor puts next to it.
fn is_source(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let is_rust = name.ends_with(".rs") && !name.starts_with('.');
    is_rust || name == "Cargo.toml"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rust_and_manifests_are_source() {
        let source = ["my-stage/src/lib.rs", "my-stage/Cargo.toml", "my-stage/src/peers/retry.rs"];
        assert_eq!(source.map(|path| is_source(Path::new(path))), [true; 3]);
        let other = [
            "src/.lib.rs.swp",
            "src/.#lib.rs",
            "src/lib.rs~",
            "src/4913",
            "src/snapshots/a.snap",
            "src",
        ];
        assert_eq!(other.map(|path| is_source(Path::new(path))), [false; 6]);
    }
}

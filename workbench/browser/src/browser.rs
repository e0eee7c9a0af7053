//! Chromium, started once for all tests.

use std::env;
use std::path::PathBuf;

use chromiumoxide::{Browser as Chromium, BrowserConfig};
use futures_util::StreamExt;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::{Page, Result, View};

/// The names under which Chromium may be installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// A running Chromium with a profile of its own. It ends with [`Browser::close`].
pub struct Browser {
    chromium: Chromium,
    messages: JoinHandle<()>,
    // Chromium writes there until it ends.
    _profile: TempDir,
}

impl Browser {
    /// Starts Chromium without a window.
    ///
    /// Fails if there is none, or if it does not start.
    pub async fn start() -> Result<Browser> {
        let profile = tempfile::tempdir()?;
        let mut config = BrowserConfig::builder()
            .chrome_executable(program()?)
            .user_data_dir(profile.path())
            .arg("disable-gpu")
            .arg("disable-component-update");
        // Chromium's sandbox does not work for root, which is what one is in most containers.
        if is_root() {
            config = config.no_sandbox();
        }
        let (chromium, mut handler) = Chromium::launch(config.build()?).await?;
        let messages = tokio::spawn(async move { while handler.next().await.is_some() {} });
        Ok(Browser { chromium, messages, _profile: profile })
    }

    /// Opens an empty page with that view.
    pub async fn page(&self, view: View) -> Result<Page> {
        Page::new(self.chromium.new_page("about:blank").await?, view).await
    }

    /// Ends Chromium, and waits until it has.
    pub async fn close(mut self) -> Result<()> {
        self.chromium.close().await?;
        self.chromium.wait().await?;
        self.messages.abort();
        Ok(())
    }
}

/// The program: what `CHROMIUM` names, or the first of its usual names that is in the `PATH`.
fn program() -> Result<PathBuf> {
    if let Some(program) = env::var_os("CHROMIUM") {
        return Ok(program.into());
    }
    let folders: Vec<PathBuf> =
        env::var_os("PATH").map(|path| env::split_paths(&path).collect()).unwrap_or_default();
    let files = folders.iter().flat_map(|folder| NAMES.map(|name| folder.join(name)));
    files.into_iter().find(|file| file.is_file()).ok_or_else(|| {
        "there is no Chromium. Install it (Debian: apt-get install chromium), or say where it is: \
         CHROMIUM=/path/to/chromium"
            .into()
    })
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

//! The page of `make watch`, while a stage's source is saved.
//!
//! Cargo is a script here, and the "source" names the stage whose example it "builds".

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use browser_tests::{Browser, Page, Result, View, built};
use tempfile::TempDir;

use crate::looks::Looks;

crate::tests![
    the_page_follows_each_save,
    the_page_looks_right_in_every_view,
    the_page_says_when_watching_has_ended,
];

const CARGO: &str = "#!/bin/sh
read source <my-stage/src/lib.rs
case $source in
    broadcast-*) echo $source >built;;
    *) echo \"error: cannot find \\`$source\\` in this scope, nor in any other that is as wide as this\" >&2
       exit 101;;
esac
";

const FLAGS: &str = "-w broadcast --node-count 5 --time-limit 5 --rate 10 --nemesis partition \
    --nemesis-interval 2";

/// A `workbench watch` on a stage in a temporary folder; ended with this.
struct Watch {
    workbench: Child,
    folder: TempDir,
    address: String,
}

impl Watch {
    /// Starts it on a stage that is the same as that one.
    fn start(stage: &str) -> Result<Watch> {
        let (folder, built) = (tempfile::tempdir()?, built()?);
        let path = folder.path();
        fs::create_dir_all(path.join("my-stage/src"))?;
        fs::create_dir_all(path.join("common"))?;
        fs::write(path.join("my-stage/src/lib.rs"), stage)?;
        let examples = built.join("examples/simulate-");
        let simulate = format!("#!/bin/sh\nexec '{}'$(cat built) \"$@\"\n", examples.display());
        program(&path.join("cargo"), CARGO)?;
        program(&path.join("simulate"), &simulate)?;
        let program = built.join("workbench");
        let mut command = Command::new(&program);
        command.current_dir(path).env("CARGO", path.join("cargo"));
        command.args("watch my-stage --simulate ./simulate --port 0 --seeds 5 --".split(' '));
        command.args(FLAGS.split_whitespace());
        let mut workbench = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| {
                format!("{}: {error}. `make test-browser` builds it first", program.display())
            })?;
        let mut stderr = BufReader::new(workbench.stderr.take().ok_or("no stderr")?).lines();
        let line = stderr.find_map(|line| line.ok().filter(|line| line.contains("http://")));
        // What is read no more must not block it.
        std::thread::spawn(move || stderr.count());
        let words = line.unwrap_or_default();
        let address = words.split(' ').find(|word| word.starts_with("http://"));
        let address = address.ok_or("no address")?.trim_end_matches('.').to_owned();
        Ok(Watch { workbench, folder, address })
    }

    fn save(&self, source: &str) -> Result<()> {
        Ok(fs::write(self.folder.path().join("my-stage/src/lib.rs"), source)?)
    }

    fn end(&mut self) -> Result<()> {
        self.workbench.kill()?;
        self.workbench.wait()?;
        Ok(())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

/// Writes a file that can be run.
fn program(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o755))?)
}

/// Waits until the page shows the report of a run with that verdict.
async fn wait_for_report(page: &Page, verdict: &str) -> Result<()> {
    let title = "document.querySelector('#run').contentDocument?.title ?? ''";
    let ended = "document.querySelector('#doing').textContent === ''";
    let seen = "!document.querySelector('#run').hidden";
    page.wait_for(&format!("{ended} && {seen} && ({title}).startsWith('{verdict}: ')")).await
}

/// Waits until the page shows these words instead of a report.
async fn wait_for_text(page: &Page, words: &str) -> Result<()> {
    let text = "document.querySelector('#text')";
    page.wait_for(&format!("!{text}.hidden && {text}.textContent.includes('{words}')")).await
}

async fn the_page_follows_each_save(browser: &Browser) -> Result<()> {
    let watch = Watch::start("broadcast-3b")?;
    let mut page = browser.page(View::DESK).await?;
    page.open(&watch.address).await?;
    wait_for_report(&page, "Invalid").await?;
    page.wait_for("document.title === '✗ my-stage'").await?;
    page.run("window.isTheSamePage = true").await?;
    watch.save("typo")?;
    wait_for_text(&page, "cannot find `typo`").await?;
    page.wait_for("document.querySelector('#run').hidden").await?;
    watch.save("broadcast-3c")?;
    wait_for_report(&page, "Valid").await?;
    page.wait_for("document.title === '✓ my-stage'").await?;

    // Whoever looks at the replay of a valid run goes on to that of the next.
    let scrolled = "document.querySelector('#run').contentWindow.scrollY";
    page.run("document.querySelector('#run').contentWindow.scrollTo(0, 500)").await?;
    page.run("document.querySelector('#run').contentWindow.isOld = true").await?;
    watch.save("broadcast-3c\n")?;
    page.wait_for("!document.querySelector('#run').contentWindow.isOld").await?;
    wait_for_report(&page, "Valid").await?;
    page.wait_for(&format!("{scrolled} === 500")).await?;
    assert!(page.evaluate::<bool>("isTheSamePage && history.length <= 2").await?);
    assert_eq!(page.problems().await?, [""; 0]);
    page.close().await
}

async fn the_page_looks_right_in_every_view(browser: &Browser) -> Result<()> {
    for (source, shown) in [("broadcast-3b", "Invalid"), ("broadcast-3c", "Valid"), ("typo", "")] {
        let watch = Watch::start(source)?;
        let mut looks = Looks::new(browser, &[View::PHONE, View::DESK], &watch.address);
        let open = async |page: &Page| {
            page.open(&watch.address).await?;
            match shown {
                "" => wait_for_text(page, "error").await,
                verdict => wait_for_report(page, verdict).await,
            }
        };
        looks.look(&format!("watch-{source}"), open).await?;
        looks.assert_right();
    }
    Ok(())
}

async fn the_page_says_when_watching_has_ended(browser: &Browser) -> Result<()> {
    let mut watch = Watch::start("broadcast-3c")?;
    let page = browser.page(View::DESK).await?;
    page.open(&watch.address).await?;
    wait_for_report(&page, "Valid").await?;
    watch.end()?;
    page.wait_for("document.querySelector('#doing').textContent === 'make watch has ended'")
        .await?;
    page.close().await
}

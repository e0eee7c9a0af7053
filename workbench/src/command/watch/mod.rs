//! `workbench watch`: after every save of a stage's source, builds it, sweeps, and shows a run.

mod changes;
mod child;
mod page;
mod round;

use std::convert::Infallible;
use std::future::pending;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Zoned;
use tokio::runtime::Builder;

use self::changes::FileChanges;
use self::page::WatchPage;
use self::round::{Round, RoundOutcome};
pub use self::round::{Took, not_valid};
use super::exit::{print, usage_status};
use crate::console::{print_stderr, progress_bar};
use crate::error::Error;
use crate::local_server::LocalServer;
use crate::options::Options;
use crate::run::ctrl_c::CtrlC;

/// The folder that every stage is built from, besides its own.
const COMMON: &str = "common";

/// Where the runs of the last round are. Every round empties its stage's folder there.
const STORE: &str = "store/watch";

/// Builds and sweeps a stage after every save of its source, and shows a run on a local page
#[derive(Args)]
pub struct WatchArguments {
    /// The stage: the name of its folder and of its package
    stage: String,

    /// The program that cargo builds from its example simulate-STAGE
    #[arg(long, value_name = "PROGRAM")]
    simulate: PathBuf,

    /// How many seeds, beginning with --seed, or with 1
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,

    /// The port of the page, on 127.0.0.1; 0 is any that is free
    #[arg(long, value_name = "NUMBER", default_value_t = 3001)]
    port: u16,

    /// The flags of the runs, as for `workbench test`
    #[arg(last = true)]
    flags: Vec<String>,
}

impl WatchArguments {
    /// Watches until Ctrl-C. Gives the exit status, which says nothing about the runs.
    ///
    /// Fails if a flag has no effect, the port is taken, the folders cannot be watched, or a program
    /// cannot be started. A stage that does not compile is not an error.
    pub fn run(self) -> Result<u8, Error> {
        let options = match Options::parse(self.flags.iter().map(String::as_str)) {
            Ok(options) => options,
            Err(error) => return Ok(usage_status(&error)),
        };
        options.check()?;
        options.check_sweep()?;
        let store = Path::new(STORE).join(&self.stage);
        if options.store != Path::new("store") {
            return Err(Error::Asked(format!(
                "--store has no effect here: watch keeps the last run in {}. Leave it out",
                store.display()
            )));
        }
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime
            .map_err(|source| Error::System { doing: "start the workbench".into(), source })?;
        runtime.block_on(self.watch(&options, &store))
    }

    async fn watch(&self, options: &Options, store: &Path) -> Result<u8, Error> {
        let WatchArguments { stage, simulate, seeds, port, flags } = self;
        let mut ctrl_c = CtrlC::of_process()?;
        let server = LocalServer::listen(*port)?;
        let page = WatchPage::serve(&server, stage)?;
        let mut changes = FileChanges::of(&[Path::new(stage), Path::new(COMMON)])?;
        let first = options.seed.unwrap_or(1);
        let last = first.saturating_add(seeds - 1);
        print_stderr(&format!(
            "{}, seeds {first} to {last}\n\
             after every save in {stage}/ and {COMMON}/\n\
             The page is at http://{}. Stop with Ctrl-C.",
            options.introduction(),
            server.address()
        ));
        options.without_effect().iter().for_each(|note| print_stderr(note));
        let round = Round { stage, simulate, seeds: *seeds, first, flags, store };
        loop {
            // What is dropped here ends, with all the programs that it started.
            tokio::select! {
                biased;
                () = ctrl_c.pressed() => return Ok(0),
                () = changes.next() => {}
                failed = show(&round, &page) => match failed? {},
            }
        }
    }
}

/// Goes through a round and shows how it ended, in the terminal and on the page. Then waits forever.
async fn show(round: &Round<'_>, page: &WatchPage) -> Result<Infallible, Error> {
    let progress = progress_bar(None, "{wide_msg}");
    let doing = |what: &str| {
        page.doing(what);
        progress.set_message(format!("{what} …"));
    };
    let outcome = round.run(doing).await?;
    progress.finish_and_clear();
    page.show(&outcome);
    let RoundOutcome { headline, text, .. } = outcome;
    let text = if text.is_empty() { text } else { format!("\n{text}\n") };
    print(&format!("{}  {headline}\n{text}", Zoned::now().strftime("%H:%M:%S")))?;
    pending().await
}

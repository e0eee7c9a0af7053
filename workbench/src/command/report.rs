//! `workbench report`: redraws a stored run.

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::record::store::Store;
use crate::report::REPORT;
use crate::report::render::render_report;

/// Redraws a stored run: its plots and report.html, from the other files in its folder
#[derive(Args)]
pub struct ReportArguments {
    /// The folder of the run
    #[arg(default_value = "store/latest")]
    store: PathBuf,
}

impl ReportArguments {
    /// Redraws the run. Gives the path of its page, as a line.
    pub fn run(&self) -> Result<String, Error> {
        render_report(&Store::open(&self.store)?)?;
        Ok(format!("{}\n", self.store.join(REPORT).display()))
    }
}

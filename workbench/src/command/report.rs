//! `workbench report`: redraws a stored run or sweep.

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::output::sweep_info::SWEEP;
use crate::record::store::Store;
use crate::report::REPORT;
use crate::report::render::render_report;
use crate::report::sweep::render_sweep;

/// Redraws a stored run or sweep: its plots and report.html, from the other files in its folder
#[derive(Args)]
pub struct ReportArguments {
    /// The folder of the run or sweep
    #[arg(default_value = "store/latest")]
    store: PathBuf,
}

impl ReportArguments {
    /// Redraws the run or sweep. Gives the path of its page, as a line.
    pub fn run(&self) -> Result<String, Error> {
        let folder = Store::folder(&self.store);
        match folder.has(SWEEP) {
            true => render_sweep(&folder)?,
            false => render_report(&Store::open(&self.store)?)?,
        }
        Ok(format!("{}\n", self.store.join(REPORT).display()))
    }
}

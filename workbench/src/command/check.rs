//! `workbench check`: judges a stored run again.

use std::path::PathBuf;

use clap::Args;

use super::exit::print;
use super::judge::judge_again;
use crate::console::Console;
use crate::error::Error;

/// Judges a run again, from the files in its folder (Maelstrom: analyze)
#[derive(Args)]
pub struct CheckArguments {
    /// The folder of the run
    #[arg(default_value = "store/latest")]
    store: PathBuf,
}

impl CheckArguments {
    /// Prints what the run printed. Gives the exit status of its verdict.
    pub fn run(&self) -> Result<u8, Error> {
        let (results, text) = judge_again(&self.store, &Console::brief())?;
        print(&text)?;
        Ok(results.verdict.exit_status())
    }
}

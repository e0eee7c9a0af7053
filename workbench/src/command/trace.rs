//! `workbench trace`: the data of the replay player.

use std::path::PathBuf;

use clap::Args;

use crate::error::Error;
use crate::record::store::Store;
use crate::report::message_window::{MessageWindow, Window};
use crate::report::replay::trace::trace;
use crate::time::Time;

/// Writes the trace of a run to stdout: what the replay player plays
#[derive(Args)]
#[command(allow_negative_numbers = true)]
pub struct TraceArguments {
    /// The folder of the run, such as store/latest
    #[arg(value_name = "STORE")]
    store: PathBuf,

    /// Where to begin, in seconds since the main phase began
    #[arg(long, value_name = "SECONDS", default_value = "0")]
    from: Time,

    /// Where to end [default: the end of the run]
    #[arg(long, value_name = "SECONDS")]
    to: Option<Time>,
}

impl TraceArguments {
    /// Reads that part of the run. Gives its trace, as a line.
    pub fn run(&self) -> Result<String, Error> {
        let window = Window { from: self.from, to: self.to.unwrap_or(Time::MAX) };
        if window.from > window.to {
            return Err(Error::Asked("--from is after --to: swap them".into()));
        }
        let messages = MessageWindow::open(&Store::open(&self.store)?, Some(window), usize::MAX)?;
        Ok(trace(&messages) + "\n")
    }
}

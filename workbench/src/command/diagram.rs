//! `workbench diagram`: draws part of a stored run.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::error::Error;
use crate::output::run_info::RunInfo;
use crate::record::store::Store;
use crate::report::diagram::{busiest_window, diagram};
use crate::report::message_window::{MessageWindow, Subject, Window};
use crate::report::render::StoredRun;
use crate::time::Time;

/// Draws part of a run as a space-time diagram: an SVG on stdout
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct DiagramArguments {
    /// The folder of the run
    #[arg(default_value = "store/latest")]
    store: PathBuf,

    /// Where to begin, in seconds since the main phase began [default: the busiest part]
    #[arg(long, value_name = "SECONDS")]
    from: Option<Time>,

    /// Where to end
    #[arg(long, value_name = "SECONDS")]
    to: Option<Time>,

    /// The nodes to show, separated by commas [default: all]
    #[arg(long, value_name = "NODES", value_delimiter = ',')]
    nodes: Vec<String>,
}

impl DiagramArguments {
    /// Draws that part of the run. Gives the SVG.
    ///
    /// Fails if there is no such run, no such node, or no message in flight.
    pub fn run(&self) -> Result<String, Error> {
        let store = Store::open(&self.store)?;
        let run = MessageWindow::open(&store, None, usize::MAX)?;
        let nodes = self.nodes(&run.info)?;
        let (window, subject) = self.window(&store, &run)?;
        let shown = MessageWindow::open(&store, Some(window), usize::MAX)?.about(subject);
        if shown.messages.is_empty() {
            return Err(Error::Asked(format!(
                "there is nothing to draw: no message was in flight from {} to {}. The run ends at {}",
                window.from, window.to, shown.info.end
            )));
        }
        Ok(diagram(&shown, &nodes))
    }

    /// The window to draw. With one end given, it is a second long; with none, it is the busiest one, and
    /// comes with its subject.
    fn window(
        &self,
        store: &Store,
        run: &MessageWindow,
    ) -> Result<(Window, Option<Subject>), Error> {
        let second = Duration::from_secs(1);
        let window = match (self.from, self.to) {
            (None, None) => return Ok(busiest_window(run, &StoredRun::read(store)?.explanation)),
            (Some(from), None) => Window { from, to: from + second },
            (None, Some(to)) => Window { from: to - second, to },
            (Some(from), Some(to)) => Window { from, to },
        };
        if window.from > window.to {
            let Window { from, to } = window;
            return Err(Error::Asked(format!("--from {from} is later than --to {to}")));
        }
        Ok((window, None))
    }

    fn nodes(&self, info: &RunInfo) -> Result<Vec<usize>, Error> {
        let node = |name: &String| {
            info.nodes.place(name.trim()).ok_or_else(|| {
                let all = info.nodes.iter().collect::<Vec<_>>().join(", ");
                Error::Asked(format!("there is no node `{name}` in this run, but {all}"))
            })
        };
        self.nodes.iter().map(node).collect()
    }
}

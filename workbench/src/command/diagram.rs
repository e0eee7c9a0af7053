//! `workbench diagram`: the diagram of a window of a run that is over.

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

/// The arguments of `workbench diagram`.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct Diagram {
    /// The folder of the run
    #[arg(default_value = "store/latest")]
    store: PathBuf,

    /// Where to begin, in seconds since the run's main phase began [default: the most telling part]
    #[arg(long, value_name = "SECONDS", value_parser = time)]
    from: Option<Time>,

    /// Where to end
    #[arg(long, value_name = "SECONDS", value_parser = time)]
    to: Option<Time>,

    /// The nodes to show, separated by commas [default: all]
    #[arg(long, value_name = "NODES", value_delimiter = ',')]
    nodes: Vec<String>,
}

impl Diagram {
    /// Draws what is asked for, as SVG.
    ///
    /// Fails if there is no such run, no such node, or nothing to see.
    pub fn draw(&self) -> Result<String, Error> {
        let store = Store::open(&self.store)?;
        let run = MessageWindow::open(&store, None, usize::MAX)?;
        let nodes = self.nodes(&run.info)?;
        let (window, subject) = self.window(&store, &run)?;
        let scene = MessageWindow::open(&store, Some(window), usize::MAX)?.about(subject);
        if scene.messages.is_empty() {
            return Err(Error::Asked(format!(
                "there is nothing to see: no message was under way from {} to {}. The run ends at {}",
                window.from, window.to, scene.info.end
            )));
        }
        Ok(diagram(&scene, &nodes))
    }

    /// The window that is asked for. With one end, it is a second long; with none, it is the one that
    /// tells most, and of what it tells.
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

/// Seconds as a person writes them: `4`, `4.35`.
fn time(text: &str) -> Result<Time, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.abs() <= 1e6 => Ok(Time::from_nanos((seconds * 1e9).round() as i64)),
        _ => Err("give a number of seconds such as 4.35".into()),
    }
}

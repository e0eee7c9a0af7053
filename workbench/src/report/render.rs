//! Draws everything about a run, from the files in its store, and writes it next to them.

use std::io::{self, Write};

use super::REPORT;
use super::diagram::{busiest_window, diagram};
use super::message_window::MessageWindow;
use super::operations::operations;
use super::page::{Content, Diagram, page};
use super::plots::plots;
use super::replay::trace;
use super::traffic::Traffic;
use crate::error::Error;
use crate::output::reread::read_history;
use crate::output::run_info::{RunInfo, RunOutcome};
use crate::record::history::History;
use crate::record::store::Store;
use crate::workload::{Explanation, Results};

/// More messages than this are more than a page can replay, and than anybody looks at.
const MESSAGES: usize = 100_000;

/// A run as its folder has it.
pub struct StoredRun {
    /// What the run was.
    pub info: RunInfo,
    /// Every operation.
    pub history: History,
    /// What the checks find in it; none of a run without a verdict.
    pub results: Option<Results>,
    /// Why promises were broken.
    pub explanation: Explanation,
}

impl StoredRun {
    /// Reads what is in a run's folder, and runs its checks.
    ///
    /// Fails if a file of the run is missing or none of the bench's.
    pub fn read(store: &Store) -> Result<StoredRun, Error> {
        let info = RunInfo::read(store)?;
        let history = store.read("history.json", |file| read_history(file, &info.nodes))?;
        let is_judged = !matches!(info.outcome, RunOutcome::NoVerdict(_));
        let results = is_judged.then(|| info.check(&history));
        let explanation = match &results {
            None => Explanation::default(),
            Some(results) => {
                store.read("journal.jsonl", |file| results.explain(&info.nodes, &history, file))?
            }
        };
        Ok(StoredRun { info, history, results, explanation })
    }
}

/// Writes the pictures of a run and `report.html`.
///
/// Fails if a file of the run is missing or none of the bench's, or if the store cannot be written.
pub fn render_report(store: &Store) -> Result<(), Error> {
    let StoredRun { info, history, results, explanation } = StoredRun::read(store)?;
    let operations = operations(&history, &info.nodes);
    let traffic = store.read("journal.jsonl", |journal| Traffic::read(&info, journal))?;
    let system = |source: io::Error| Error::System { doing: "draw the run".into(), source };
    let plots = plots(&info, &operations, &traffic).map_err(system)?;
    for plot in &plots {
        store.write(plot.file, |file| file.write_all(plot.svg.as_bytes()))?;
    }
    let scene = MessageWindow::open(store, None, MESSAGES)?;
    let (window, subject) = busiest_window(&scene, &explanation);
    let diagram =
        diagram(&MessageWindow::open(store, Some(window), MESSAGES)?.about(subject.clone()), &[]);
    store.write("messages.svg", |file| file.write_all(diagram.as_bytes()))?;
    let trace = trace(&scene);
    store.write("trace.json", |file| writeln!(file, "{trace}"))?;
    let page = page(&Content {
        store,
        info: &info,
        results: results.as_ref(),
        explanation: &explanation,
        operations: &operations,
        traffic: &traffic,
        plots: &plots,
        scene: &scene,
        trace: &trace,
        diagram: Diagram { window, subject: subject.map(|subject| subject.words), svg: &diagram },
    });
    let page = page.map_err(system)?;
    store.write(REPORT, |file| file.write_all(page.as_bytes()))
}

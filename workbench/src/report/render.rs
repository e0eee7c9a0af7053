//! Everything that is drawn of a run: made from the files in its store, and written beside them.

use std::io::{self, Write};

use serde_json::Value as Json;

use super::diagram::{busiest_window, diagram};
use super::message_window::MessageWindow;
use super::page::{Content, Diagram, page};
use super::plots::plots;
use super::replay::trace;
use super::traffic::Traffic;
use super::{REPORT, operations};
use crate::error::Error;
use crate::output::run_info::{Outcome, RunInfo};
use crate::record::store::Store;
use crate::workload::Explanation;

/// More messages than this are more than a page can replay, and than anybody looks at.
const MESSAGES: usize = 100_000;

/// Why what was lost was lost, as `results.json` says; nothing of a run without a verdict.
///
/// Fails if the file is none of the bench's.
pub fn explanation(store: &Store, info: &RunInfo) -> Result<Explanation, Error> {
    let is_judged = !matches!(info.outcome, Outcome::NoVerdict(_));
    if !is_judged || !store.path().join("results.json").exists() {
        return Ok(Explanation::default());
    }
    store.read("results.json", |file| {
        let results: Json = serde_json::from_reader(file)?;
        read_explanation(info, &results)
    })
}

fn read_explanation(info: &RunInfo, results: &Json) -> io::Result<Explanation> {
    match results.get("explanation") {
        Some(explanation) => Ok(Explanation::read(&*info.workload, explanation.clone())?),
        None => Ok(Explanation::default()),
    }
}

/// Writes the pictures of a run and `report.html`.
///
/// Fails if a file of the run is missing or none of the bench's, or if the store cannot be written.
pub fn render_report(store: &Store) -> Result<(), Error> {
    let info = RunInfo::read(store)?;
    let results: Option<Json> = match info.outcome {
        Outcome::NoVerdict(_) => None,
        _ => Some(store.read("results.json", |file| Ok(serde_json::from_reader(file)?))?),
    };
    let explanation = explanation(store, &info)?;
    let operations = store.read("history.json", operations::read)?;
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

//! What a run prints on stdout when it is over: the summary, why what was lost was lost, the verdict.

use std::fmt::Display;
use std::path::Path;

use anstyle::Style;

use super::run_info::RunInfo;
use super::summary::summary;
use crate::output::LABELS;
use crate::workload::{Explanation, Results};

/// The text, including line ends. `store` is the path of the store to print, and `report` that of the
/// page, if there is one. The verdict has the colours of `style`.
pub fn render_summary(
    info: &RunInfo,
    results: &Results,
    explanation: &Explanation,
    store: &Path,
    report: Option<&str>,
    style: Style,
) -> String {
    let line = |label, words: &dyn Display| format!("{label:<LABELS$}{words}\n");
    let summary = summary(results, &info.partitions);
    let seed = line("Seed", &info.seed);
    let store = line("Store", &store.display());
    let report = report.map_or_else(String::new, |report| line("Report", &report));
    let explanation = explanation.in_words(&info.partitions);
    let verdict = results.verdict.last_line();
    format!("\n{summary}{seed}{store}{report}{explanation}\n{style}{verdict}{style:#}\n")
}

//! What a run prints on stdout when it is over: the summary, why what was lost was lost, the verdict.

use std::path::Path;

use super::LABELS;
use super::summary::summary;
use crate::checker::Results;
use crate::explain::Explanation;
use crate::run::Cut;

/// The text, line ends and all. `store` is the path by which people are told of the store.
pub fn printed(
    seed: u64,
    cuts: &[Cut],
    results: &Results,
    explanation: &Explanation,
    store: &Path,
) -> String {
    let summary = summary(results, cuts);
    let store = store.display();
    let explanation = explanation.in_words(cuts);
    let verdict = results.verdict.last_line();
    format!(
        "\n{summary}{:<LABELS$}{seed}\n{:<LABELS$}{store}\n{explanation}\n{verdict}\n",
        "Seed", "Store"
    )
}

//! The first thing that the page says: how the run ended, in words.

use crate::checker::Verdict;
use crate::output::run_info::{RunInfo, RunOutcome};
use crate::report::verdict_sign::VerdictSign;
use crate::text::{counted, escape_control};
use crate::workload::Results;

/// How the run ended, for the top of the page.
#[derive(Debug)]
pub struct VerdictWords {
    /// The verdict at a glance.
    pub sign: VerdictSign,
    /// What that means here, in a line.
    pub headline: String,
    /// What there is to tell besides.
    pub points: Vec<String>,
    /// Why there is no verdict, after its first line: what the nodes wrote last, for example.
    pub details: String,
}

impl VerdictWords {
    /// How the run of `info` ended; `results` are what the checks found, if there is a verdict.
    pub fn new(info: &RunInfo, results: Option<&Results>) -> VerdictWords {
        let mut points = results.map(points).unwrap_or_default();
        let headline = match &info.outcome {
            RunOutcome::Valid => {
                let success = results.map(|results| results.workload.success(&results.stats));
                success.unwrap_or_default()
            }
            RunOutcome::Invalid => match points.is_empty() {
                true => "A check failed: results.json says which".to_owned(),
                false => points.remove(0),
            },
            RunOutcome::Unknown => "The checks could not tell".to_owned(),
            RunOutcome::NoVerdict(error) => {
                let (first, details) = error.split_once('\n').unwrap_or((error, ""));
                let details = escape_control(details.trim_matches('\n')).into_owned();
                let headline = escape_control(first).into_owned();
                return VerdictWords { sign: VerdictSign::NONE, headline, points: vec![], details };
            }
        };
        let sign = VerdictSign::of(&info.outcome);
        VerdictWords { sign, headline, points, details: String::new() }
    }
}

/// What a correct cluster would not have done, a sentence each. What made the run invalid comes first.
fn points(results: &Results) -> Vec<String> {
    let (stats, availability) = (&results.stats, &results.availability);
    let mut points: Vec<String> = results.workload.failure().into_iter().collect();
    let never = stats.by_f.iter().filter(|(_, counts)| counts.ok == 0);
    points.extend(never.map(|(f, _)| format!("Not one {f} succeeded")));
    let is_short = availability.verdict == Verdict::Invalid;
    let failed = stats.total.count() - stats.total.ok;
    if is_short || failed > 0 {
        let all = counted(stats.total.count(), "operation");
        let so = if is_short { ", which is more than was allowed" } else { "" };
        points.push(format!("{failed} of {all} did not succeed{so}"));
    }
    let values = results.workload.values();
    points.extend(values.and_then(|values| incomplete(&values.incomplete)));
    let missed = results.targets.iter().filter(|target| target.verdict() != Verdict::Valid);
    points.extend(missed.map(|target| format!("A target was missed: {}", target.in_words())));
    let violations = [
        (!results.exceptions.is_empty(), "Some replies did not fit the workload"),
        (!results.invalid_output.is_empty(), "Some lines on stdout were not valid messages"),
        (
            values.is_some_and(|values| !values.odd_reads.is_empty()),
            "Some reads returned what they should not have",
        ),
        (
            !results.unexpected_replies.is_empty(),
            "Clients got replies that no request was waiting for",
        ),
    ];
    let violations = violations.into_iter().filter(|(is_there, _)| *is_there);
    points.extend(violations.map(|(_, words)| format!("{words}: see Protocol violations")));
    points
}

/// Which nodes lacked how many values in the end.
fn incomplete(incomplete: &[(String, Vec<usize>)]) -> Option<String> {
    let nodes = incomplete.iter().map(|(node, values)| format!("{node} {}", values.len()));
    let nodes: Vec<String> = nodes.take(MAX_NODES).collect();
    let more = match incomplete.len().saturating_sub(MAX_NODES) {
        0 => String::new(),
        more => format!(" and {} some", counted(more, "more node")),
    };
    let nodes = nodes.join(", ");
    let words = format!("Acknowledged values that final reads lacked: {nodes}{more}");
    (!incomplete.is_empty()).then_some(words)
}

/// How many nodes a sentence names.
const MAX_NODES: usize = 8;

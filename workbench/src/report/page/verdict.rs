//! The first thing that the page says: how the run ended, in words.

use serde_json::Value as Json;

use crate::output::run_info::{Outcome, RunInfo};
use crate::text::counted::counted;
use crate::text::escape::{escape_control, truncate};
use crate::workload::number;

/// How the run ended, for the top of the page.
#[derive(Debug)]
pub struct VerdictWords {
    /// The class of its colours: `valid`, `invalid`, `unknown` or `none`.
    pub class: &'static str,
    /// A sign that says the same without colours.
    pub sign: &'static str,
    /// The verdict in a word or two.
    pub word: &'static str,
    /// What that means here, in a line.
    pub headline: String,
    /// What there is to tell besides.
    pub points: Vec<String>,
    /// Why there is no verdict, after its first line: what the nodes wrote last, for example.
    pub details: String,
}

impl VerdictWords {
    /// How the run of `info` ended; `results` is its `results.json`.
    pub fn new(info: &RunInfo, results: Option<&Json>) -> VerdictWords {
        let null = Json::Null;
        let results = Findings(results.unwrap_or(&null));
        let own = info.workload.failure(results.0);
        let mut points: Vec<String> = own.into_iter().chain(results.points()).collect();
        let (class, sign, word, headline) = match &info.outcome {
            Outcome::Valid => ("valid", "✓", "Valid", info.workload.success(results.0)),
            Outcome::Invalid => {
                let headline = match points.is_empty() {
                    true => "A check failed: results.json says which".to_owned(),
                    false => points.remove(0),
                };
                ("invalid", "✗", "Invalid", headline)
            }
            Outcome::Unknown => ("unknown", "?", "Unknown", "The checks could not tell".to_owned()),
            Outcome::NoVerdict(error) => {
                let (first, details) = error.split_once('\n').unwrap_or((error, ""));
                let details = escape_control(details.trim_matches('\n')).into_owned();
                let headline = escape_control(first).into_owned();
                return VerdictWords {
                    class: "none",
                    sign: "!",
                    word: "No verdict",
                    headline,
                    points: vec![],
                    details,
                };
            }
        };
        VerdictWords { class, sign, word, headline, points, details: String::new() }
    }
}

/// `results.json`, asked for what a person wants to know first.
struct Findings<'a>(&'a Json);

impl Findings<'_> {
    fn length(&self, pointer: &str) -> usize {
        match self.0.pointer(pointer) {
            Some(Json::Array(items)) => items.len(),
            Some(Json::Object(entries)) => entries.len(),
            _ => 0,
        }
    }

    /// What a correct cluster would not have done, a sentence each. What made the run invalid comes
    /// first.
    fn points(&self) -> Vec<String> {
        let mut points = vec![];
        if let Some(Json::Object(by_f)) = self.0.pointer("/stats/by-f") {
            let never = by_f.iter().filter(|(_, counts)| counts["ok-count"] == 0);
            points.extend(never.map(|(f, _)| format!("Not one {} succeeded", truncate(f, NAME))));
        }
        let is_short = self.0.pointer("/availability/valid?") == Some(&Json::Bool(false));
        let unanswered = number(self.0, "/stats/count") - number(self.0, "/stats/ok-count");
        if is_short || unanswered > 0 {
            let all = counted(number(self.0, "/stats/count"), "operation");
            let so = if is_short { ", which is more than was allowed" } else { "" };
            points.push(format!("{unanswered} of {all} did not succeed{so}"));
        }
        points.extend(self.incomplete());
        if let Some(Json::Object(targets)) = self.0.get("targets") {
            let missed = targets.iter().filter(|(_, target)| target["valid?"] != true);
            points.extend(missed.map(|(name, target)| {
                let (measured, limit) = (&target["measured"], &target["limit"]);
                format!("A target was missed: {} {measured}, at most {limit}", truncate(name, NAME))
            }));
        }
        let exceptions = self.length("/exceptions/exceptions");
        if exceptions > 0 {
            points
                .push("Some replies did not fit the workload: see Protocol violations".to_owned());
        }
        if self.length("/invalid-output") > 0 {
            points.push(
                "Some lines on stdout were not valid messages: see Protocol violations".to_owned(),
            );
        }
        if self.length("/odd-reads") > 0 {
            points.push(
                "Some reads returned what they should not have: see Protocol violations".to_owned(),
            );
        }
        if self.length("/unexpected-replies") > 0 {
            points.push(
                "Clients got replies that no request was waiting for: see Protocol violations"
                    .to_owned(),
            );
        }
        points
    }

    /// Which nodes lacked how many values in the end.
    fn incomplete(&self) -> Option<String> {
        let Some(Json::Object(incomplete)) = self.0.get("incomplete") else { return None };
        let lacked = |lacked: &Json| lacked.as_array().map_or(0, Vec::len);
        let nodes = incomplete.iter().map(|(node, values)| format!("{node} {}", lacked(values)));
        let nodes: Vec<String> = nodes.take(NODES).collect();
        let more = match incomplete.len().saturating_sub(NODES) {
            0 => String::new(),
            more => format!(" and {} some", counted(more, "more node")),
        };
        let nodes = nodes.join(", ");
        Some(format!("Acknowledged values that final reads lacked: {nodes}{more}"))
    }
}

/// How much of a name is shown.
const NAME: usize = 100;

/// How many nodes a sentence names.
const NODES: usize = 8;

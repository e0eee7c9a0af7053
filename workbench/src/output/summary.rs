//! The few lines that tell a person what became of a run.

use std::fmt::Display;

use crate::checker::{Availability, Failures, Verdict};
use crate::output::LABELS;
use crate::record::history::with_reason;
use crate::record::history::{Failure, InvalidOutput, InvalidOutputOf, MessageCounts};
use crate::record::partitions::PartitionRecord;
use crate::text::{MAX_LISTED, counted, cut, listed, wrap};
use crate::workload::Results;

/// How many kinds of bad replies are shown in full.
const MAX_BAD_REPLIES: usize = 3;

/// How much of an error's text is shown.
const MAX_ERROR_CHARS: usize = 50;

/// How much of an entry is shown, without its label: about two lines.
const MAX_ENTRY_CHARS: usize = 132;

/// The summary of a run, a line or two an entry, without the path of the store and without the verdict.
pub fn summary(results: &Results, partitions: &[PartitionRecord]) -> String {
    let mut summary = Summary::default();
    for (label, words) in results.workload.rows(&results.stats) {
        summary.line(label, words);
    }
    summary.operations(results);
    summary.messages(results);
    summary.partitions(partitions);
    summary.availability(results);
    summary.targets(results);
    summary.exceptions(results);
    summary.invalid_output(results);
    summary.text
}

#[derive(Default)]
struct Summary {
    text: String,
}

impl Summary {
    /// A line with a label; a continuation of the entry above has none.
    fn line(&mut self, label: &str, words: impl Display) {
        let words = cut(words, MAX_ENTRY_CHARS);
        self.text += &wrap(&format!("{label:<LABELS$}"), &" ".repeat(LABELS), &words);
    }

    fn operations(&mut self, results: &Results) {
        let total = &results.stats.total;
        let (ok, fail, info) = (total.ok, total.fail, total.info);
        let counts = format!("{}: {ok} ok, {fail} fail, {info} info", total.count());
        self.line("Operations", counts);
        let mut reasons: Vec<_> = results.stats.failures.iter().collect();
        reasons.sort_by_key(|(_, failures)| std::cmp::Reverse(failures.count));
        if !reasons.is_empty() {
            let reasons = reasons.into_iter().map(|(reason, Failures { count, text })| {
                format!("{} ({count})", with_reason(reason, &cut(text, MAX_ERROR_CHARS)))
            });
            self.line("", format!("not ok: {}", listed(reasons)));
        }
        let unanswered = results.stats.failures.get(&Failure::Timeout.name());
        if total.count() > 0
            && unanswered.is_some_and(|unanswered| unanswered.count == total.count())
        {
            let words = "no node has answered anything: do they flush their output, and end each \
                         message with a newline?";
            self.line("", words);
        }
        for (f, counts) in &results.stats.by_f {
            if counts.ok == 0 {
                let words = format!(
                    "not one {f} was ok, and that makes the run invalid: history.txt says why"
                );
                self.line("", words);
            }
        }
    }

    fn messages(&mut self, results: &Results) {
        let net = &results.net;
        let counted = |traffic: &MessageCounts, unit: &str| {
            let messages = traffic.messages;
            match net.messages_per_operation(traffic) {
                Some(rate) if messages > 0 => format!("{messages} ({rate:.2}{unit})"),
                _ => messages.to_string(),
            }
        };
        let all = counted(&net.traffic.all, " per op");
        let servers = counted(&net.traffic.servers, "");
        self.line("Messages", format!("{all}, between servers {servers}"));
    }

    fn partitions(&mut self, partitions: &[PartitionRecord]) {
        let mut label = "Partitions";
        for PartitionRecord { shape, sides, from, until, .. } in partitions.iter().take(MAX_LISTED)
        {
            let until = until.map_or("the end".to_owned(), |until| until.to_string());
            self.line(label, format!("{from} to {until}, {shape}: {sides}"));
            label = "";
        }
        if let more @ 1.. = partitions.len().saturating_sub(MAX_LISTED) {
            self.line("", format!("and {more} more, in results.json"));
        }
    }

    fn availability(&mut self, results: &Results) {
        let demanded = match results.availability.demanded {
            None => return,
            Some(Availability::Total) => "all".to_owned(),
            Some(Availability::Fraction(least)) => format!("a fraction of {least}"),
        };
        let (ok, operations) = (results.stats.total.ok, results.net.operations);
        let operations = counted(operations, "operation");
        let words = format!("{ok} of {operations} ok, {demanded} demanded");
        self.line("Availability", words);
    }

    fn targets(&mut self, results: &Results) {
        let mut label = "Targets";
        for target in &results.targets {
            let missed = if target.verdict() == Verdict::Valid { "" } else { ": missed" };
            self.line(label, target.in_words() + missed);
            label = "";
        }
    }

    fn exceptions(&mut self, results: &Results) {
        let mut label = "Bad replies";
        for exception in results.exceptions.iter().take(MAX_BAD_REPLIES) {
            let (count, f, node) = (exception.count, exception.f, &exception.node);
            self.line(label, format!("{count} to {f}: {}", exception.message));
            self.line("", format!("the first, by {node}: {}", exception.body));
            label = "";
        }
        if let more @ 1.. = results.exceptions.len().saturating_sub(MAX_BAD_REPLIES) {
            self.line("", format!("and {}, in results.edn", counted(more, "more kind")));
        }
    }

    fn invalid_output(&mut self, results: &Results) {
        let lines = ["line that is not a valid message", "lines that are not valid messages"];
        self.violations("Invalid output", "printed", lines, &results.invalid_output);
        let lines =
            ["reply that no request was waiting for", "replies that no request was waiting for"];
        self.violations("Unexpected", "sent clients", lines, &results.unexpected_replies);
    }

    /// What nodes wrote that they should not have: how much each, and the first of it.
    fn violations(
        &mut self,
        mut label: &str,
        did: &str,
        lines: [&str; 2],
        of_nodes: &InvalidOutput,
    ) {
        for InvalidOutputOf { node, count, first } in of_nodes {
            let lines = lines[usize::from(*count != 1)];
            self.line(label, format!("{node} {did} {count} {lines}"));
            if let Some(fault) = first.first() {
                self.line("", format!("at {}: {}", fault.time, fault.reason));
                if !fault.line.is_empty() {
                    self.line("", format!("  {}", fault.line));
                }
            }
            label = "";
        }
    }
}

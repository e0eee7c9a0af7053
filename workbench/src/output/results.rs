//! `results.edn`: what the checks found, with Maelstrom's keys in Maelstrom's order.
//!
//! Maelstrom's `:perf` and `:timeline` are left out. Five keys are ours, and are there only if there
//! is something to say: `:incomplete`, `:odd-reads`, `:targets`, `:invalid-output` and
//! `:unexpected-replies`.

use std::cmp::Reverse;

use super::edn::Edn;
use super::history::{error, value};
use crate::checker::{
    AvailabilityResults, Counts, EchoError, EchoResults, Exception, NetResults, OddReads, Outcome,
    Quantiles, Results, SetFullResults, StaleElement, StatsResults, Target, UniqueIdsResults,
    Verdict, WorkloadResults,
};
use crate::record::history::{
    Event, InvalidLine, InvalidOutput, InvalidOutputOf, Process, Traffic,
};

/// Keys of quantile maps, as Maelstrom writes [`crate::checker::QUANTILE_POINTS`].
const QUANTILE_KEYS: [Edn; 5] =
    [Edn::Int(0), Edn::Float(0.5), Edn::Float(0.95), Edn::Float(0.99), Edn::Int(1)];

/// At most so many duplicated ids are listed, those received most often (Jepsen's limit).
const LISTED_DUPLICATES: usize = 48;

impl Results {
    /// The results as Maelstrom writes them to `results.edn`. `:incomplete` maps a node to the
    /// acknowledged values that its final read lacked; `:odd-reads` maps a node to the values that its
    /// reads returned twice, as another type, or that were never broadcast; `:targets` maps what was
    /// limited to the limit and what was measured; `:invalid-output` maps a node to the number of its
    /// lines that are not valid messages, and the first of them; `:unexpected-replies` does the same
    /// for replies to clients that no request was waiting for.
    pub fn to_edn(&self) -> Edn {
        let checks = [
            ("exceptions", exceptions(&self.exceptions)),
            ("stats", stats(&self.stats)),
            ("availability", availability(&self.availability)),
            ("net", net(&self.net)),
            ("workload", workload(&self.workload)),
        ];
        let incomplete = self.incomplete.iter().map(|(node, lacked)| {
            let lacked = Edn::list(lacked.iter().copied());
            (Edn::from(node.as_str()), lacked)
        });
        let incomplete =
            (!self.incomplete.is_empty()).then(|| ("incomplete", Edn::Map(incomplete.collect())));
        let odd_reads =
            self.odd_reads.iter().map(|(node, odd)| (Edn::from(node.as_str()), odd_reads(odd)));
        let odd_reads =
            (!self.odd_reads.is_empty()).then(|| ("odd-reads", Edn::Map(odd_reads.collect())));
        let invalid_output = [
            ("invalid-output", &self.invalid_output),
            ("unexpected-replies", &self.unexpected_replies),
        ]
        .into_iter()
        .filter(|(_, of_nodes)| !of_nodes.is_empty())
        .map(|(key, of_nodes)| (key, invalid_output(of_nodes)));
        let targets = (!self.targets.is_empty()).then(|| ("targets", targets(&self.targets)));
        let valid = ("valid?", Edn::from(self.verdict));
        let ours = incomplete.into_iter().chain(odd_reads).chain(targets).chain(invalid_output);
        Edn::map(checks.into_iter().chain(ours).chain([valid]))
    }
}

impl From<Verdict> for Edn {
    fn from(verdict: Verdict) -> Edn {
        match verdict {
            Verdict::Valid => Edn::Bool(true),
            Verdict::Invalid => Edn::Bool(false),
            Verdict::Unknown => Edn::keyword("unknown"),
        }
    }
}

fn exceptions(exceptions: &[Exception]) -> Edn {
    let list = exceptions.iter().map(|exception| {
        Edn::map([
            ("count", Edn::from(exception.count)),
            ("class", Edn::from("malformed-rpc-response")),
            ("message", Edn::from(exception.message.as_str())),
            (
                "example",
                Edn::map([
                    ("f", Edn::keyword(exception.f)),
                    ("node", Edn::from(exception.node.as_str())),
                    ("body", Edn::from(exception.body.as_str())),
                ]),
            ),
        ])
    });
    let list = (!exceptions.is_empty()).then(|| ("exceptions", Edn::list(list)));
    Edn::map([("valid?", Edn::Bool(true))].into_iter().chain(list))
}

fn stats(stats: &StatsResults) -> Edn {
    let by_f = stats.by_f.iter().map(|(f, group)| (*f, Edn::map(counts(group.verdict(), group))));
    let by_f = ("by-f", Edn::map(by_f));
    Edn::map(counts(stats.verdict, &stats.total).into_iter().chain([by_f]))
}

fn counts(verdict: Verdict, counts: &Counts) -> [(&'static str, Edn); 5] {
    [
        ("valid?", Edn::from(verdict)),
        ("count", Edn::from(counts.count())),
        ("ok-count", Edn::from(counts.ok)),
        ("fail-count", Edn::from(counts.fail)),
        ("info-count", Edn::from(counts.info)),
    ]
}

fn availability(availability: &AvailabilityResults) -> Edn {
    Edn::map([
        ("valid?", Edn::from(availability.verdict)),
        ("ok-fraction", Edn::from(availability.ok_fraction as f32)),
    ])
}

fn net(net: &NetResults) -> Edn {
    let counts = |traffic: &Traffic| {
        [
            ("send-count", Edn::from(traffic.sent)),
            ("recv-count", Edn::from(traffic.received)),
            ("msg-count", Edn::from(traffic.messages)),
        ]
    };
    let with_rate = |traffic: &Traffic| {
        let rate = net.messages_per_operation(traffic);
        let rate = rate.map(|rate| ("msgs-per-op", Edn::from(rate as f32)));
        Edn::map(counts(traffic).into_iter().chain(rate))
    };
    Edn::map([
        ("all", with_rate(&net.traffic.all)),
        ("clients", Edn::map(counts(&net.traffic.clients))),
        ("servers", with_rate(&net.traffic.servers)),
        ("valid?", Edn::Bool(true)),
    ])
}

fn workload(workload: &WorkloadResults) -> Edn {
    match workload {
        WorkloadResults::Echo(results) => echo(results),
        WorkloadResults::UniqueIds(results) => unique_ids(results),
        WorkloadResults::Broadcast(results) => set_full(results),
    }
}

fn echo(results: &EchoResults) -> Edn {
    Edn::map([
        ("valid?", Edn::from(results.verdict)),
        ("errors", Edn::list(results.errors.iter().map(echo_error))),
    ])
}

/// In Maelstrom's words. What came back has the key `:echo` or, for an error, `:error`.
fn echo_error(mismatch: &EchoError) -> Edn {
    let received = match &mismatch.completion.failure {
        Some(failure) => ("error", error(failure)),
        None => ("echo", value(&mismatch.completion)),
    };
    let node = ("node", Edn::from(mismatch.node.as_str()));
    Edn::Vector(vec![
        Edn::from("Expected a message with :echo"),
        value(&mismatch.invocation),
        Edn::from("But received"),
        Edn::map([received, node]),
    ])
}

fn unique_ids(results: &UniqueIdsResults) -> Edn {
    let mut listed: Vec<_> = results.duplicated.iter().enumerate().collect();
    listed.sort_by_key(|(place, (_, count))| Reverse((*count, *place)));
    listed.truncate(LISTED_DUPLICATES);
    listed.sort_by_key(|(place, _)| *place);
    let listed = listed.into_iter().map(|(_, (id, count))| (Edn::from(id), Edn::from(*count)));
    let range = match &results.range {
        Some((least, greatest)) => vec![Edn::from(least), Edn::from(greatest)],
        None => vec![Edn::Nil, Edn::Nil],
    };
    Edn::map([
        ("valid?", Edn::from(results.verdict)),
        ("attempted-count", Edn::from(results.attempted)),
        ("acknowledged-count", Edn::from(results.acknowledged)),
        ("duplicated-count", Edn::from(results.duplicated.len())),
        ("duplicated", Edn::Map(listed.collect())),
        ("range", Edn::Vector(range)),
    ])
}

/// The order of the keys is Maelstrom's, whose map has none of its own.
fn set_full(results: &SetFullResults) -> Edn {
    let stable = results.with(Outcome::Stable);
    let lost = results.with(Outcome::Lost);
    let never_read = results.with(Outcome::NeverRead);
    let stale = results.stale();
    let worst_stale = results.worst_stale.iter().map(stale_element);
    let latencies = |key, latencies: &Option<Quantiles>| {
        latencies.as_ref().map(|latencies| (key, quantiles(latencies)))
    };
    let entries = [
        ("worst-stale", Edn::list(worst_stale)),
        ("duplicated-count", Edn::Int(0)),
        ("valid?", Edn::from(results.verdict)),
        ("lost-count", Edn::from(lost.len())),
        ("lost", Edn::list(lost)),
        ("stable-count", Edn::from(stable.len())),
        ("stale-count", Edn::from(stale.len())),
        ("stale", Edn::list(stale)),
        ("never-read-count", Edn::from(never_read.len())),
    ];
    let attempts = ("attempt-count", Edn::from(results.elements.len()));
    let rest = [("never-read", Edn::list(never_read)), ("duplicated", Edn::Map(vec![]))];
    Edn::map(
        entries
            .into_iter()
            .chain(latencies("stable-latencies", &results.stable_latencies))
            .chain([attempts])
            .chain(latencies("lost-latencies", &results.lost_latencies))
            .chain(rest),
    )
}

fn quantiles(latencies: &Quantiles) -> Edn {
    let latencies = latencies.iter().map(|&latency| Edn::from(latency));
    Edn::Map(QUANTILE_KEYS.into_iter().zip(latencies).collect())
}

fn stale_element(stale: &StaleElement) -> Edn {
    Edn::map([
        ("element", Edn::from(stale.value)),
        ("outcome", Edn::keyword("stable")),
        ("stable-latency", Edn::from(stale.latency)),
        ("lost-latency", Edn::Nil),
        ("known", operation(&stale.known)),
        ("last-absent", operation(&stale.last_absent)),
    ])
}

/// An event as Jepsen writes it. Its set-full calls a broadcast `:add`.
fn operation(event: &Event) -> Edn {
    let process = match event.process {
        Process::Client(number) => Edn::from(number),
        Process::Nemesis => Edn::keyword("nemesis"),
    };
    let f = match event.f {
        "broadcast" => "add",
        other => other,
    };
    let is_final = event.is_final.then_some(("final?", Edn::Bool(true)));
    let fields = [
        ("index", Edn::from(event.index)),
        ("time", Edn::from(event.time.nanos())),
        ("type", Edn::keyword(event.kind.name())),
        ("process", process),
        ("f", Edn::keyword(f)),
        ("value", value(event)),
    ];
    let fields = Edn::map(fields.into_iter().chain(is_final));
    Edn::Tagged("jepsen.history.Op", Box::new(fields))
}

/// Only what there is: a node may be odd in one way.
fn odd_reads(odd: &OddReads) -> Edn {
    let repeated: Vec<Edn> = odd.repeated.iter().map(|value| Edn::from(*value)).collect();
    let entries = [
        ("repeated", repeated),
        ("mistyped", odd.mistyped.iter().map(Edn::from).collect()),
        ("never-broadcast", odd.never_broadcast.iter().map(Edn::from).collect()),
    ];
    let some = entries.into_iter().filter(|(_, values)| !values.is_empty());
    Edn::map(some.map(|(key, values)| (key, Edn::List(values))))
}

fn targets(targets: &[Target]) -> Edn {
    Edn::map(targets.iter().map(|target| {
        let entry = [
            ("valid?", Edn::from(target.verdict())),
            ("limit", Edn::Float(target.limit)),
            ("measured", target.measured.map_or(Edn::Nil, Edn::Float)),
        ];
        (target.name, Edn::map(entry))
    }))
}

fn invalid_output(invalid_output: &InvalidOutput) -> Edn {
    let nodes = invalid_output.iter().map(|InvalidOutputOf { node, count, first }| {
        let first = Edn::list(first.iter().map(fault));
        let entry = Edn::map([("count", Edn::from(*count)), ("first", first)]);
        (Edn::from(node.as_str()), entry)
    });
    Edn::Map(nodes.collect())
}

fn fault(fault: &InvalidLine) -> Edn {
    Edn::map([
        ("time", Edn::from(fault.time.nanos())),
        ("reason", Edn::from(fault.reason.as_str())),
        ("line", Edn::from(fault.line.as_str())),
    ])
}

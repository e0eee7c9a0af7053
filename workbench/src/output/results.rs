//! `results.edn`: what the checks found, with Maelstrom's keys in Maelstrom's order.
//!
//! Maelstrom's `:perf` and `:timeline` are left out. Some keys are ours, and are there only if there is
//! something to say: those of the workload's own, `:targets`, `:invalid-output` and
//! `:unexpected-replies`.

use crate::checker::{
    AvailabilityResults, Counts, Exception, NetResults, StatsResults, Target, Verdict,
};
use crate::record::edn::Edn;
use crate::record::history::{InvalidLine, InvalidOutput, InvalidOutputOf, MessageCounts};
use crate::workload::Results;

impl Results {
    /// The results as Maelstrom writes them to `results.edn`. `:targets` maps what was limited to the
    /// limit and what was measured; `:invalid-output` maps a node to the number of its lines that are
    /// not valid messages, and the first of them; `:unexpected-replies` does the same for replies to
    /// clients that no request was waiting for.
    pub fn to_edn(&self) -> Edn {
        let checks = [
            ("exceptions", exceptions(&self.exceptions)),
            ("stats", stats(&self.stats)),
            ("availability", availability(&self.availability)),
            ("net", net(&self.net)),
            ("workload", self.workload.to_edn()),
        ];
        let invalid_output = [
            ("invalid-output", &self.invalid_output),
            ("unexpected-replies", &self.unexpected_replies),
        ]
        .into_iter()
        .filter(|(_, of_nodes)| !of_nodes.is_empty())
        .map(|(key, of_nodes)| (key, invalid_output(of_nodes)));
        let targets = (!self.targets.is_empty()).then(|| ("targets", targets(&self.targets)));
        let valid = ("valid?", Edn::from(self.verdict));
        let ours = self.workload.more_edn().into_iter().chain(targets).chain(invalid_output);
        Edn::map(checks.into_iter().chain(ours).chain([valid]))
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
    let counts = |traffic: &MessageCounts| {
        [
            ("send-count", Edn::from(traffic.sent)),
            ("recv-count", Edn::from(traffic.received)),
            ("msg-count", Edn::from(traffic.messages)),
        ]
    };
    let with_rate = |traffic: &MessageCounts| {
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

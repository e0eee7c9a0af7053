//! The numbers of a run: the few that are asked for first, and tables with the others.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::checker::{Exception, NetResults, SetFullResults, quantile};
use crate::output::run_info::RunInfo;
use crate::record::history::{InvalidOutputOf, TrafficByKind};
use crate::report::operations::ShownOperation;
use crate::report::traffic::Traffic;
use crate::text::{counted, truncate};
use crate::time::Time;
use crate::workload::{Results, Tile};

/// A table. The first cell of a row is its heading.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// What the table is of.
    pub caption: &'static str,
    /// The headings of the columns.
    pub head: Vec<&'static str>,
    /// The rows, each as long as the head.
    pub rows: Vec<Vec<String>>,
    /// What was left out, or how to read it; empty if there is nothing to say.
    pub note: String,
    /// Whether the cells are numbers, but for the first of a row.
    pub is_numeric: bool,
}

/// How many partitions, or protocol violations of a kind, a table lists.
const MAX_LISTED: usize = 100;

/// How much of a line is shown.
const MAX_LINE_CHARS: usize = 300;

/// The numbers that people look at first.
pub fn tiles(
    results: Option<&Results>,
    operations: &[ShownOperation],
    traffic: &Traffic,
) -> Vec<Tile> {
    let asked: Vec<&ShownOperation> = operations.iter().filter(|o| !o.is_nemesis()).collect();
    let ok = asked.iter().filter(|o| o.outcome == Some("ok")).count();
    let words = format!("{ok} ok, {} not", asked.len() - ok);
    let mut tiles = vec![Tile { label: "Operations", number: asked.len().to_string(), words }];
    let sent = traffic.sent.total + traffic.set_up;
    let per_op = |counts| results?.net.messages_per_operation(counts);
    let words =
        |rate: Option<f64>| rate.map_or_else(String::new, |rate| format!("{rate:.2} per op"));
    let words_of_all = words(results.and_then(|results| per_op(&results.net.traffic.all)));
    tiles.push(Tile { label: "Messages", number: sent.to_string(), words: words_of_all });
    if let Some(results) = results {
        let servers = &results.net.traffic.servers;
        if servers.messages > 0 {
            let (number, words) = (servers.messages.to_string(), words(per_op(servers)));
            tiles.push(Tile { label: "Between servers", number, words });
        }
        tiles.extend(results.workload.tiles());
    }
    tiles
}

/// Everything else, in tables; those that would be empty are left out.
pub fn tables(
    info: &RunInfo,
    results: Option<&Results>,
    operations: &[ShownOperation],
    traffic: &Traffic,
) -> Vec<Table> {
    let mut tables = vec![by_name(operations)];
    if let Some(results) = results {
        tables.push(messages(&results.net, traffic));
        tables.extend(results.workload.values().map(|values| stable_latencies(&values.set_full)));
    }
    tables.push(partitions(info, traffic));
    tables.extend(results.map(violations));
    tables.retain(|table| !table.rows.is_empty());
    tables
}

/// Operations by name: how they ended, and how long clients waited.
fn by_name(operations: &[ShownOperation]) -> Table {
    #[derive(Default)]
    struct Group {
        outcomes: BTreeMap<&'static str, usize>,
        latencies: Vec<f64>,
        count: usize,
    }
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| !operation.is_nemesis()) {
        let group = groups.entry(operation.f).or_default();
        group.count += 1;
        *group.outcomes.entry(operation.outcome.unwrap_or_default()).or_default() += 1;
        group.latencies.extend(operation.latency().map(|latency| latency.as_secs_f64() * 1000.0));
    }
    let rows = groups.into_iter().map(|(f, mut group)| {
        group.latencies.sort_by(f64::total_cmp);
        let outcome = |name: &str| group.outcomes.get(name).copied().unwrap_or(0).to_string();
        let latency = |point| {
            quantile(&group.latencies, point)
                .map_or("–".to_owned(), |millis| format!("{millis:.2}"))
        };
        let mut row = vec![f.to_owned(), group.count.to_string()];
        row.extend(["ok", "fail", "info"].map(outcome));
        row.extend([0.5, 0.95, 0.99, 1.0].map(latency));
        row
    });
    Table {
        caption: "Operations, and how long clients waited (ms)",
        head: vec!["operation", "all", "ok", "fail", "info", "0.5", "0.95", "0.99", "longest"],
        rows: rows.collect(),
        note: "0.5 is the median: half of the answers came within that time.".to_owned(),
        is_numeric: true,
    }
}

fn messages(net: &NetResults, traffic: &Traffic) -> Table {
    let TrafficByKind { all, clients, servers } = &net.traffic;
    let kinds = [("all", all), ("with clients", clients), ("between servers", servers)];
    let rows = kinds.into_iter().map(|(words, counts)| {
        let (sent, received) = (counts.sent, counts.received);
        // As in Maelstrom's results, there is no such number for clients.
        let rate = net.messages_per_operation(counts).filter(|_| words != "with clients");
        let rate = rate.map_or("–".to_owned(), |rate| format!("{rate:.2}"));
        let kept = (sent - received).to_string();
        vec![words.to_owned(), sent.to_string(), received.to_string(), kept, rate]
    });
    let set_up = match traffic.set_up {
        0 => String::new(),
        count => format!("The set-up, before time 0, took {}.", counted(count, "message")),
    };
    Table {
        caption: "Messages",
        head: vec!["", "sent", "delivered", "not delivered", "per op"],
        rows: rows.collect(),
        note: set_up,
        is_numeric: true,
    }
}

fn stable_latencies(results: &SetFullResults) -> Table {
    let kinds = [
        (results.stable_latencies, "stable after"),
        (results.lost_latencies, "last seen after, if lost"),
    ];
    let rows = kinds.into_iter().filter_map(|(latencies, words)| {
        let cells = latencies?.map(|latency| latency.to_string());
        Some([vec![words.to_owned()], cells.to_vec()].concat())
    });
    Table {
        caption: "Values (ms)",
        head: vec!["", "shortest", "0.5", "0.95", "0.99", "longest"],
        rows: rows.collect(),
        note: "From when a value was known until the last read that missed it began.".to_owned(),
        is_numeric: true,
    }
}

fn partitions(info: &RunInfo, traffic: &Traffic) -> Table {
    let rows = info.partitions.iter().take(MAX_LISTED).map(|partition| {
        let until = partition.until.map_or("the end".to_owned(), whole);
        let dropped = traffic.dropped_by.get(partition.number).copied().unwrap_or(0);
        vec![
            whole(partition.from),
            until,
            partition.shape.clone(),
            partition.sides.clone(),
            dropped.to_string(),
        ]
    });
    Table {
        caption: "Partitions",
        head: vec!["from", "until", "shape", "who hears whom", "messages dropped"],
        rows: rows.collect(),
        note: more(info.partitions.len()),
        is_numeric: false,
    }
}

/// A moment, which no line end tears apart.
fn whole(time: Time) -> String {
    time.to_string().replace(' ', "\u{a0}")
}

/// Replies that did not fit, lines that were not valid messages, replies that no request was waiting for, and
/// odd reads.
fn violations(results: &Results) -> Table {
    let text = |text: &str| truncate(text, MAX_LINE_CHARS);
    let mut rows = vec![];
    for Exception { count, message, f, node, body } in &results.exceptions {
        rows.push(vec![text(node), format!("{count} to {f}"), text(message), text(body)]);
    }
    let lines =
        [(&results.invalid_output, "not valid"), (&results.unexpected_replies, "unexpected")];
    for (of_nodes, what) in lines {
        for InvalidOutputOf { node, count, first } in of_nodes {
            let (reason, line) =
                first.first().map_or(("", ""), |first| (&first.reason, &first.line));
            rows.push(vec![text(node), format!("{count} {what}"), text(reason), text(line)]);
        }
    }
    for (node, odd) in results.workload.values().map_or(&[][..], |values| &values.odd_reads) {
        let repeated = odd.repeated.iter().map(|&value| Json::from(value)).collect();
        for (what, values) in [
            ("returned as another type", &odd.mistyped),
            ("returned, and never handed over", &odd.never_issued),
            ("returned twice in one read", &repeated),
        ] {
            if let Some(first) = values.first() {
                let count = counted(values.len(), "value");
                rows.push(vec![text(node), count, what.into(), text(&first.to_string())]);
            }
        }
    }
    let count = rows.len();
    rows.truncate(MAX_LISTED);
    Table {
        caption: "Protocol violations: what nodes wrote that they should not have",
        head: vec!["node", "how many", "what is wrong with the first", "the first"],
        rows,
        note: more(count),
        is_numeric: false,
    }
}

/// How many rows were left out, in words.
fn more(count: usize) -> String {
    match count.saturating_sub(MAX_LISTED) {
        0 => String::new(),
        more => format!("And {more} more, in results.json."),
    }
}

//! The numbers of a run: the few that are asked for first, and tables with the others.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::checker::quantile;
use crate::output::run_info::RunInfo;
use crate::report::operations::Operation;
use crate::report::traffic::Traffic;
use crate::text::counted::counted;
use crate::text::escape::truncate;
use crate::time::Time;
use crate::workload::Tile;

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
const LINE: usize = 300;

/// The numbers that people look at first.
pub fn tiles(
    info: &RunInfo,
    results: Option<&Json>,
    operations: &[Operation],
    traffic: &Traffic,
) -> Vec<Tile> {
    let asked: Vec<&Operation> = operations.iter().filter(|o| !o.is_nemesis()).collect();
    let ok = asked.iter().filter(|o| o.outcome.as_deref() == Some("ok")).count();
    let words = format!("{ok} ok, {} not", asked.len() - ok);
    let mut tiles = vec![Tile { label: "Operations", number: asked.len().to_string(), words }];
    let number = |pointer: &str| results?.pointer(pointer)?.as_f64();

    let sent = traffic.sent.total + traffic.set_up;
    let words =
        number("/net/all/msgs-per-op").map_or_else(String::new, |rate| format!("{rate:.2} per op"));
    tiles.push(Tile { label: "Messages", number: sent.to_string(), words });
    if let (Some(servers), Some(rate)) =
        (number("/net/servers/msg-count"), number("/net/servers/msgs-per-op"))
        && servers > 0.0
    {
        let (number, words) = (servers.to_string(), format!("{rate:.2} per op"));
        tiles.push(Tile { label: "Between servers", number, words });
    }
    tiles.extend(results.map(|results| info.workload.tiles(results)).unwrap_or_default());
    tiles
}

/// Everything else, in tables; those that would be empty are left out.
pub fn tables(
    info: &RunInfo,
    results: Option<&Json>,
    operations: &[Operation],
    traffic: &Traffic,
) -> Vec<Table> {
    let null = Json::Null;
    let results = results.unwrap_or(&null);
    let all = [
        by_name(operations),
        messages(results, traffic),
        stable_after(results),
        partitions(info, traffic),
        violations(results),
    ];
    all.into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// Operations by name: how they ended, and how long clients waited.
fn by_name(operations: &[Operation]) -> Table {
    #[derive(Default)]
    struct Group {
        outcomes: BTreeMap<String, usize>,
        latencies: Vec<f64>,
        count: usize,
    }
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for operation in operations.iter().filter(|operation| !operation.is_nemesis()) {
        let group = groups.entry(&operation.f).or_default();
        group.count += 1;
        *group.outcomes.entry(operation.outcome.clone().unwrap_or_default()).or_default() += 1;
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

fn messages(results: &Json, traffic: &Traffic) -> Table {
    let kinds = [("all", "all"), ("clients", "with clients"), ("servers", "between servers")];
    let rows = kinds.into_iter().filter_map(|(kind, words)| {
        let counts = results.pointer(&format!("/net/{kind}"))?;
        let [sent, received] = ["send-count", "recv-count"].map(|key| counts[key].as_u64());
        let (sent, received) = (sent?, received?);
        let rate = counts["msgs-per-op"].as_f64();
        let rate = rate.map_or("–".to_owned(), |rate| format!("{rate:.2}"));
        let kept = (sent - received).to_string();
        Some(vec![words.to_owned(), sent.to_string(), received.to_string(), kept, rate])
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

fn stable_after(results: &Json) -> Table {
    let kinds = [("stable", "stable after"), ("lost", "last seen after, if lost")];
    let rows = kinds.into_iter().filter_map(|(kind, words)| {
        let latencies = results.pointer(&format!("/workload/{kind}-latencies"))?;
        let cells = ["0", "0.5", "0.95", "0.99", "1"].map(|point| latencies[point].to_string());
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

/// Replies that did not fit, lines that were not valid messages, replies that nobody waited for, and
/// odd reads.
fn violations(results: &Json) -> Table {
    let text = |value: &Json| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        truncate(&text, LINE)
    };
    let mut rows = vec![];
    if let Some(Json::Array(exceptions)) = results.pointer("/exceptions/exceptions") {
        for exception in exceptions {
            let example = &exception["example"];
            rows.push(vec![
                text(&example["node"]),
                format!("{} to {}", text(&exception["count"]), text(&example["f"])),
                text(&exception["message"]),
                text(&example["body"]),
            ]);
        }
    }
    for (key, what) in [("invalid-output", "not valid"), ("unexpected-replies", "unexpected")] {
        let Some(Json::Object(nodes)) = results.get(key) else { continue };
        for (node, entry) in nodes {
            let first = &entry["first"][0];
            let count = format!("{} {what}", text(&entry["count"]));
            rows.push(vec![
                text(&node.as_str().into()),
                count,
                text(&first["reason"]),
                text(&first["line"]),
            ]);
        }
    }
    if let Some(Json::Object(nodes)) = results.get("odd-reads") {
        for (node, odd) in nodes {
            for (key, what) in [
                ("mistyped", "returned as another type"),
                ("never-broadcast", "returned, and never broadcast"),
                ("repeated", "returned twice in one read"),
            ] {
                let Some(Json::Array(values)) = odd.get(key) else { continue };
                let count = match values.len() {
                    1 => "1 value".to_owned(),
                    count => format!("{count} values"),
                };
                rows.push(vec![text(&node.as_str().into()), count, what.into(), text(&values[0])]);
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

//! Writes a scenario, as a person would: a step a line.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value as Json;

use super::{Action, Scenario, Step};
use crate::names::NodeNames;
use crate::network::partition::Partition;
use crate::plan::generator::Assignment;
use crate::time::Time;

/// The file of a scenario of `nodes`, which begins with `flags`: names and values, without dashes. The
/// value of a flag that takes none is `true`.
pub fn render(flags: &[(&str, String)], scenario: &Scenario, nodes: &NodeNames) -> String {
    let mut file = String::new();
    for (name, value) in flags {
        let is_bare = value == "true" || value.parse::<f64>().is_ok_and(f64::is_finite);
        let value = if is_bare { value.clone() } else { quoted(value) };
        file += &format!("{name} = {value}\n");
    }
    if let Some(end) = scenario.time_limit {
        file += &format!("time-limit = {}\n", seconds(end));
    }
    if let Some(time) = scenario.final_time {
        file += &format!("final-read = {}\n", seconds(time));
    }
    if let Some(order) = &scenario.final_order {
        let order: Vec<String> = order.iter().map(usize::to_string).collect();
        file += &format!("final-order = [{}]\n", order.join(", "));
    }
    if !scenario.steps.is_empty() {
        file += "\nsteps = [\n";
        for step in &scenario.steps {
            file += &format!("  {{ {} }},\n", step_fields(step, nodes));
        }
        file += "]\n";
    }
    if !scenario.faults.is_empty() {
        file += "\nmessages = [\n";
        for (place, fault) in scenario.faults.iter() {
            let [src, dest] = [place.src, place.dest].map(|end| nodes.of_endpoint(end));
            let mut fields =
                format!("from = {}, to = {}, nth = {}", quoted(&src), quoted(&dest), place.nth);
            if fault.is_lost {
                fields += ", lost = true";
            }
            if fault.is_duplicated {
                fields += ", duplicated = true";
            }
            if let Some(latency) = fault.latency {
                // Writing to a String never fails.
                let _ = write!(fields, ", latency = {}", latency.as_millis());
            }
            file += &format!("  {{ {fields} }},\n");
        }
        file += "]\n";
    }
    file
}

/// `at = 0.1, node = "n0", op = "broadcast", value = 7`
fn step_fields(step: &Step, nodes: &NodeNames) -> String {
    let what = match &step.action {
        Action::Operation { assignment, f, value } => {
            let who = match assignment {
                Assignment::Node(node) => format!("node = {}", quoted(&nodes[*node])),
                Assignment::Turn(worker) => format!("worker = {worker}"),
            };
            let value = value.as_ref().map(|value| format!(", value = {}", toml(value)));
            format!("{who}, op = \"{f}\"{}", value.unwrap_or_default())
        }
        Action::Partition(partition) => format!("partition = {}", cuts(partition, nodes)),
        Action::Heal => "heal = true".into(),
    };
    format!("at = {}, {what}", seconds(step.at))
}

/// `"n0 | n1 n2"`; of a partition that has no sides `["n0 -> n1", "n0 <-> n2"]`.
fn cuts(partition: &Partition, nodes: &NodeNames) -> String {
    let names =
        |side: &Vec<usize>| side.iter().map(|node| &nodes[*node]).collect::<Vec<_>>().join(" ");
    if let Some(sides) = partition.sides() {
        return quoted(&sides.iter().map(names).collect::<Vec<_>>().join(" | "));
    }
    let pairs: BTreeSet<(usize, usize)> = partition.pairs().collect();
    let links = pairs.iter().filter_map(|&(from, to)| {
        let both = pairs.contains(&(to, from));
        let arrow = if both { "<->" } else { "->" };
        let link = format!("{} {arrow} {}", &nodes[from], &nodes[to]);
        (!both || from < to).then(|| quoted(&link))
    });
    format!("[{}]", links.collect::<Vec<_>>().join(", "))
}

/// A moment in seconds, to the nanosecond, without needless zeros: `0.25`.
fn seconds(time: Time) -> String {
    const SECOND: i64 = 1_000_000_000;
    let (whole, rest) = (time.nanos() / SECOND, time.nanos() % SECOND);
    let text = format!("{whole}.{rest:09}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A JSON value in TOML.
fn toml(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(list) => {
            format!("[{}]", list.iter().map(toml).collect::<Vec<_>>().join(", "))
        }
        Json::Object(fields) => {
            let field =
                |(name, value): (&String, &Json)| format!("{} = {}", quoted(name), toml(value));
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        // TOML has no null. No workload asks with one.
        Json::Null => quoted("null"),
        Json::Bool(_) | Json::Number(_) => value.to_string(),
    }
}

/// A string in quotes. TOML's escapes are those of JSON, and of control characters it wants one more.
fn quoted(text: &str) -> String {
    Json::from(text).to_string().replace('\u{7f}', "\\u007f")
}

//! Reads the steps and faults of a scenario.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;
use toml::de::{DeArray, DeTable, DeValue};

use super::text::{Item, Mistake, kind};
use super::{Action, Scenario, Step};
use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::network::faults::{MessageFault, MessageFaults, MessagePlace};
use crate::network::partition::Partition;
use crate::plan::generator::Assignment;
use crate::text::listed;
use crate::time::Time;
use crate::workload::{Session, WorkloadKind};

/// The keys of a scenario that are not flags of the run.
pub const KEYS: [&str; 5] = ["steps", "messages", "time-limit", "final-read", "final-order"];

/// The latest moment, in seconds: as for `--time-limit`.
const MAX_SECONDS: i64 = 1_000_000;

/// What a scenario is read for.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The nodes of the run.
    pub nodes: &'a NodeNames,
    /// How many workers there are.
    pub workers: usize,
    /// What clients ask.
    pub workload: WorkloadKind,
}

/// Reads the keys of a scenario that are not flags.
pub fn read(file: &DeTable, setting: Setting) -> Result<Scenario, Mistake> {
    let session = setting.workload.session();
    let mut reader = Reader { setting, session, values: 0, partitions: 0 };
    let list = |key: &str| file.get(key).map_or(Ok(None), |item| array(key, item).map(Some));
    let mut steps: Vec<Step> = vec![];
    for item in list("steps")?.into_iter().flatten() {
        let step = reader.step(item)?;
        if let Some(last) = steps.last().filter(|last| last.at > step.at) {
            let (at, last) = (step.at, last.at);
            let what = format!(
                "steps go in the order of their times: this one is at {at}, the one before it at {last}"
            );
            return Err(Mistake::new(item.span(), what));
        }
        steps.push(step);
    }
    let mut faults = vec![];
    for item in list("messages")?.into_iter().flatten() {
        let (place, fault) = reader.fault(item)?;
        if faults.iter().any(|(other, _)| *other == place) {
            return Err(Mistake::new(item.span(), "this message is named twice"));
        }
        faults.push((place, fault));
    }
    let time_limit = file.get("time-limit").map(time).transpose()?;
    let final_time = file.get("final-read").map(time).transpose()?;
    let faults: MessageFaults = faults.into_iter().collect();
    let final_order = file.get("final-order").map(|item| reader.final_order(item)).transpose()?;
    let scenario = Scenario { steps, faults, time_limit, final_time, final_order };
    reader.check_end(file, &scenario)?;
    Ok(scenario)
}

struct Reader<'a> {
    setting: Setting<'a>,
    session: Box<dyn Session>,
    /// How many values clients have handed over.
    values: u64,
    /// How many partitions have begun.
    partitions: usize,
}

impl Reader<'_> {
    fn step(&mut self, item: &Item) -> Result<Step, Mistake> {
        let mut entries = Entries::of(item, "a step")?;
        let at = time(entries.need("at", "a moment in seconds")?)?;
        let action = if let Some(sides) = entries.take("partition") {
            let partition = self.partition(sides)?;
            self.partitions += 1;
            Action::Partition(partition)
        } else if entries.truth("heal")? {
            Action::Heal
        } else if let Some(op) = entries.take("op") {
            self.operation(op, &mut entries)?
        } else {
            return Err(entries.missing("op", "or `partition` or `heal`: what happens"));
        };
        entries.end("at, node, op and value, or at and partition, or at and heal")?;
        Ok(Step { at, action })
    }

    fn operation(&mut self, op: &Item, entries: &mut Entries) -> Result<Action, Mistake> {
        let assignment = match (entries.take("node"), entries.take("worker")) {
            (Some(node), None) => Assignment::Node(self.node(node)?),
            (None, Some(worker)) => Assignment::Turn(self.worker(worker)?),
            (Some(_), Some(worker)) => {
                return Err(Mistake::new(worker.span(), "give the node or the worker, not both"));
            }
            (None, None) => return Err(entries.missing("node", "the node that is asked")),
        };
        let mut value = entries.take("value").map(json).transpose()?;
        let name = string("op", op)?;
        let workload = self.setting.workload;
        let Some(&f) = workload.operations().iter().find(|f| **f == name) else {
            let there_are = workload.operations().join(", ");
            let what =
                format!("{} has no operation {name}. There are: {there_are}", workload.name());
            return Err(Mistake::new(op.span(), what));
        };
        let hands_over = workload.values().is_some_and(|values| values.f == f);
        if hands_over {
            let next = Json::from(self.values);
            self.values += 1;
            if let Some(value) = value.as_ref().filter(|value| **value != next) {
                let what = format!(
                    "clients hand over 0, 1, 2, … in the order of the steps: this is {next}, not {value}. \
                     You can leave out `value`"
                );
                return Err(Mistake::new(entries.span(), what));
            }
            value = Some(next);
        }
        if let Err(what) = self.session.request(f, value.as_ref()) {
            return Err(Mistake::new(entries.span(), what));
        }
        Ok(Action::Operation { assignment, f, value })
    }

    fn worker(&self, item: &Item) -> Result<usize, Mistake> {
        let workers = self.setting.workers;
        let worker = whole("worker", item)?;
        if worker < workers as u64 {
            return Ok(worker as usize);
        }
        let what = format!("there is no worker {worker}: they are 0 to {}", workers - 1);
        Err(Mistake::new(item.span(), what))
    }

    /// Every worker once.
    fn final_order(&self, item: &Item) -> Result<Vec<usize>, Mistake> {
        let order = array("final-order", item)?.iter().map(|worker| self.worker(worker));
        let order = order.collect::<Result<Vec<usize>, _>>()?;
        let mut all = order.clone();
        all.sort_unstable();
        if all.iter().copied().eq(0..self.setting.workers) {
            return Ok(order);
        }
        let last = self.setting.workers - 1;
        let what = format!("the final order has every worker once: those are 0 to {last}");
        Err(Mistake::new(item.span(), what))
    }

    fn node(&self, item: &Item) -> Result<usize, Mistake> {
        self.node_named(string("node", item)?, item)
    }

    fn node_named(&self, name: &str, item: &Item) -> Result<usize, Mistake> {
        let nodes = self.setting.nodes;
        nodes.place(name).ok_or_else(|| {
            let what = match name {
                "" => "a node is missing here".to_owned(),
                name => format!("there is no node {name}"),
            };
            let there_are = listed(nodes.iter().map(str::to_owned));
            Mistake::new(item.span(), format!("{what}. There are: {there_are}"))
        })
    }

    /// `"n0 | n1 n2"`, or links such as `"n0 -> n1"` and `"n0 <-> n2"`, in a list or with commas.
    fn partition(&self, item: &Item) -> Result<Partition, Mistake> {
        let texts: Vec<(&str, &Item)> = match item.get_ref() {
            DeValue::Array(list) => {
                let text = |link| string("partition", link).map(|text| (text, link));
                list.iter().map(text).collect::<Result<_, _>>()?
            }
            _ => string("partition", item)?.split(',').map(|link| (link, item)).collect(),
        };
        let mut pairs = vec![];
        for (text, item) in texts {
            match text.split_once("->") {
                Some((from, to)) => {
                    let (from, both) = match from.trim().strip_suffix('<') {
                        Some(from) => (from, true),
                        None => (from, false),
                    };
                    let [from, to] = [from, to].map(|name| self.node_named(name.trim(), item));
                    let (from, to) = (from?, to?);
                    pairs.push((from, to));
                    pairs.extend(both.then_some((to, from)));
                }
                None => self.sides(text, item, &mut pairs)?,
            }
        }
        let partition = Partition::blocking(self.partitions, self.setting.nodes, pairs);
        if partition.pairs().next().is_none() {
            let what = "this partition cuts no node off. Write its sides, as in \"n0 | n1 n2\", or links, \
                        as in \"n0 -> n1\" for one way and \"n0 <-> n1\" for both";
            return Err(Mistake::new(item.span(), what));
        }
        Ok(partition)
    }

    fn sides(
        &self,
        text: &str,
        item: &Item,
        pairs: &mut Vec<(usize, usize)>,
    ) -> Result<(), Mistake> {
        const OTHERS: &str = "others";
        let nodes = self.setting.nodes;
        let mut side_of: Vec<Option<usize>> = vec![None; nodes.count()];
        let mut others = None;
        for (side, names) in text.split('|').enumerate() {
            for name in names.split_whitespace() {
                if name == OTHERS && nodes.place(OTHERS).is_none() {
                    others = Some(side);
                    continue;
                }
                let node = self.node_named(name, item)?;
                if side_of[node].replace(side).is_some() {
                    let what = format!("{name} is named twice in this partition");
                    return Err(Mistake::new(item.span(), what));
                }
            }
        }
        for node in 0..nodes.count() {
            if side_of[node].is_none() && others.is_none() {
                let what = format!(
                    "{} is on no side of this partition. Name every node; `others` is all that are \
                     not named",
                    &nodes[node]
                );
                return Err(Mistake::new(item.span(), what));
            }
        }
        let side = |node: usize| side_of[node].or(others);
        for from in 0..nodes.count() {
            let apart = (0..nodes.count()).filter(|&to| side(from) != side(to));
            pairs.extend(apart.map(|to| (from, to)));
        }
        Ok(())
    }

    fn fault(&self, item: &Item) -> Result<(MessagePlace, MessageFault), Mistake> {
        let mut entries = Entries::of(item, "a message")?;
        let src = self.server(entries.need("from", "the sender")?)?;
        let dest = self.server(entries.need("to", "the receiver")?)?;
        let meaning = "1 for the first message from the one to the other, 2 for the second";
        let nth = entries.need("nth", meaning)?;
        let place = MessagePlace { src, dest, nth: whole("nth", nth)? };
        if place.nth == 0 {
            return Err(Mistake::new(nth.span(), "messages are counted from 1"));
        }
        let [is_lost, is_duplicated] = [entries.truth("lost")?, entries.truth("duplicated")?];
        let latency = entries.take("latency").map(millis).transpose()?;
        entries.end("from, to, nth, and lost, duplicated or latency")?;
        if is_lost && (is_duplicated || latency.is_some()) {
            let what = "a lost message arrives neither twice nor late: leave out all but `lost`";
            return Err(Mistake::new(item.span(), what));
        }
        if !is_lost && !is_duplicated && latency.is_none() {
            let what = "say what becomes of this message: `lost = true`, `duplicated = true`, or \
                        `latency = 250` in milliseconds";
            return Err(Mistake::new(item.span(), what));
        }
        Ok((place, MessageFault { is_lost, is_duplicated, latency }))
    }

    fn server(&self, item: &Item) -> Result<Endpoint, Mistake> {
        let name = string("from and to", item)?;
        match self.setting.nodes.endpoint(name) {
            Some(Endpoint::Client(_)) => {
                let what = "messages from and to clients are never lost, late or doubled, as under \
                            Maelstrom";
                Err(Mistake::new(item.span(), what))
            }
            Some(server) => Ok(server),
            None => self.node_named(name, item).map(Endpoint::Node),
        }
    }

    fn check_end(&self, file: &DeTable, scenario: &Scenario) -> Result<(), Mistake> {
        let end = scenario.end();
        if let Some(item) = file.get("time-limit")
            && let Some(last) = scenario.steps.last().filter(|last| last.at >= end)
        {
            let what = format!("the last step is at {}, and so would never happen", last.at);
            return Err(Mistake::new(item.span(), what));
        }
        let final_keys = file.get("final-read").or(file.get("final-order"));
        if let Some(item) = final_keys {
            let workload = self.setting.workload.name();
            if self.session.last().is_none() {
                let what = format!("{workload} has no final read: leave this out");
                return Err(Mistake::new(item.span(), what));
            }
            if scenario.final_time.is_some_and(|time| time < end) {
                let what = format!(
                    "the main phase lasts until {end}, and the final read must come after it"
                );
                return Err(Mistake::new(item.span(), what));
            }
        }
        Ok(())
    }
}

/// The entries of a table, which are taken out one by one.
struct Entries<'a> {
    item: &'a Item<'a>,
    what: &'static str,
    left: BTreeMap<&'a str, &'a Item<'a>>,
}

impl<'a> Entries<'a> {
    fn of(item: &'a Item<'a>, what: &'static str) -> Result<Entries<'a>, Mistake> {
        match item.get_ref() {
            DeValue::Table(table) => {
                let left = table.iter().map(|(key, value)| (&**key.get_ref(), value)).collect();
                Ok(Entries { item, what, left })
            }
            other => {
                let what = format!("{what} is a table in braces, and this is {}", kind(other));
                Err(Mistake::new(item.span(), what))
            }
        }
    }

    fn span(&self) -> std::ops::Range<usize> {
        self.item.span()
    }

    fn take(&mut self, key: &str) -> Option<&'a Item<'a>> {
        self.left.remove(key)
    }

    /// Takes out an entry that must be there.
    fn need(&mut self, key: &str, meaning: &str) -> Result<&'a Item<'a>, Mistake> {
        self.take(key).ok_or_else(|| self.missing(key, meaning))
    }

    /// Whether there is such an entry, which must be true: what is false can be left out.
    fn truth(&mut self, key: &str) -> Result<bool, Mistake> {
        let Some(item) = self.take(key) else { return Ok(false) };
        match item.get_ref() {
            DeValue::Boolean(true) => Ok(true),
            _ => Err(Mistake::new(item.span(), format!("write `{key} = true`, or leave it out"))),
        }
    }

    fn missing(&self, key: &str, meaning: &str) -> Mistake {
        let what = self.what;
        Mistake::new(self.span(), format!("{what} needs `{key}`, {meaning}"))
    }

    /// Fails if there are entries left. `all` are those that there may be.
    fn end(self, all: &str) -> Result<(), Mistake> {
        match self.left.first_key_value() {
            None => Ok(()),
            Some((key, item)) => {
                let what = format!("`{key}` has no meaning here: {} has {all}", self.what);
                Err(Mistake::new(item.span(), what))
            }
        }
    }
}

fn array<'a>(key: &str, item: &'a Item<'a>) -> Result<&'a DeArray<'a>, Mistake> {
    item.get_ref().as_array().ok_or_else(|| {
        let what = format!("`{key}` is a list in brackets, and this is {}", kind(item.get_ref()));
        Mistake::new(item.span(), what)
    })
}

fn string<'a>(key: &str, item: &'a Item<'a>) -> Result<&'a str, Mistake> {
    item.get_ref().as_str().ok_or_else(|| {
        let what = format!("`{key}` takes a string in quotes, not {}", kind(item.get_ref()));
        Mistake::new(item.span(), what)
    })
}

fn whole(key: &str, item: &Item) -> Result<u64, Mistake> {
    let number = item.get_ref().as_integer();
    let number =
        number.and_then(|number| u64::from_str_radix(number.as_str(), number.radix()).ok());
    number.ok_or_else(|| Mistake::new(item.span(), format!("`{key}` takes a whole number from 0")))
}

fn millis(item: &Item) -> Result<Duration, Mistake> {
    match whole("latency", item) {
        Ok(millis @ 0..=1_000_000) => Ok(Duration::from_millis(millis)),
        _ => Err(Mistake::new(item.span(), "`latency` takes whole milliseconds, up to 1000000")),
    }
}

/// A moment in seconds.
fn time(item: &Item) -> Result<Time, Mistake> {
    let text = match item.get_ref() {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
        DeValue::Float(number) => Some(number.as_str()),
        _ => None,
    };
    let time = text.and_then(|text| text.parse::<Time>().ok());
    time.filter(|time| (0..=MAX_SECONDS * 1_000_000_000).contains(&time.nanos())).ok_or_else(|| {
        let what =
            format!("a moment is a number of seconds from 0 to {MAX_SECONDS}, such as 4 or 0.25");
        Mistake::new(item.span(), what)
    })
}

fn json(item: &Item) -> Result<Json, Mistake> {
    let unfit = |what: &str| Mistake::new(item.span(), format!("a value cannot be {what}"));
    Ok(match item.get_ref() {
        DeValue::String(text) => Json::String(text.to_string()),
        DeValue::Boolean(truth) => Json::Bool(*truth),
        DeValue::Integer(number) => {
            let number = i64::from_str_radix(number.as_str(), number.radix());
            number.map_err(|_| unfit("a number of more than 64 bits"))?.into()
        }
        DeValue::Float(number) => {
            let number = number.as_str().parse().ok().and_then(serde_json::Number::from_f64);
            Json::Number(number.ok_or_else(|| unfit("a number that JSON does not have"))?)
        }
        DeValue::Datetime(_) => return Err(unfit("a date")),
        DeValue::Array(list) => list.iter().map(json).collect::<Result<_, _>>()?,
        DeValue::Table(table) => {
            let entry = |(key, value): (&toml::Spanned<_>, &Item)| {
                json(value)
                    .map(|value| (String::from(std::borrow::Cow::clone(key.get_ref())), value))
            };
            Json::Object(table.iter().map(entry).collect::<Result<_, _>>()?)
        }
    })
}

//! What nodes did with adds, as far as the journal shows: what they wrote to a key-value service, and the
//! deltas that they sent each other.

use std::collections::BTreeMap;
use std::io::{self, BufRead};

use serde::Deserialize;
use serde_json::Value as Json;

use super::clue::Clue;
use crate::names::NodeNames;
use crate::record::journal::JournalLine;
use crate::time::Time;

/// A delta that a node applied somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The node that did it.
    pub by: String,
    /// Where: the name of a service or of another node.
    pub to: String,
    /// By how much.
    pub delta: i64,
    /// When it was carried out.
    pub at: Time,
    /// What it wiped out, if somebody else had written since its node had read: a [`Clue::Overwritten`].
    pub lost: Option<Clue>,
}

/// What the journal shows of a counter.
#[derive(Debug, Default)]
pub struct Changes {
    /// Every delta that was applied somewhere, in the order of time.
    pub all: Vec<Change>,
    /// What each node last read of each key, if it was not the newest value: the node, and a
    /// [`Clue::Stale`].
    pub stale: Vec<(String, Clue)>,
}

/// The fields of a body that matter here.
#[derive(Deserialize)]
struct MessageFields {
    #[serde(rename = "type")]
    kind: String,
    msg_id: Option<Json>,
    in_reply_to: Option<Json>,
    key: Option<Json>,
    value: Option<Json>,
    to: Option<Json>,
    delta: Option<Json>,
}

/// A request that a service carried out.
struct ServiceRequest {
    node: String,
    service: String,
    at: Time,
    body: MessageFields,
}

type Key = (String, String);

impl Changes {
    /// Reads through the journal of a run of `nodes`. `is_asked` says whether a node was asked to add so
    /// much.
    ///
    /// Fails if it cannot be read, or is none.
    pub fn read(
        nodes: &NodeNames,
        is_asked: impl Fn(&str, i64) -> bool,
        journal: &mut dyn BufRead,
    ) -> io::Result<Changes> {
        let mut changes = Changes::default();
        let mut requests = vec![];
        let mut replies = BTreeMap::new();
        let mut text = vec![];
        while journal.read_until(b'\n', &mut text)? > 0 {
            let line: JournalLine = serde_json::from_slice(&text)?;
            let [src, dest] = [&line.src, &line.dest].map(|name| nodes.place(name).is_some());
            let body = serde_json::from_str::<MessageFields>(line.body.get()).ok();
            match (src, dest, body) {
                // A message between nodes that carries a delta.
                (true, true, Some(MessageFields { delta: Some(delta), .. })) => {
                    if let (Some(delta), Some(at)) = (delta.as_i64(), line.delivered) {
                        let (by, to) = (line.src.into_owned(), line.dest.into_owned());
                        changes.all.push(Change { by, to, delta, at, lost: None });
                    }
                }
                (true, false, Some(body)) if body.key.is_some() => {
                    if let Some(at) = line.delivered {
                        let (node, service) = (line.src.into_owned(), line.dest.into_owned());
                        requests.push(ServiceRequest { node, service, at, body });
                    }
                }
                (false, true, Some(body)) => {
                    if let Some(in_reply_to) = &body.in_reply_to {
                        let place = (line.dest.into_owned(), line.src.into_owned());
                        replies.insert((place, in_reply_to.to_string()), body);
                    }
                }
                _ => {}
            }
            text.clear();
        }
        changes.follow(requests, &replies, is_asked);
        changes.all.sort_by_key(|change| change.at);
        Ok(changes)
    }

    /// Follows the values of keys through the requests, which are in the order of their arrival.
    fn follow(
        &mut self,
        requests: Vec<ServiceRequest>,
        replies: &BTreeMap<((String, String), String), MessageFields>,
        is_asked: impl Fn(&str, i64) -> bool,
    ) {
        let mut newest: BTreeMap<Key, (i64, String, Time)> = BTreeMap::new();
        let mut reads: BTreeMap<(String, Key), Vec<(i64, Time)>> = BTreeMap::new();
        let mut stale: BTreeMap<(String, Key), Clue> = BTreeMap::new();
        for ServiceRequest { node, service, at, body } in requests {
            let (Some(key), Some(number)) = (&body.key, &body.msg_id) else { continue };
            let key = (service.clone(), key.to_string());
            let Some(reply) = replies.get(&((node.clone(), service.clone()), number.to_string()))
            else {
                continue;
            };
            let before = newest.get(&key).map_or(0, |(value, ..)| *value);
            let (written, based_on) = match (body.kind.as_str(), reply.kind.as_str()) {
                ("read", "read_ok" | "error") => {
                    let value = reply.value.as_ref().and_then(|value| value.as_i64()).unwrap_or(0);
                    let place = (node.clone(), key.clone());
                    reads.entry(place.clone()).or_default().push((value, at));
                    stale.remove(&place);
                    if let Some((now, _, since)) =
                        newest.get(&key).filter(|(now, ..)| *now != value)
                    {
                        let (newest, since, key) = (*now, *since, key.1);
                        stale.insert(place, Clue::Stale { service, key, value, at, newest, since });
                    }
                    continue;
                }
                // A node may have read several times since it wrote: the delta shows which read counts.
                ("write", "write_ok") => {
                    let wrote = body.value.as_ref().and_then(|value| value.as_i64());
                    let reads = reads.get_mut(&(node.clone(), key.clone()));
                    let fits = |(read, _): &(i64, Time)| {
                        wrote.is_some_and(|wrote| is_asked(&node, wrote - read))
                    };
                    let read = reads.and_then(|reads| {
                        let place = reads.iter().rposition(fits)?;
                        Some(reads.remove(place))
                    });
                    (body.value, read.unwrap_or((before, at)))
                }
                // A compare-and-swap overwrites no other change.
                ("cas", "cas_ok") => (body.to, (before, at)),
                _ => continue,
            };
            let Some(wrote) = written.and_then(|written| written.as_i64()) else { continue };
            let (read, read_at) = based_on;
            let lost = newest.get(&key).filter(|(value, ..)| *value != read);
            let lost = lost.map(|&(value, ref by, by_at)| {
                let (node, service, by) = (node.clone(), service.clone(), by.clone());
                Clue::Overwritten { node, service, read, read_at, wrote, at, value, by, by_at }
            });
            let delta = wrote - read;
            newest.insert(key, (wrote, node.clone(), at));
            self.all.push(Change { by: node, to: service, delta, at, lost });
        }
        self.stale = stale.into_iter().map(|((node, _), clue)| (node, clue)).collect();
    }
}

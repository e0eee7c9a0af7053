//! Which messages of a scene a diagram shows, and what is known of each.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::MAX_MESSAGES;
use crate::endpoint::Endpoint;
use crate::record::values_in::values_in;
use crate::report::message_window::{Message, MessageWindow, Window};
use crate::service::Service;
use crate::time::Time;

/// What a diagram shows.
pub struct Selection<'a> {
    /// The scene that it is taken from.
    pub scene: &'a MessageWindow,
    /// The nodes that have a lifeline, in rising order.
    pub nodes: BTreeSet<usize>,
    /// The services that have one: those that a message comes from, or goes to.
    pub services: BTreeSet<Service>,
    /// The messages, in the order of sending.
    pub messages: Vec<DiagramMessage<'a>>,
    /// The time that is shown: shorter than the scene's if there are too many messages.
    pub window: Window,
    /// How many messages of the scene are missing because there are too many.
    pub left_out: usize,
}

/// A message, and what part it plays.
pub struct DiagramMessage<'a> {
    /// The message itself.
    pub message: &'a Message,
    /// What part it plays.
    pub part: Direction,
    /// The values that it carries.
    pub values: Vec<usize>,
    /// Its type, if it has one.
    pub kind: Option<String>,
    /// What a client hands over or gets: an echo, an id, the change of a counter or its value.
    pub content: Option<Json>,
    /// Its number, as its sender counts.
    msg_id: Option<u64>,
    /// The number of the message that it answers, as that one's sender counts.
    in_reply_to: Option<u64>,
}

/// What part a message plays. Its ends are nodes or services: clients have no lifelines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A client asks a node.
    Request(Endpoint),
    /// A node answers a client.
    Answer(Endpoint),
    /// A node sends to another, or asks a service.
    Forward { from: Endpoint, to: Endpoint },
    /// A node or a service answers a node.
    Reply { from: Endpoint, to: Endpoint },
}

/// The fields that hold the content of a message to or from a client.
const CONTENT: [&str; 4] = ["id", "echo", "delta", "value"];

impl<'a> Selection<'a> {
    /// Chooses from `scene` the messages among `nodes`, and between them and clients or services.
    pub fn new(scene: &'a MessageWindow, nodes: &[usize]) -> Selection<'a> {
        let all = 0..scene.info.nodes.count();
        let asked: BTreeSet<usize> =
            nodes.iter().copied().filter(|node| all.contains(node)).collect();
        let nodes = if asked.is_empty() { all.collect() } else { asked };
        let is_shown = |end| match end {
            Endpoint::Node(node) => nodes.contains(&node),
            Endpoint::Client(_) | Endpoint::Service(_) => true,
        };
        let shown = |role: &DiagramMessage| is_shown(role.sender()) && is_shown(role.receiver());
        let roles = scene.messages.iter().filter_map(DiagramMessage::new);
        let mut messages: Vec<DiagramMessage> =
            roles.filter(|role| shown(role) && !role.is_set_up()).collect();
        messages.sort_by_key(|role| (role.message.sent, role.message.id, role.message.duplicate));
        let mut window = scene.window;
        let found = messages.len();
        if found > MAX_MESSAGES {
            let next = messages[MAX_MESSAGES].message.sent;
            // What happens at one moment is shown whole, unless little is left without it.
            let whole = messages.partition_point(|role| role.message.sent < next);
            let is_whole = whole >= MAX_MESSAGES / 2;
            messages.truncate(if is_whole { whole } else { MAX_MESSAGES });
            let last = messages.iter().filter_map(|role| role.message.fate.time()).max();
            let to = if is_whole { next } else { last.map_or(next, |last| last.max(next)) };
            window.to = window.to.min(to);
        }
        // There is no room for what only sets out when the picture ends.
        let end = window.to;
        messages.retain(|role| {
            role.message.sent < end || role.message.fate.time().is_some_and(|time| time <= end)
        });
        let left_out = found - messages.len() + scene.left_out;
        let ends = messages.iter().flat_map(|role| [role.message.src, role.message.dest]);
        let services = ends.filter_map(|end| match end {
            Endpoint::Service(service) => Some(service),
            Endpoint::Node(_) | Endpoint::Client(_) => None,
        });
        let services = services.collect();
        Selection { scene, nodes, services, messages, window, left_out }
    }

    /// The first moment that is shown, and the last.
    pub fn covers(&self, time: Time) -> bool {
        self.window.from <= time && time <= self.window.to
    }
}

impl<'a> DiagramMessage<'a> {
    /// What part `message` plays; none if it is from a client to a client.
    pub fn new(message: &'a Message) -> Option<DiagramMessage<'a>> {
        // A body too deep to be read is one without fields.
        let mut body: Json = serde_json::from_str(message.body.get()).unwrap_or_default();
        let in_reply_to = body["in_reply_to"].as_u64();
        let part = match (message.src, message.dest) {
            (Endpoint::Client(_), Endpoint::Client(_)) => return None,
            (Endpoint::Client(_), to) => Direction::Request(to),
            (from, Endpoint::Client(_)) => Direction::Answer(from),
            // A service only replies.
            (from @ Endpoint::Service(_), to) => Direction::Reply { from, to },
            (from, to) if in_reply_to.is_some() => Direction::Reply { from, to },
            (from, to) => Direction::Forward { from, to },
        };
        let name = CONTENT.into_iter().find(|name| body.get(name).is_some());
        let content =
            name.and_then(|name| body.get_mut(name)).filter(|_| !message.is_between_servers());
        let content = content.map(Json::take);
        Some(DiagramMessage {
            message,
            part,
            values: values_in(&message.body),
            kind: body["type"].as_str().map(str::to_owned),
            content,
            msg_id: body["msg_id"].as_u64(),
            in_reply_to,
        })
    }

    /// Whether it belongs to what comes before the main phase, which is the same in every run.
    pub fn is_set_up(&self) -> bool {
        let set_up = ["init", "init_ok", "topology", "topology_ok"];
        let with_client = matches!(self.part, Direction::Request(_) | Direction::Answer(_));
        with_client && self.kind.as_deref().is_some_and(|kind| set_up.contains(&kind))
    }

    /// The node or service at whose lifeline it begins: a client has none, so its request begins where
    /// it arrives.
    pub fn sender(&self) -> Endpoint {
        match self.part {
            Direction::Request(end) | Direction::Answer(end) => end,
            Direction::Forward { from, .. } | Direction::Reply { from, .. } => from,
        }
    }

    /// The node or service at whose lifeline it ends.
    pub fn receiver(&self) -> Endpoint {
        match self.part {
            Direction::Request(end) | Direction::Answer(end) => end,
            Direction::Forward { to, .. } | Direction::Reply { to, .. } => to,
        }
    }

    /// The service that it is to or from, if it is.
    pub fn service(&self) -> Option<Service> {
        match (self.message.src, self.message.dest) {
            (Endpoint::Service(service), _) | (_, Endpoint::Service(service)) => Some(service),
            _ => None,
        }
    }

    /// Whether it arrives, is dropped or is lost at the moment at which it is sent.
    pub fn is_instant(&self) -> bool {
        self.message.fate.time() == Some(self.message.sent)
    }

    /// Whether it answers `other`.
    pub fn answers(&self, other: &DiagramMessage) -> bool {
        self.answered().is_some() && self.answered() == other.question()
    }

    /// Who asks whom something, and the number of the question; none if no answer can refer to it.
    pub fn question(&self) -> Option<(Endpoint, Endpoint, u64)> {
        self.msg_id.map(|number| (self.message.src, self.message.dest, number))
    }

    /// The question that it answers; none if it answers nothing.
    pub fn answered(&self) -> Option<(Endpoint, Endpoint, u64)> {
        self.in_reply_to.map(|number| (self.message.dest, self.message.src, number))
    }

    /// Whether it is an answer to anything.
    pub fn is_answer(&self) -> bool {
        self.in_reply_to.is_some()
    }

    /// Whether it is a value that a client hands to the cluster.
    pub fn is_broadcast(&self) -> bool {
        matches!(self.part, Direction::Request(_))
            && self.kind.as_deref() == Some("broadcast")
            && !self.values.is_empty()
    }
}

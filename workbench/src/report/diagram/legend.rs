//! The legend of a diagram: what its signs mean, and only those that occur in it.

use super::layout::{End, Layout, Shape};
use super::selection::{DiagramMessage, Direction};
use crate::endpoint::Endpoint;

/// A sign that may occur in a picture. They are explained in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// A ring with a value.
    Broadcast,
    /// A small square.
    Request,
    /// A short dotted arrow upwards.
    Answer,
    /// An arrow.
    Message,
    /// A thin dotted arrow.
    Reply,
    /// The same, from a service.
    ServiceReply,
    /// A dashed line that ends in a cross.
    Dropped,
    /// A line of dashes and dots that ends in an open circle.
    Lost,
    /// An arrow with two heads.
    Duplicate,
    /// An arrow's line without a head.
    Edge,
    /// A shaded band with a dashed wall.
    Walled,
    /// A shaded band without one.
    Unwalled,
    /// A shade on a moment.
    Wide,
}

/// The signs in a picture.
pub fn signs(layout: &Layout) -> Vec<Sign> {
    let roles = layout.cast.messages.iter().zip(&layout.shapes);
    let signs = roles.map(|(role, shape)| of(role, shape));
    let mut signs: Vec<Sign> =
        signs.flat_map(|(first, second)| [Some(first), second]).flatten().collect();
    let bands = layout.bands.iter().filter(|band| !band.partition.blocked.is_empty());
    signs.extend(
        bands.map(|band| if band.walls.is_empty() { Sign::Unwalled } else { Sign::Walled }),
    );
    signs.extend(layout.moments.wide().next().map(|_| Sign::Wide));
    signs.sort_unstable();
    signs.dedup();
    signs
}

/// The sign of a message, and what else there is to explain of it.
pub fn of(role: &DiagramMessage, shape: &Shape) -> (Sign, Option<Sign>) {
    match shape {
        Shape::Request(_) if role.is_broadcast() => (Sign::Broadcast, None),
        Shape::Request(_) => (Sign::Request, None),
        Shape::Answer(_) => (Sign::Answer, None),
        Shape::Line { end: End::Dropped, .. } => (Sign::Dropped, None),
        Shape::Line { end: End::Lost, .. } => (Sign::Lost, None),
        Shape::Line { end, .. } => {
            let first = match role.part {
                Direction::Reply { from: Endpoint::Service(_), .. } => Sign::ServiceReply,
                Direction::Reply { .. } => Sign::Reply,
                _ => Sign::Message,
            };
            let second = match end {
                End::Edge => Some(Sign::Edge),
                _ => role.message.duplicate.then_some(Sign::Duplicate),
            };
            (first, second)
        }
    }
}

impl Sign {
    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Sign::Broadcast => "a client broadcasts a value",
            Sign::Request => "a client's request",
            Sign::Answer => "the reply to it",
            Sign::Message => "a message, with the values it carries",
            Sign::Reply => "a reply, such as an acknowledgement",
            Sign::ServiceReply => "a service's reply",
            Sign::Dropped => "dropped by a partition, with its receiver",
            Sign::Lost => "lost by the network",
            Sign::Duplicate => "the same message, arriving again",
            Sign::Edge => "in flight at the edge of the picture",
            Sign::Walled => "a partition: no message crosses the dashed line",
            Sign::Unwalled => "a partition: some nodes don't receive from others",
            Sign::Wide => "one moment, drawn wide to show the order",
        }
    }

    /// The class by which it is styled.
    pub fn class(self) -> &'static str {
        match self {
            Sign::Broadcast | Sign::Request => "request",
            Sign::Answer => "answer",
            Sign::Reply | Sign::ServiceReply => "reply",
            Sign::Dropped => "dropped",
            Sign::Lost => "lost",
            Sign::Message | Sign::Duplicate | Sign::Edge => "message",
            Sign::Walled | Sign::Unwalled | Sign::Wide => "ground",
        }
    }
}

/// How far right of its sample a meaning begins, and how high a row is.
pub const SAMPLE: f64 = 46.0;
pub const ROW: f64 = 22.0;

//! Faults of single messages, as a scenario names them: the third from n0 to n1 is lost.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::endpoint::Endpoint;

/// A message by its place on its link. Neither end is a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessagePlace {
    /// Who sends it.
    pub src: Endpoint,
    /// Who is to receive it.
    pub dest: Endpoint,
    /// How many messages `src` has sent `dest` by then, this one included: the first is 1.
    pub nth: u64,
}

/// What the network does to one message, whatever it does to others.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct MessageFault {
    /// It drops it.
    pub is_lost: bool,
    /// It delivers it twice.
    pub is_duplicated: bool,
    /// How long the message takes; none if that is as for every other message.
    pub latency: Option<Duration>,
}

/// The faults of single messages.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct MessageFaults(BTreeMap<MessagePlace, MessageFault>);

impl MessageFaults {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes out the fault of that message. If it has none, the network treats it as any other.
    pub(super) fn take(&mut self, place: MessagePlace) -> MessageFault {
        self.0.remove(&place).unwrap_or_default()
    }

    /// Adds the fault of that message, if it is lost or doubled.
    pub(super) fn add(&mut self, place: MessagePlace, fault: MessageFault) {
        if fault.is_lost || fault.is_duplicated {
            self.0.insert(place, fault);
        }
    }

    /// The messages that have a fault, and the fault of each.
    pub fn iter(&self) -> impl Iterator<Item = (MessagePlace, MessageFault)> {
        self.0.iter().map(|(place, fault)| (*place, *fault))
    }

    /// The messages that have a fault.
    pub fn places(&self) -> impl Iterator<Item = MessagePlace> {
        self.0.keys().copied()
    }
}

impl FromIterator<(MessagePlace, MessageFault)> for MessageFaults {
    fn from_iter<I: IntoIterator<Item = (MessagePlace, MessageFault)>>(faults: I) -> MessageFaults {
        MessageFaults(faults.into_iter().collect())
    }
}

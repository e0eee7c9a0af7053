//! The part of a run to draw if none is chosen.

use std::collections::BTreeSet;
use std::time::Duration;

use super::MAX_MESSAGES;
use super::selection::{DiagramMessage, Direction};
use crate::endpoint::Endpoint;
use crate::names::NodeNames;
use crate::report::message_window::{Fate, Message, MessageWindow, Subject, Window};
use crate::time::Time;
use crate::workload::explanation::{Explanation, Focus, FocusMessages};

/// About this many messages are enough.
const MIN_MESSAGES: usize = 40;

/// The part of a run that tells most, and which of its messages do, unless all do: those about the
/// value, id or echo that is explained first. If nothing is explained, the part begins with
/// the first copy that a partition or the network kept from its receiver; if there is none, with the
/// first message between nodes or services; if there is none either, with the first request. It ends when there
/// is enough to look at.
///
/// `scene` is the run from its beginning.
pub fn busiest_window(
    scene: &MessageWindow,
    explanation: &Explanation,
) -> (Window, Option<Subject>) {
    let roles = scene.messages.iter().filter_map(DiagramMessage::new);
    let mut roles: Vec<DiagramMessage> = roles.filter(|role| !role.is_set_up()).collect();
    roles.sort_by_key(|role| (role.message.sent, role.message.id));
    let subject = subject(&roles, &scene.info.nodes, explanation);
    if let Some(subject) = &subject {
        roles.retain(|role| subject.messages.contains(&role.message.id));
    }
    let is_kept =
        |role: &&DiagramMessage| matches!(role.message.fate, Fate::Dropped(..) | Fate::Lost(_));
    let first = roles
        .first()
        .filter(|_| subject.is_some())
        .or_else(|| roles.iter().find(is_kept))
        .or_else(|| roles.iter().find(|role| role.message.is_between_servers()))
        .or_else(|| roles.first())
        .map_or(scene.window.from, |role| role.message.sent);
    let sent_later = roles.iter().map(|role| role.message).filter(|message| message.sent >= first);
    let messages: Vec<&Message> = sent_later.collect();
    (Window { from: first, to: end(&messages, first) }, subject)
}

/// The value, id or echo that is explained first, unless its messages are not among `roles`.
fn subject(
    roles: &[DiagramMessage],
    nodes: &NodeNames,
    explanation: &Explanation,
) -> Option<Subject> {
    let Focus { words, messages } = explanation.reasons.first()?.focus();
    let value = if let FocusMessages::Value(value) = messages { Some(value) } else { None };
    let chosen = choose(roles, |role| match &messages {
        FocusMessages::Value(value) => brings(role, *value),
        FocusMessages::Requests(content, times) => {
            let is_request = matches!(role.part, Direction::Request(_));
            is_request
                && times.contains(&role.message.sent)
                && role.content.as_ref() == Some(content)
        }
        FocusMessages::Replies(content, arrivals) => {
            let Direction::Answer(Endpoint::Node(node)) = role.part else { return false };
            let arrives = |(name, time): &(String, Time)| {
                *name == nodes[node] && role.message.fate == Fate::Delivered(*time)
            };
            role.content.as_ref() == Some(content) && arrivals.iter().any(arrives)
        }
    });
    (!chosen.is_empty()).then_some(Subject { words, value, messages: chosen })
}

/// The messages that `is_meant`, with those that they answer and those that answer them.
fn choose(roles: &[DiagramMessage], is_meant: impl Fn(&DiagramMessage) -> bool) -> BTreeSet<u64> {
    let meant: Vec<&DiagramMessage> = roles.iter().filter(|role| is_meant(role)).collect();
    let asked: BTreeSet<_> = meant.iter().filter_map(|role| role.question()).collect();
    let answered: BTreeSet<_> = meant.iter().filter_map(|role| role.answered()).collect();
    let belongs = |role: &&DiagramMessage| {
        role.answered().is_some_and(|question| asked.contains(&question))
            || role.question().is_some_and(|question| answered.contains(&question))
    };
    let others = roles.iter().filter(belongs);
    meant.into_iter().chain(others).map(|role| role.message.id).collect()
}

/// Whether a message hands that value on. The answer to a read only shows it.
fn brings(role: &DiagramMessage, value: usize) -> bool {
    !matches!(role.part, Direction::Answer(_)) && role.values.contains(&value)
}

/// When to stop looking at `messages`, the first of which was sent at `first`.
fn end(messages: &[&Message], first: Time) -> Time {
    // A moment is shown whole, if that is possible.
    let moment = messages.get(MIN_MESSAGES).map(|message| message.sent);
    let is_shown = |message: &&&Message| match moment {
        Some(moment) => message.sent < moment || moment == first,
        None => true,
    };
    let shown: Vec<&&Message> = messages.iter().take(MAX_MESSAGES).take_while(is_shown).collect();
    let last = shown.iter().filter_map(|message| message.fate.time()).max().unwrap_or(first);
    // A little longer, so that one sees that nothing follows at once; and not into what does.
    let margin = (last.since(first) / 20).max(Duration::from_millis(10));
    match messages.get(shown.len()) {
        Some(next) if next.sent > last => (last + margin).min(next.sent - Duration::from_nanos(1)),
        Some(_) => last,
        None => last + margin,
    }
}

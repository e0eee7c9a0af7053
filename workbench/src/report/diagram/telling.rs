//! Which part of a run tells most, if nobody says.

use std::time::Duration;

use super::MOST;
use super::cast::Role;
use crate::report::scene::{Fate, Message, Scene, Window};
use crate::time::Time;

/// About as many messages are enough.
const ENOUGH: usize = 40;

/// The part of a run that tells most: from the first copy that a partition or the network kept from
/// its receiver; if there is none, from the first message between nodes; if there is none either,
/// from the first request. It ends when there is enough to look at.
///
/// `scene` is the run from its beginning.
pub fn telling(scene: &Scene) -> Window {
    let roles = scene.messages.iter().filter_map(Role::new);
    let mut roles: Vec<Role> = roles.filter(|role| !role.is_set_up()).collect();
    roles.sort_by_key(|role| (role.message.sent, role.message.id));
    let is_kept = |role: &&Role| matches!(role.message.fate, Fate::Dropped(..) | Fate::Lost(_));
    let first = roles
        .iter()
        .find(is_kept)
        .or_else(|| roles.iter().find(|role| role.is_between_nodes()))
        .or_else(|| roles.first())
        .map_or(scene.window.from, |role| role.message.sent);
    let sent_later = roles.iter().map(|role| role.message).filter(|message| message.sent >= first);
    let messages: Vec<&Message> = sent_later.collect();
    Window { from: first, to: end(&messages, first) }
}

/// When to stop looking at `messages`, the first of which was sent at `first`.
fn end(messages: &[&Message], first: Time) -> Time {
    // A moment is shown whole, if that is possible.
    let moment = messages.get(ENOUGH).map(|message| message.sent);
    let is_shown = |message: &&&Message| match moment {
        Some(moment) => message.sent < moment || moment == first,
        None => true,
    };
    let shown: Vec<&&Message> = messages.iter().take(MOST).take_while(is_shown).collect();
    let last = shown.iter().filter_map(|message| message.fate.time()).max().unwrap_or(first);
    // A little longer, so that one sees that nothing follows at once; and not into what does.
    let margin = (last.since(first) / 20).max(Duration::from_millis(10));
    match messages.get(shown.len()) {
        Some(next) if next.sent > last => (last + margin).min(next.sent - Duration::from_nanos(1)),
        Some(_) => last,
        None => last + margin,
    }
}

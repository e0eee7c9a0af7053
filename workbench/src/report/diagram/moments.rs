//! Time from left to right: to scale, except for moments at which several things happen.
//!
//! In a simulation without latency, a message arrives at the moment at which it is sent, and a whole
//! cascade of messages happens at one moment. Such a moment is drawn wide enough to tell its
//! messages apart, in steps: an effect is to the right of its cause.

use std::collections::{BTreeMap, BTreeSet};

use super::selection::{DiagramMessage, Direction, Selection};
use crate::endpoint::Endpoint;
use crate::report::message_window::Fate;
use crate::time::Time;

/// Between two things that happen to one node in one step.
const SLOT: f64 = 20.0;
/// How far to the right a message gets that takes no time: for the eye.
const SLANT: f64 = 44.0;
const SLANT_ALONE: f64 = 20.0;
/// Between two steps.
const STEP: f64 = 19.0;
/// Between the edge of a wide moment and what is in it.
const EDGE: f64 = 15.0;
const EDGE_NARROW: f64 = 9.0;
/// The least width of the whole, and of all that is to scale, which takes more if much happens.
const WHOLE: f64 = 860.0;
const LEAST: f64 = 300.0;
const LEAST_EACH: f64 = 80.0;

/// Times, and how far to the right they are.
pub struct Moments {
    from: Time,
    to: Time,
    /// Units of the picture in a nanosecond.
    scale: f64,
    moments: BTreeMap<Time, Moment>,
}

/// A moment at which something happens.
#[derive(Default)]
struct Moment {
    /// Where each of its ends of messages is, by their index.
    starts: BTreeMap<usize, Place>,
    ends: BTreeMap<usize, Place>,
    /// Where each step begins, from the moment's left edge.
    steps: Vec<f64>,
    slant: f64,
    width: f64,
}

/// A place in a moment.
#[derive(Clone, Copy)]
struct Place {
    step: usize,
    slot: usize,
    /// Whether it is where a message arrives that left in the same step.
    slanted: bool,
}

impl Moments {
    /// Lays out what happens in the window of `cast`.
    pub fn new(cast: &Selection) -> Moments {
        let mut moments = BTreeMap::<Time, Moment>::new();
        for time in times(cast) {
            moments.insert(time, Moment::new(time, cast));
        }
        let wide: f64 = moments.values().map(|moment| moment.width).sum();
        let (from, to) = (cast.window.from, cast.window.to);
        let length = (to.nanos() - from.nanos()).max(1) as f64;
        let least = LEAST.min(LEAST_EACH * (moments.len() + 1) as f64);
        Moments { from, to, scale: (WHOLE - wide).max(least) / length, moments }
    }

    /// How far to the right `time` begins, from the left edge of the window.
    pub fn begin(&self, time: Time) -> f64 {
        let before: f64 = self.moments.range(..time).map(|(_, moment)| moment.width).sum();
        (time.nanos() - self.from.nanos()) as f64 * self.scale + before
    }

    /// How far to the right `time` ends: where it begins, unless it is drawn wide.
    pub fn end(&self, time: Time) -> f64 {
        self.begin(time) + self.moments.get(&time).map_or(0.0, |moment| moment.width)
    }

    /// How wide the window is.
    pub fn width(&self) -> f64 {
        self.end(self.to)
    }

    /// Units of the picture in a nanosecond, where time is to scale.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The moments that are drawn wide.
    pub fn wide(&self) -> impl Iterator<Item = Time> {
        self.moments.iter().filter(|(_, moment)| moment.width > 0.0).map(|(&time, _)| time)
    }

    /// How far to the right message number `index` begins, which was sent in the window.
    pub fn start_of(&self, index: usize, sent: Time) -> f64 {
        self.begin(sent) + self.moments.get(&sent).map_or(0.0, |moment| moment.start(index))
    }

    /// How far to the right it ends: arrives, is dropped or is lost.
    pub fn end_of(&self, index: usize, ended: Time) -> f64 {
        self.begin(ended) + self.moments.get(&ended).map_or(0.0, |moment| moment.end(index))
    }
}

/// All times in the window at which anything happens.
fn times(cast: &Selection) -> BTreeSet<Time> {
    let ends = cast.messages.iter().filter_map(|role| role.message.fate.time());
    let starts = cast.messages.iter().map(|role| role.message.sent);
    starts.chain(ends).filter(|&time| cast.covers(time)).collect()
}

impl Moment {
    fn new(time: Time, cast: &Selection) -> Moment {
        let mut moment = Moment::default();
        // Messages that have arrived at this moment, and the step of each.
        let mut arrived: Vec<(usize, &DiagramMessage)> = vec![];
        let mut slots = Slots::default();
        for (index, role) in cast.messages.iter().enumerate() {
            if role.message.fate.time() == Some(time) && role.message.sent != time {
                let is_delivered = matches!(role.message.fate, Fate::Delivered(_));
                let way = is_delivered.then(|| (role.sender(), role.receiver()));
                let slot = slots.take(0, way);
                moment.ends.insert(index, Place { step: 0, slot, slanted: false });
                if is_delivered {
                    arrived.push((0, role));
                }
            }
        }
        for (index, role) in cast.messages.iter().enumerate() {
            if role.message.sent != time {
                continue;
            }
            let step = cause(role, &arrived).map_or(0, |step| step + 1);
            let place = Place { step, slot: 0, slanted: false };
            moment.starts.insert(index, place);
            if role.is_instant() {
                moment
                    .ends
                    .insert(index, Place { slanted: role.message.is_between_servers(), ..place });
                if matches!(role.message.fate, Fate::Delivered(_)) {
                    arrived.push((step, role));
                }
            }
        }
        moment.take_slots(cast, slots);
        moment.measure();
        moment
    }

    /// Gives each message that leaves at this moment a slot of its step. Those that also end at it
    /// cross the lanes of others, so they are side by side, one sender's after the other's.
    fn take_slots(&mut self, cast: &Selection, mut slots: Slots) {
        let mut order: Vec<usize> = self.starts.keys().copied().collect();
        order.sort_by_key(|&index| cast.messages[index].sender());
        // For each step, the slot after the last one, and whose that is.
        let mut side_by_side = BTreeMap::<usize, (usize, Endpoint)>::new();
        for index in order {
            let Some(&start) = self.starts.get(&index) else { continue };
            let role = &cast.messages[index];
            let node = role.sender();
            let end = self.ends.get(&index).filter(|end| end.slanted);
            let slot = match (end, side_by_side.get(&start.step)) {
                (None, _) | (_, None) => slots.begin(start.step, node, role.receiver()),
                (Some(_), Some(&(last, whose))) => last + if whose == node { 1 } else { 2 },
            };
            if end.is_some() {
                side_by_side.insert(start.step, (slot, node));
            }
            self.starts.insert(index, Place { slot, ..start });
            self.ends.entry(index).and_modify(|end| end.slot = slot);
        }
    }

    /// Finds where each step begins, and how wide the moment is: not at all if one thing happens.
    fn measure(&mut self) {
        // A message alone at its moment needs little space.
        let alone = self.starts.len() == 1 && self.ends.values().all(|end| end.slanted);
        self.slant = if alone { SLANT_ALONE } else { SLANT };
        let places = || self.starts.values().chain(self.ends.values());
        let last = places().map(|place| place.step).max().unwrap_or_default();
        let mut x = 0.0;
        for step in 0..=last {
            self.steps.push(x);
            let here = places().filter(|place| place.step == step);
            let reach = here.map(|place| place.slot as f64 * SLOT + self.slant_of(place));
            x += reach.fold(0.0, f64::max) + STEP;
        }
        let within = x - STEP;
        if within > 0.0 {
            let edge = if within > 2.0 * SLANT { EDGE } else { EDGE_NARROW };
            self.steps.iter_mut().for_each(|step| *step += edge);
            self.width = within + 2.0 * edge;
        }
    }

    fn slant_of(&self, place: &Place) -> f64 {
        if place.slanted { self.slant } else { 0.0 }
    }

    fn start(&self, index: usize) -> f64 {
        self.starts.get(&index).map_or(0.0, |place| self.offset(place))
    }

    fn end(&self, index: usize) -> f64 {
        self.ends.get(&index).map_or(0.0, |place| self.offset(place))
    }

    fn offset(&self, place: &Place) -> f64 {
        self.steps[place.step] + place.slot as f64 * SLOT + self.slant_of(place)
    }
}

/// The step of what made a node send a message, as far as one can tell from the outside: what it
/// answers; else the first to bring one of its values; else, if it has none, the first to arrive.
fn cause(role: &DiagramMessage, arrived: &[(usize, &DiagramMessage)]) -> Option<usize> {
    if matches!(role.part, Direction::Request(_)) {
        return None;
    }
    let node = role.sender();
    let shares =
        |other: &DiagramMessage| role.values.iter().any(|value| other.values.contains(value));
    let may_be = |other: &DiagramMessage| match () {
        () if matches!(other.part, Direction::Answer(_)) || other.receiver() != node => false,
        () if role.is_answer() => role.answers(other),
        () => shares(other) || role.values.is_empty(),
    };
    arrived.iter().filter(|(_, other)| may_be(other)).map(|&(step, _)| step).min()
}

/// How many slots of a step are taken, by what goes the same way: from one node to another, or, if
/// there is no way, up to a wall.
#[derive(Default)]
struct Slots(BTreeMap<(usize, Option<(Endpoint, Endpoint)>), usize>);

impl Slots {
    /// Takes the first free slot of a step for what goes that way.
    fn take(&mut self, step: usize, way: Option<(Endpoint, Endpoint)>) -> usize {
        let taken = self.0.entry((step, way)).or_default();
        *taken += 1;
        *taken - 1
    }

    /// Takes the first free slot of a step for what begins to go that way: behind what stays at the node
    /// where it begins.
    fn begin(&mut self, step: usize, from: Endpoint, to: Endpoint) -> usize {
        let still = self.0.get(&(step, Some((from, from)))).copied().unwrap_or_default();
        let behind = if from == to { 0 } else { still };
        behind + self.take(step, Some((from, to)))
    }
}

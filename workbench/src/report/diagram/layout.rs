//! Where everything in a diagram is, in units of the picture.

use super::lanes::Lanes;
use super::moments::Moments;
use super::selection::{DiagramMessage, Direction, Selection};
use super::text::headline;
use crate::endpoint::Endpoint;
use crate::record::partitions::PartitionRecord;
use crate::report::message_window::Fate;
use crate::time::Time;

/// On either side of the window are the names of nodes and services: so wide is a character of one, about.
const NAME: f64 = 8.0;
/// Where the window begins, if names are short.
const LEFT: f64 = 58.0;
/// From the end of the window to the right edge, if names are short.
const RIGHT: f64 = 42.0;
/// How high a line of the headline is, or the names of the partitions.
pub const HEADLINE: f64 = 17.0;
/// From the top of what belongs to the lifelines to the first of them.
const FIRST: f64 = 36.0;
/// From a lifeline to the place before it where a message is dropped if no wall is in its way.
const GATE_WIDTH: f64 = 15.0;

/// A diagram, before it is written.
pub struct Layout<'a> {
    /// What is shown.
    pub cast: Selection<'a>,
    /// In which lanes.
    pub lanes: Lanes<'a>,
    /// And when.
    pub moments: Moments,
    /// What is drawn of each message of the cast.
    pub shapes: Vec<Shape>,
    /// The partitions in force in the window.
    pub bands: Vec<Band<'a>>,
    /// How wide the longest name is.
    names: f64,
    top: f64,
    /// From one lifeline to the next.
    gap: f64,
}

/// What is drawn of a message.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// A client asks, here.
    Request(Point),
    /// A client is answered, here.
    Answer(Point),
    /// A line from one place to another.
    Line { from: Point, to: Point, end: End },
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At its receiver.
    Delivered,
    /// At a wall.
    Dropped,
    /// Lost by the network.
    Lost,
    /// At the edge of the picture.
    Edge,
}

/// A place in the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A partition, and the part of the picture in which it is in force.
pub struct Band<'a> {
    /// The partition.
    pub partition: &'a PartitionRecord,
    /// Where it begins.
    pub left: f64,
    /// Where it ends.
    pub right: f64,
    /// How far down its walls are.
    pub walls: Vec<f64>,
}

impl<'a> Layout<'a> {
    /// Lays out `cast`.
    pub fn new(cast: Selection<'a>) -> Layout<'a> {
        let (from, to) = (cast.window.from, cast.window.to);
        let is_in_force = |partition: &&PartitionRecord| {
            partition.from <= to && partition.until.is_none_or(|until| until >= from)
        };
        let partitions: Vec<&PartitionRecord> =
            cast.scene.info.partitions.iter().filter(is_in_force).collect();
        let lanes = Lanes::new(&cast.scene.info.nodes, &cast.nodes, &cast.services, &partitions);
        let gap = match lanes.count() {
            0..=6 => 72.0,
            7..=10 => 56.0,
            _ => 40.0,
        };
        let names = lanes.names().map(str::len).max().unwrap_or_default() as f64 * NAME;
        let moments = Moments::new(&cast);
        let rows = headline(&cast).len() + usize::from(!partitions.is_empty());
        let top = 12.0 + rows as f64 * HEADLINE;
        let (shapes, bands) = (vec![], vec![]);
        let mut layout = Layout { cast, lanes, moments, shapes, bands, names, top, gap };
        layout.bands = partitions.into_iter().map(|partition| layout.band(partition)).collect();
        let roles = layout.cast.messages.iter().enumerate();
        layout.shapes = roles.map(|(index, role)| layout.shape(index, role)).collect();
        layout
    }

    /// How wide the picture is.
    pub fn width(&self) -> f64 {
        self.right() + RIGHT.max(10.0 + self.names)
    }

    /// The left edge of the window.
    pub fn left(&self) -> f64 {
        LEFT.max(26.0 + self.names)
    }

    /// The right edge of the window.
    pub fn right(&self) -> f64 {
        self.left() + self.moments.width()
    }

    /// The top of what belongs to the lifelines.
    pub fn top(&self) -> f64 {
        self.top
    }

    /// The bottom of what belongs to the lifelines.
    pub fn bottom(&self) -> f64 {
        self.row(self.lanes.count().saturating_sub(1)) + 30.0
    }

    /// How far down a lane is.
    pub fn row(&self, lane: usize) -> f64 {
        self.top + FIRST + lane as f64 * self.gap
    }

    /// Where a moment begins.
    pub fn begin(&self, time: Time) -> f64 {
        self.left() + self.moments.begin(time)
    }

    /// Where a moment ends.
    pub fn end(&self, time: Time) -> f64 {
        self.left() + self.moments.end(time)
    }

    fn row_of(&self, end: Endpoint) -> f64 {
        self.row(self.lanes.lane(end).unwrap_or_default())
    }

    fn band(&self, partition: &'a PartitionRecord) -> Band<'a> {
        let window = self.cast.window;
        let left =
            if partition.from < window.from { self.left() } else { self.begin(partition.from) };
        let right = match partition.until {
            Some(until) if until <= window.to => self.healed(partition, until).max(left),
            _ => self.right(),
        };
        let walls = self.lanes.walls(partition);
        let walls = walls.into_iter().map(|lane| self.row(lane) + self.gap / 2.0).collect();
        Band { partition, left, right, walls }
    }

    /// Where a partition ends: in its last moment, after what it still drops.
    fn healed(&self, partition: &PartitionRecord, until: Time) -> f64 {
        let dropped = Fate::Dropped(until, partition.number);
        let roles = self.cast.messages.iter().enumerate();
        let last = roles.filter(|(_, role)| role.message.fate == dropped);
        let ends = last.map(|(index, _)| self.left() + self.moments.end_of(index, until));
        ends.fold(self.begin(until), f64::max)
    }

    fn shape(&self, index: usize, role: &DiagramMessage) -> Shape {
        let message = role.message;
        let start = || self.left() + self.moments.start_of(index, message.sent);
        let (source, target) = match role.part {
            Direction::Request(end) => {
                return Shape::Request(Point { x: start(), y: self.row_of(end) });
            }
            Direction::Answer(end) => {
                return Shape::Answer(Point { x: start(), y: self.row_of(end) });
            }
            Direction::Forward { from, to } | Direction::Reply { from, to } => {
                (self.row_of(from), self.row_of(to))
            }
        };
        let (y, end) = match message.fate {
            Fate::Delivered(_) => (target, End::Delivered),
            Fate::Dropped(_, number) => (self.stop(number, source, target), End::Dropped),
            Fate::Lost(_) => (middle(source, target), End::Lost),
            Fate::UnderWay => (middle(source, target), End::Edge),
        };
        let window = self.cast.window;
        let ended = message.fate.time().unwrap_or(window.to);
        // How far on its way the message is at an edge of the window, if that is where it is cut off.
        let length = (ended.nanos() - message.sent.nanos()).max(1) as f64;
        let height = |time: Time| {
            source + (y - source) * (time.nanos() - message.sent.nanos()) as f64 / length
        };
        let from = if message.sent < window.from {
            Point { x: self.left(), y: height(window.from) }
        } else {
            Point { x: start(), y: source }
        };
        if ended > window.to || end == End::Edge {
            let to =
                Point { x: self.right(), y: if end == End::Edge { y } else { height(window.to) } };
            return Shape::Line { from, to, end: End::Edge };
        }
        let x = self.left() + self.moments.end_of(index, ended);
        Shape::Line { from, to: Point { x, y }, end }
    }

    /// How far down partition number `number` stops a message: at the first wall in its way, or just
    /// before its receiver if there is none.
    fn stop(&self, number: usize, source: f64, target: f64) -> f64 {
        let walls = self.bands.iter().filter(|band| band.partition.number == number);
        let walls = walls.flat_map(|band| band.walls.iter().copied());
        let between = walls.filter(|wall| (wall - source) * (wall - target) < 0.0);
        let near = |one: &f64, other: &f64| (one - source).abs().total_cmp(&(other - source).abs());
        between.min_by(near).unwrap_or(target - GATE_WIDTH * (target - source).signum())
    }
}

fn middle(one: f64, other: f64) -> f64 {
    f64::midpoint(one, other)
}

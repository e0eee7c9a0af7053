//! Writes a diagram as SVG.

use std::fmt::Write;

use super::labels::{LabelPlacer, width};
use super::layout::{Band, End, HEADLINE, Layout, Point, Shape};
use super::legend::{self, ROW, SAMPLE, Sign};
use super::selection::{DiagramMessage, Direction};
use super::text::{Escaped, headline, label, title};
use super::{axis, shapes};

/// The looks of the picture.
const STYLE: &str = include_str!("style.css");

/// A picture that grows. Writing to a string cannot fail.
#[derive(Default)]
struct Picture {
    svg: String,
}

macro_rules! put {
    ($picture:expr, $($format:tt)*) => {
        let _ = writeln!($picture.svg, $($format)*);
    };
}

/// Writes `layout` as SVG.
pub fn write(layout: &Layout) -> String {
    let left = 16.0;
    let axis = layout.bottom() + 12.0;
    // The legend is a column, so that a phone shows all of it.
    let legend = legend::signs(layout);
    let (legend_top, legend_high) = (axis + 66.0, legend.len() as f64 * ROW);
    let words = headline(&layout.cast);
    let wide = words.iter().map(|words| width(words) + 2.0 * left).fold(layout.width(), f64::max);
    let (wide, high) = (wide.ceil(), (legend_top + legend_high).ceil());

    let mut picture = Picture::default();
    put!(
        picture,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"space-time\" role=\"img\" \
         width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" aria-label=\"{}\">",
        Escaped(&summary(layout)),
    );
    put!(picture, "<style>\n{}</style>", STYLE);
    for (row, words) in words.iter().enumerate() {
        let (y, class) = (18.0 + HEADLINE * row as f64, if row == 0 { "head" } else { "soft" });
        picture.text(class, Point { x: left, y }, words);
    }
    picture.ground(layout, axis);
    picture.messages(layout);
    for (row, sign) in legend.into_iter().enumerate() {
        let y = legend_top + row as f64 * ROW;
        picture.sample(sign, Point { x: left, y });
        picture.text("legend", Point { x: left + SAMPLE, y: y + 4.0 }, sign.meaning());
    }
    put!(picture, "</svg>");
    picture.svg
}

/// What the picture shows, for those who do not see it.
fn summary(layout: &Layout) -> String {
    let ends = |wanted: End| {
        let is_wanted = |shape: &&Shape| matches!(shape, Shape::Line { end, .. } if *end == wanted);
        layout.shapes.iter().filter(is_wanted).count()
    };
    let names: Vec<&str> = layout.lanes.names().collect();
    let window = layout.cast.window;
    let has_services = !layout.cast.services.is_empty();
    let between = if has_services { "Messages between them" } else { "Messages between nodes" };
    format!(
        "Space-time diagram of {} from {} to {}. {between}: {} delivered, {} dropped by \
         a partition, {} lost by the network.",
        names.join(", "),
        window.from,
        window.to,
        ends(End::Delivered),
        ends(End::Dropped),
        ends(End::Lost),
    )
}

impl Picture {
    fn text(&mut self, class: &str, at: Point, words: &str) {
        let Point { x, y } = at;
        put!(self, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", Escaped(words));
    }

    fn rectangle(&mut self, class: &str, left: f64, right: f64, top: f64, bottom: f64) {
        let (width, height) = (right - left, bottom - top);
        put!(
            self,
            "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" \
             height=\"{height:.1}\"/>"
        );
    }

    fn path(&mut self, class: &str, path: &str) {
        put!(self, "<path class=\"{class}\" d=\"{path}\"/>");
    }

    /// What messages are drawn on: partitions, moments, lifelines, and the axis at height `axis`.
    fn ground(&mut self, layout: &Layout, axis: f64) {
        let (left, right, top, bottom) =
            (layout.left(), layout.right(), layout.top(), layout.bottom());
        let mut free = left;
        for band in &layout.bands {
            self.band(band, top, bottom, &mut free);
        }
        for (from, to, time) in axis::wide(layout) {
            self.rectangle("wide", from, to, top, axis);
            let (x, y) = (f64::midpoint(from, to), axis + 42.0);
            self.path("axis", &format!("M{from:.1} {:.1}v5H{to:.1}v-5", axis + 23.0));
            if let Some(time) = time {
                self.text("soft middle", Point { x, y }, &time);
            }
        }
        for (lane, name) in layout.lanes.names().enumerate() {
            let y = layout.row(lane);
            self.path("life", &format!("M{left:.1} {y:.1}H{right:.1}"));
            self.text("name", Point { x: 16.0, y: y + 5.0 }, name);
            self.text("name", Point { x: right + 10.0, y: y + 5.0 }, name);
        }
        let mut to_scale = left;
        for (from, to, _) in axis::wide(layout) {
            self.path("axis", &format!("M{to_scale:.1} {axis:.1}H{from:.1}"));
            to_scale = to;
        }
        self.path("axis", &format!("M{to_scale:.1} {axis:.1}H{right:.1}"));
        for tick in axis::ticks(layout) {
            self.path("axis", &format!("M{:.1} {axis:.1}v5", tick.x));
            self.text("middle", Point { x: tick.x, y: axis + 17.0 }, &tick.text);
        }
    }

    /// Draws a partition, and says what it is if there is room to the right of `free`.
    fn band(&mut self, band: &Band, top: f64, bottom: f64, free: &mut f64) {
        let (left, right) = (band.left, band.right);
        let sides = &band.partition.sides;
        put!(self, "<g><title>{}</title>", Escaped(&format!("partition: {sides}")));
        if !band.partition.blocked.is_empty() {
            self.rectangle("band", left, right, top, bottom);
        }
        for y in &band.walls {
            self.path("wall", &format!("M{left:.1} {y:.1}H{right:.1}"));
        }
        let words = [format!("partition: {sides}"), format!("partition, {}", band.partition.shape)];
        let x = left.max(*free);
        if let Some(words) = words.iter().find(|words| x + width(words) <= right.max(x + 150.0)) {
            self.text("", Point { x, y: top - 6.0 }, words);
            *free = x + width(words) + 12.0;
        }
        put!(self, "</g>");
    }

    /// Draws the messages, and then what they are called, so that no line crosses a word.
    fn messages(&mut self, layout: &Layout) {
        let mut room = LabelPlacer::default();
        let value = layout.cast.scene.subject.as_ref().and_then(|subject| subject.value);
        let messages = || layout.cast.messages.iter().zip(&layout.shapes);
        for (role, shape) in messages() {
            match *shape {
                Shape::Request(point) if role.is_broadcast() => {
                    room.take(point, shapes::radius(&label(role, value)));
                }
                Shape::Request(point) => room.take(point, 6.0),
                Shape::Answer(point) => room.take(Point { y: point.y - 10.0, ..point }, 8.0),
                Shape::Line { from, to, end } => {
                    room.cross(from, to);
                    if end != End::Edge {
                        room.take(to, 7.0);
                    }
                }
            }
        }
        // Rings are above the lines that begin at them.
        let is_request = |shape: &Shape| matches!(shape, Shape::Request(_));
        for (role, shape) in messages().filter(|(_, shape)| !is_request(shape)) {
            self.message(layout, role, shape, value);
        }
        for (role, shape) in messages().filter(|(_, shape)| is_request(shape)) {
            self.message(layout, role, shape, value);
        }
        for (role, shape) in messages() {
            self.label(&label(role, value), role, shape, &mut room);
        }
        for (role, shape) in messages() {
            self.receiver(layout, role, shape, &mut room);
        }
    }

    fn message(
        &mut self,
        layout: &Layout,
        role: &DiagramMessage,
        shape: &Shape,
        value: Option<usize>,
    ) {
        let title = title(role, &layout.cast.scene.info);
        put!(
            self,
            "<g class=\"{}\"><title>{}</title>",
            legend::of(role, shape).0.class(),
            Escaped(&title)
        );
        match *shape {
            Shape::Request(at) if role.is_broadcast() => {
                let words = label(role, value);
                self.path("ring", &shapes::ring(at, shapes::radius(&words)));
                self.text("middle", Point { y: at.y + 4.0, ..at }, &words);
            }
            Shape::Request(at) => self.path("square", &shapes::square(at)),
            Shape::Answer(at) => self.arrow(at, Point { y: at.y - 19.0, ..at }, 1),
            Shape::Line { from, to, end } => self.line(from, to, end, role.message.duplicate),
        }
        put!(self, "</g>");
    }

    fn line(&mut self, from: Point, to: Point, end: End, twice: bool) {
        match end {
            End::Delivered => return self.arrow(from, to, if twice { 2 } else { 1 }),
            End::Edge => self.path("line", &shapes::line(from, to)),
            End::Dropped => {
                self.path("line", &shapes::line(from, to));
                self.path("end", &shapes::cross(to));
            }
            End::Lost => {
                self.path("line", &shapes::line(from, to));
                self.path("end", &shapes::ring(to, 5.0));
            }
        }
        self.path("hit", &shapes::line(from, to));
    }

    fn arrow(&mut self, from: Point, to: Point, heads: usize) {
        self.path("line", &shapes::line(from, to));
        self.path("solid", &shapes::heads(from, to, heads));
        self.path("hit", &shapes::line(from, to));
    }

    /// Names a message, if it needs a name and there is room.
    fn label(&mut self, words: &str, role: &DiagramMessage, shape: &Shape, room: &mut LabelPlacer) {
        let at = match *shape {
            Shape::Request(point) if !role.is_broadcast() => {
                let heights = [19.0, -14.0];
                room.at(words, &heights.map(|height| Point { y: point.y + height, ..point }))
            }
            Shape::Answer(point) if role.content.is_some() => {
                room.at(words, &[Point { y: point.y - 27.0, ..point }])
            }
            Shape::Line { from, to, .. }
                if matches!(role.part, Direction::Forward { .. }) || role.service().is_some() =>
            {
                room.on_line(words, from, to)
            }
            _ => None,
        };
        if let Some(at) = at.filter(|_| !words.is_empty()) {
            self.text("halo middle", Point { y: at.y + 4.0, ..at }, words);
        }
    }

    /// Says beyond the cross of a message for whom it was, if there is room.
    fn receiver(
        &mut self,
        layout: &Layout,
        role: &DiagramMessage,
        shape: &Shape,
        room: &mut LabelPlacer,
    ) {
        let Shape::Line { from, to, end: End::Dropped } = *shape else { return };
        let words = layout.cast.scene.info.nodes.of_endpoint(role.message.dest);
        let beyond = Point { y: to.y + 15.0 * (to.y - from.y).signum(), ..to };
        if let Some(at) = room.at(&words, &[beyond]) {
            self.text("halo whom middle", Point { y: at.y + 4.0, ..at }, &words);
        }
    }

    /// Draws a sign as an example, to the right of `at`.
    fn sample(&mut self, sign: Sign, at: Point) {
        let (from, to) = (at, Point { x: at.x + 34.0, ..at });
        let middle = Point { x: at.x + 17.0, ..at };
        put!(self, "<g class=\"{}\">", sign.class());
        match sign {
            Sign::Broadcast => self.path("ring", &shapes::ring(middle, 8.0)),
            Sign::Request => self.path("square", &shapes::square(middle)),
            Sign::Answer => {
                let (y, x) = (at.y, middle.x);
                self.arrow(Point { x, y: y + 9.0 }, Point { x, y: y - 9.0 }, 1);
            }
            Sign::Message | Sign::Reply | Sign::ServiceReply => self.arrow(from, to, 1),
            Sign::Duplicate => self.arrow(from, to, 2),
            Sign::Dropped => self.line(from, to, End::Dropped, false),
            Sign::Lost => self.line(from, to, End::Lost, false),
            Sign::Edge => self.line(from, to, End::Edge, false),
            Sign::Walled | Sign::Unwalled => {
                self.rectangle("band", from.x, to.x, at.y - 9.0, at.y + 9.0);
                if sign == Sign::Walled {
                    self.path("wall", &shapes::line(from, to));
                }
            }
            Sign::Wide => self.rectangle("wide", from.x, to.x, at.y - 9.0, at.y + 9.0),
        }
        put!(self, "</g>");
    }
}

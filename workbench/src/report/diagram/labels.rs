//! Places words in a diagram: labels that lie neither on each other nor on too many lines.

use super::layout::Point;

/// How wide a character of a label is, about, and how high a line.
const CHARACTER: f64 = 6.8;
const HEIGHT: f64 = 13.0;

/// What is where in the picture.
#[derive(Default)]
pub struct LabelPlacer {
    taken: Vec<Rectangle>,
    lines: Vec<(Point, Point)>,
}

/// A part of the picture.
#[derive(Clone, Copy)]
struct Rectangle {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl LabelPlacer {
    /// Keeps labels off a circle or square around `centre`.
    pub fn take(&mut self, centre: Point, radius: f64) {
        self.taken.push(Rectangle::around(centre, 2.0 * radius, 2.0 * radius));
    }

    /// A line, which a label of another line had better not cover.
    pub fn cross(&mut self, from: Point, to: Point) {
        self.lines.push((from, to));
    }

    /// Finds room for `text` on the line from `from` to `to`: where it covers the fewest other lines,
    /// and none if that are many. Gives the middle of the label.
    pub fn on_line(&mut self, text: &str, from: Point, to: Point) -> Option<Point> {
        let parts = [0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75, 0.2, 0.8];
        let points = parts.map(|part| Point {
            x: from.x + (to.x - from.x) * part,
            y: from.y + (to.y - from.y) * part,
        });
        self.best(text, &points, (from, to))
    }

    /// Finds room for `text` at one of `points`, its middles. Takes the one that it gives.
    pub fn at(&mut self, text: &str, points: &[Point]) -> Option<Point> {
        let nowhere = Point { x: f64::NAN, y: f64::NAN };
        self.best(text, points, (nowhere, nowhere))
    }

    fn best(&mut self, text: &str, points: &[Point], own: (Point, Point)) -> Option<Point> {
        let rectangle = |point: &Point| Rectangle::around(*point, width(text), HEIGHT);
        let is_free =
            |point: &&Point| !self.taken.iter().any(|taken| taken.overlaps(&rectangle(point)));
        let covered = |point: &Point| {
            let others = self.lines.iter().filter(|line| **line != own);
            others.filter(|(from, to)| rectangle(point).meets(*from, *to)).count()
        };
        let free = points.iter().filter(is_free).map(|point| (covered(point), *point));
        let (covered, point) = free.min_by_key(|&(covered, _)| covered)?;
        if covered > 2 {
            return None;
        }
        self.taken.push(rectangle(&point));
        Some(point)
    }
}

/// About how wide `text` is as a label.
pub fn width(text: &str) -> f64 {
    text.chars().count() as f64 * CHARACTER + 3.0
}

impl Rectangle {
    fn around(centre: Point, width: f64, height: f64) -> Rectangle {
        Rectangle {
            left: centre.x - width / 2.0,
            right: centre.x + width / 2.0,
            top: centre.y - height / 2.0,
            bottom: centre.y + height / 2.0,
        }
    }

    fn overlaps(&self, other: &Rectangle) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    /// Whether the line from `from` to `to` passes through: what is left of it within the rectangle's
    /// height must be within its width, too.
    fn meets(&self, from: Point, to: Point) -> bool {
        let (high, low) = if from.y <= to.y { (from, to) } else { (to, from) };
        let (top, bottom) = (high.y.max(self.top), low.y.min(self.bottom));
        if top > bottom {
            return false;
        }
        let slope = if low.y > high.y { (low.x - high.x) / (low.y - high.y) } else { 0.0 };
        let (one, other) = (high.x + (top - high.y) * slope, high.x + (bottom - high.y) * slope);
        one.min(other) <= self.right && one.max(other) >= self.left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn labels_keep_off_each_other_until_there_is_no_room() {
        let mut room = LabelPlacer::default();
        let (from, to) = (point(0.0, 0.0), point(0.0, 60.0));
        let mut heights = vec![];
        while let Some(point) = room.on_line("17", from, to) {
            heights.push(point.y);
        }
        assert!(heights.len() >= 2, "{heights:?}");
        heights.sort_by(f64::total_cmp);
        assert!(heights.windows(2).all(|pair| pair[1] - pair[0] >= HEIGHT), "{heights:?}");
    }

    #[test]
    fn a_label_keeps_off_other_lines() {
        let mut room = LabelPlacer::default();
        let line = (point(0.0, 0.0), point(100.0, 100.0));
        room.cross(line.0, line.1);
        room.cross(point(50.0, 0.0), point(50.0, 100.0));
        let found = room.on_line("17", line.0, line.1);
        assert!(found.is_some_and(|found| (found.x - 50.0).abs() > 8.0), "{found:?}");
        assert_eq!(room.at("17", &[point(50.0, 10.0), point(80.0, 10.0)]), Some(point(80.0, 10.0)));
    }
}

//! The shapes that a diagram is drawn with, as SVG paths.

use super::labels::width;
use super::layout::Point;

/// How long an arrow's head is, and half as wide as this is it.
const HEAD: f64 = 9.0;
const HALF: f64 = 3.8;

/// The radius of a ring with `words` in it.
pub fn radius(words: &str) -> f64 {
    (width(words) / 2.0).max(10.5)
}

/// A straight line.
pub fn line(from: Point, to: Point) -> String {
    format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y)
}

/// The head of an arrow, or several behind each other.
pub fn heads(from: Point, to: Point, count: usize) -> String {
    let (x, y) = (to.x - from.x, to.y - from.y);
    let length = (x * x + y * y).sqrt().max(1e-9);
    let (x, y) = (x / length, y / length);
    let head = |number: usize| {
        let back = number as f64 * HEAD * 0.8;
        let tip = Point { x: to.x - x * back, y: to.y - y * back };
        let base = Point { x: tip.x - x * HEAD, y: tip.y - y * HEAD };
        format!(
            "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z",
            tip.x,
            tip.y,
            base.x - y * HALF,
            base.y + x * HALF,
            base.x + y * HALF,
            base.y - x * HALF,
        )
    };
    (0..count).map(head).collect()
}

/// A circle.
pub fn ring(at: Point, radius: f64) -> String {
    let Point { x, y } = at;
    let (left, twice) = (x - radius, 2.0 * radius);
    format!(
        "M{left:.1} {y:.1}a{radius:.1} {radius:.1} 0 1 0 {twice:.1} 0a{radius:.1} {radius:.1} 0 1 0 \
         {:.1} 0Z",
        -twice
    )
}

/// A small square.
pub fn square(at: Point) -> String {
    format!("M{:.1} {:.1}h9v9h-9Z", at.x - 4.5, at.y - 4.5)
}

/// A cross, as of two strokes of a pen.
pub fn cross(at: Point) -> String {
    let (x, y) = (at.x - 5.0, at.y - 5.0);
    format!("M{x:.1} {y:.1}l10 10m0 -10l-10 10")
}

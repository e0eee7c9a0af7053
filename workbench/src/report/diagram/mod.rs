//! The space-time diagram: a window of a run as an SVG, time from left to right.
//!
//! `cast` chooses the messages, `lanes` orders the lifelines, `moments` lays things out in
//! time, `layout` brings the two together, `labels` finds room for words, `legend` and
//! `axis` explain the picture, and `svg` writes it.

mod axis;
mod busiest_window;
mod labels;
mod lanes;
mod layout;
mod legend;
mod moments;
mod selection;
mod shapes;
mod svg;
mod text;

pub use busiest_window::busiest_window;

use super::message_window::MessageWindow;
use layout::Layout;
use selection::Selection;

/// How many messages a picture shows at most: more would be unreadable.
pub const MAX_MESSAGES: usize = 60;

/// Draws `scene` as an SVG, with a lifeline for each of `nodes`, or for every node if there are none
/// in it. Nodes that the run does not have are left out.
///
/// Time runs from left to right, and to scale, except for moments at which several things happen:
/// those are drawn wide, on a shade, in the order of cause and effect. A partition is a shaded band
/// with a dashed wall between its sides. Messages to and from nodes without a lifeline are left out.
/// Of more than [`MAX_MESSAGES`] messages the first ones are shown, and the picture says what is missing.
///
/// The SVG works as a file of its own, in light and dark, and follows the theme of a page that it is
/// part of (`--fg` and `--bg`, and mdBook's classes). It has no ids, so that a page may hold many.
/// It is the same to the byte for the same scene, and has no blank line, so Markdown leaves it alone.
pub fn diagram(scene: &MessageWindow, nodes: &[usize]) -> String {
    svg::write(&Layout::new(Selection::new(scene, nodes)))
}

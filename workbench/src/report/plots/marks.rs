//! The marks of a plot, which differ in shape and in colour.

use std::collections::BTreeSet;

use plotters::element::DynElement;
use plotters::prelude::*;

/// The colours of a plot. In dark mode, a style sheet finds each by its name and replaces it: see
/// [`super::frame`]. The strong ones are Okabe and Ito's, which colour-blind people can tell apart.
pub mod colour {
    use plotters::style::RGBColor;

    pub const INK: RGBColor = RGBColor(0x1C, 0x1E, 0x21);
    pub const MUTED: RGBColor = RGBColor(0x5A, 0x5F, 0x66);
    pub const GRID: RGBColor = RGBColor(0xE3, 0xE5, 0xE8);
    pub const BLUE: RGBColor = RGBColor(0x00, 0x72, 0xB2);
    pub const GREEN: RGBColor = RGBColor(0x00, 0x9E, 0x73);
    pub const VERMILION: RGBColor = RGBColor(0xD5, 0x5E, 0x00);
    pub const PURPLE: RGBColor = RGBColor(0xCC, 0x79, 0xA7);
    pub const AMBER: RGBColor = RGBColor(0xE6, 0x9F, 0x00);
}

/// The shape of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkShape {
    Dot,
    Ring,
    Cross,
    Plus,
    Triangle,
    Diamond,
}

/// How something is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub shape: MarkShape,
    pub colour: RGBColor,
}

impl Mark {
    /// The mark, to be drawn at that place.
    pub fn at<'a, B: DrawingBackend + 'a, C: Clone + 'a>(self, place: C) -> DynElement<'a, B, C> {
        let fill = self.colour.filled();
        let line = self.colour.stroke_width(1);
        let stroke = |points: Vec<(i32, i32)>| PathElement::new(points, line);
        let mark = EmptyElement::at(place);
        match self.shape {
            MarkShape::Dot => (mark + Circle::new((0, 0), 3, fill)).into_dyn(),
            MarkShape::Ring => (mark + Circle::new((0, 0), 3, line)).into_dyn(),
            MarkShape::Cross => {
                (mark + stroke(vec![(-3, -3), (3, 3)]) + stroke(vec![(-3, 3), (3, -3)])).into_dyn()
            }
            MarkShape::Plus => {
                (mark + stroke(vec![(-4, 0), (4, 0)]) + stroke(vec![(0, -4), (0, 4)])).into_dyn()
            }
            MarkShape::Triangle => {
                (mark + Polygon::new(vec![(-4, 3), (4, 3), (0, -4)], fill)).into_dyn()
            }
            MarkShape::Diamond => {
                (mark + stroke(vec![(-4, 0), (0, -4), (4, 0), (0, 4), (-4, 0)])).into_dyn()
            }
        }
    }
}

/// A plot of more marks than this is slow to open, and no clearer.
const MAX_MARKS: usize = 1_200;

/// Thins out marks that would cover each other: of all that fall into the same cell of a grid, one
/// remains, in the middle of the cell. `width` and `height` are what the axes reach, and the grid is
/// as fine as the number of marks allows. Few marks stay as they are.
pub fn thinned(points: Vec<(f64, f64)>, width: f64, height: f64) -> Vec<(f64, f64)> {
    if points.len() <= MAX_MARKS {
        return points;
    }
    let mut columns = 400.0;
    loop {
        let (across, up) = (width / columns, height * 2.0 / columns);
        let cell = |&(x, y): &(f64, f64)| ((x / across) as i64, (y / up) as i64);
        let cells: BTreeSet<(i64, i64)> = points.iter().map(cell).collect();
        if cells.len() <= MAX_MARKS {
            let middle = |(column, row)| ((column as f64 + 0.5) * across, (row as f64 + 0.5) * up);
            return cells.into_iter().map(middle).collect();
        }
        columns /= 2.0;
    }
}

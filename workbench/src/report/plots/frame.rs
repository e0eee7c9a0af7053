//! What every plot has: a title, axes, the partitions behind it all, a legend, and the dark.

use std::fmt::Write as _;
use std::io;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::marks::{Mark, colour};
use super::ticks::{Tick, ticks};
use crate::report::facts::Facts;

/// The size of a plot, in pixels of which a screen may make more or fewer.
const SIZE: (u32, u32) = (800, 330);

/// How high the part with title, note and legend is.
const HEAD: u32 = 72;

/// About how wide a letter of the legend is.
const LETTER: f64 = 6.6;

/// The height of ordinary text, as plotters has it: 1.24 times that in the SVG.
const TEXT: f64 = 12.0 * 1.24;

/// A plot without its content.
pub struct Frame<'a> {
    pub facts: &'a Facts,
    pub title: &'static str,
    /// What one has to know to read it, or what was left out.
    pub note: String,
    /// What the vertical axis counts, with its unit.
    pub unit: &'a str,
    /// The ticks of the vertical axis. The axis ends with the last of them.
    pub ticks: Vec<Tick>,
    pub legend: Vec<(Mark, String)>,
    pub content: Vec<Item>,
    /// What stands in an empty plot.
    pub empty: &'a str,
}

/// Something in a plot: places are seconds, and what the vertical axis counts.
pub enum Item {
    Mark(Mark, (f64, f64)),
    Line(RGBColor, Vec<(f64, f64)>),
    Area(RGBColor, Vec<(f64, f64)>),
}

/// The whole seconds, or parts of them, along the horizontal axis of that run.
pub fn time_axis(facts: &Facts) -> Vec<Tick> {
    ticks(facts.end.seconds().max(1.0))
}

/// Where an axis ends.
pub fn end(ticks: &[Tick]) -> f64 {
    ticks.last().map_or(1.0, |tick| tick.at)
}

type Plane<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<Axis, Axis>>;
type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<io::Error>>;

/// From zero to its last tick.
struct Axis(Vec<Tick>);

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn range(&self) -> Range<f64> {
        0.0..end(&self.0)
    }

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (value / end(&self.0) * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let ticks = if hint.weight().allow_light_points() { &[] } else { self.0.as_slice() };
        ticks.iter().map(|tick| tick.at).collect()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.0.iter().find(|tick| tick.at == *value);
        tick.map_or_else(String::new, |tick| tick.label.clone())
    }
}

impl Frame<'_> {
    /// Draws the plot.
    pub fn draw(&self) -> io::Result<String> {
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
            self.draw_on(&root).map_err(io::Error::other)?;
            root.present().map_err(io::Error::other)?;
        }
        Ok(self.dressed(&svg))
    }

    fn draw_on(&self, root: &DrawingArea<SVGBackend, Shift>) -> Drawn {
        let (head, body) = root.split_vertically(HEAD);
        self.head(&head)?;
        let mut chart = ChartBuilder::on(&body)
            .margin_left(16)
            .margin_right(24)
            .margin_top(8)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(Axis(time_axis(self.facts)), Axis(self.ticks.clone()))?;
        self.partitions(chart.plotting_area())?;
        let text = ("sans-serif", TEXT).into_font().color(&colour::MUTED);
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(colour::GRID)
            .axis_style(colour::MUTED)
            .label_style(text.clone())
            .axis_desc_style(text.clone())
            .x_desc("time of the run (s)")
            .y_desc(self.unit)
            .draw()?;
        if self.content.is_empty() {
            let middle = (end(&time_axis(self.facts)) / 2.0, end(&self.ticks) / 2.0);
            let text = text.pos(Pos::new(HPos::Center, VPos::Center));
            return chart.plotting_area().draw(&Text::new(self.empty, middle, text));
        }
        self.content.iter().try_for_each(|item| item.draw(chart.plotting_area()))
    }

    /// Title, note and legend.
    fn head(&self, area: &DrawingArea<SVGBackend, Shift>) -> Drawn {
        let font = |size: f64| ("sans-serif", size * 1.24).into_font();
        let title = font(15.0).style(FontStyle::Bold).color(&colour::INK);
        area.draw(&Text::new(self.title, (4, 8), title))?;
        area.draw(&Text::new(self.note.as_str(), (4, 30), font(12.0).color(&colour::MUTED)))?;
        let mut x = 10;
        let text = font(12.0).color(&colour::INK).pos(Pos::new(HPos::Left, VPos::Center));
        for (mark, words) in &self.legend {
            area.draw(&mark.at((x, 58)))?;
            area.draw(&Text::new(words.as_str(), (x + 10, 58), text.clone()))?;
            x += 30 + (words.chars().count() as f64 * LETTER) as i32;
        }
        if !self.facts.partitions.is_empty() {
            let swatch = [(x - 4, 52), (x + 10, 64)];
            area.draw(&Rectangle::new(swatch, colour::AMBER.mix(SHADE).filled()))?;
            area.draw(&Rectangle::new(swatch, colour::AMBER))?;
            area.draw(&Text::new("network partitioned", (x + 18, 58), text))?;
        }
        Ok(())
    }

    /// The partitions, as shaded bands with an edge on either side.
    fn partitions(&self, plane: &Plane) -> Drawn {
        let (end, top) = (end(&time_axis(self.facts)), end(&self.ticks));
        for partition in &self.facts.partitions {
            let until = partition.until.unwrap_or(self.facts.end);
            let [from, until] = [partition.from, until].map(|time| time.seconds().clamp(0.0, end));
            let band =
                Rectangle::new([(from, 0.0), (until, top)], colour::AMBER.mix(SHADE).filled());
            plane.draw(&band)?;
            for edge in [from, until] {
                plane.draw(&PathElement::new([(edge, 0.0), (edge, top)], colour::AMBER))?;
            }
        }
        Ok(())
    }

    /// The picture with a name for those who cannot see it, and with other colours for the dark.
    fn dressed(&self, svg: &str) -> String {
        let body = svg.split_once('>').map_or(svg, |(_, body)| body);
        let (width, height) = SIZE;
        let mut dressed = String::new();
        let _ = write!(
            dressed,
            r#"<svg class="plot" role="img" aria-label="{}" width="{width}" height="{height}" "#,
            self.title
        );
        let _ = write!(
            dressed,
            "viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n{}{}",
            style(),
            body.trim_start()
        );
        dressed
    }
}

/// How dark the shade of a partition is.
const SHADE: f64 = 0.16;

impl Item {
    fn draw(&self, plane: &Plane) -> Drawn {
        match self {
            Item::Mark(mark, place) => plane.draw(&mark.at(*place)),
            Item::Line(colour, places) => {
                let line = PathElement::new(places.clone(), colour.stroke_width(2));
                plane.draw(&line)
            }
            Item::Area(colour, places) => {
                let area = Polygon::new(places.clone(), colour.mix(0.18).filled());
                plane.draw(&area)
            }
        }
    }
}

/// The colours of a plot by day and in the dark.
const COLOURS: [(RGBColor, &str, RGBColor); 8] = [
    (colour::INK, "ink", RGBColor(0xEC, 0xED, 0xEE)),
    (colour::MUTED, "muted", RGBColor(0xA6, 0xAD, 0xB5)),
    (colour::GRID, "grid", RGBColor(0x33, 0x38, 0x3E)),
    (colour::BLUE, "blue", RGBColor(0x56, 0xB4, 0xE9)),
    (colour::GREEN, "green", RGBColor(0x2F, 0xC4, 0x9A)),
    (colour::VERMILION, "vermilion", RGBColor(0xF0, 0x80, 0x30)),
    (colour::PURPLE, "purple", RGBColor(0xDF, 0x9A, 0xC2)),
    (colour::AMBER, "amber", RGBColor(0xE6, 0x9F, 0x00)),
];

/// A style sheet that gives the colours by attribute, for CSS goes before a picture's own
/// attributes. It follows the reader's system or, in a book of mdBook's, the theme chosen there.
fn style() -> String {
    let hex = |RGBColor(red, green, blue): RGBColor| format!("#{red:02X}{green:02X}{blue:02X}");
    let (mut rules, mut light, mut dark) = (String::new(), String::new(), String::new());
    for (by_day, name, by_night) in COLOURS {
        let day = hex(by_day);
        for property in ["fill", "stroke"] {
            let _ = write!(rules, ".plot [{property}=\"{day}\"]{{{property}:var(--{name})}}\n");
        }
        let _ = write!(light, "--{name}:{day};");
        let _ = write!(dark, "--{name}:{};", hex(by_night));
    }
    format!(
        "<style>\n.plot text{{font-family:system-ui,sans-serif}}\n{rules}\
         .plot,.light .plot,.rust .plot{{{light}}}\n\
         .coal .plot,.navy .plot,.ayu .plot{{{dark}}}\n\
         @media (prefers-color-scheme:dark){{:root:not(.light,.rust) .plot,svg.plot:root{{{dark}}}}}\n\
         @media print{{.plot{{{light}}}}}\n</style>\n"
    )
}

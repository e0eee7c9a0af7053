//! What every plot has: a title, axes, the partitions behind it all, a legend, and the dark.

use std::fmt::Write as _;
use std::io;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::marks::{Mark, colour};
use super::ticks::{Tick, ticks_between, ticks_within};
use crate::output::run_info::RunInfo;
use crate::record::partitions::PartitionRecord;
use crate::text::wrap_to;

/// How wide a plot is, in pixels of which a screen may make more or fewer: a phone shows all of it.
const WIDTH: u32 = 400;

/// How high it is without its head, which has title, note and legend.
const HEIGHT: u32 = 230;

/// How much larger a plot is that has a window of its own.
const ALONE: u32 = 2;

/// How high a line of the note is, and one of the legend.
const NOTE: i32 = 15;
const LEGEND: i32 = 18;

/// About how wide a letter is.
const LETTER: f64 = 6.4;

/// The height of ordinary text, as plotters has it: 1.24 times that in the SVG.
const TEXT: f64 = 12.0 * 1.24;

/// A plot without its content.
pub struct Frame<'a> {
    pub across: Across<'a>,
    pub title: &'static str,
    /// What a reader must know to read it, or what was left out.
    pub note: String,
    /// What the vertical axis counts, with its unit.
    pub unit: &'a str,
    /// The ticks of the vertical axis. The axis ends with the last of them.
    pub ticks: Vec<Tick>,
    pub legend: Vec<(Mark, String)>,
    pub content: Vec<Item>,
}

/// What the horizontal axis is.
pub enum Across<'a> {
    /// The time of a run, with its partitions.
    Time(&'a RunInfo),
    /// Numbers between two ends, and what they are.
    Numbers { words: &'static str, from: f64, to: f64 },
}

impl Across<'_> {
    fn words(&self) -> &'static str {
        match self {
            Across::Time(_) => "time of the run (s)",
            Across::Numbers { words, .. } => words,
        }
    }

    fn axis(&self) -> Axis {
        match *self {
            Across::Time(info) => {
                Axis { ticks: ticks_within(duration(info)), start: 0.0, end: duration(info) }
            }
            Across::Numbers { from, to, .. } => {
                Axis { ticks: ticks_between(from, to), start: from, end: to }
            }
        }
    }

    fn partitions(&self) -> &[PartitionRecord] {
        match self {
            Across::Time(info) => &info.partitions,
            Across::Numbers { .. } => &[],
        }
    }
}

/// Something in a plot: places are seconds, or whatever the horizontal axis is, and what the vertical
/// axis counts.
pub enum Item {
    /// A bar from one corner to the opposite one, filled or only outlined.
    Bar(RGBColor, bool, [(f64, f64); 2]),
    Mark(Mark, (f64, f64)),
    Line(RGBColor, Vec<(f64, f64)>),
    Area(RGBColor, Vec<(f64, f64)>),
}

/// Where the horizontal axis of that run ends: with the run, in seconds.
pub fn duration(info: &RunInfo) -> f64 {
    info.end.seconds().max(1.0)
}

/// Where an axis ends.
pub fn end(ticks: &[Tick]) -> f64 {
    ticks.last().map_or(1.0, |tick| tick.at)
}

/// What is above a plot: the note in lines, and the legend with a place for each entry. The mark of
/// the partitions is not one of the plot's.
struct Head {
    note: String,
    legend: Vec<((i32, i32), Option<Mark>, String)>,
    height: i32,
}

type Plane<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<Axis, Axis>>;
type Drawn<T = ()> = Result<T, DrawingAreaErrorKind<io::Error>>;

struct Axis {
    ticks: Vec<Tick>,
    start: f64,
    end: f64,
}

impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn range(&self) -> Range<f64> {
        self.start..self.end
    }

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let part = (value - self.start) / (self.end - self.start);
        from + (part * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let ticks = if hint.weight().allow_light_points() { &[] } else { self.ticks.as_slice() };
        ticks.iter().map(|tick| tick.at).collect()
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, value: &f64) -> String {
        let tick = self.ticks.iter().find(|tick| tick.at == *value);
        tick.map_or_else(String::new, |tick| tick.label.clone())
    }
}

impl Frame<'_> {
    /// Draws the plot.
    pub fn draw(&self) -> io::Result<String> {
        let head = self.head();
        let height = head.height as u32 + HEIGHT;
        let mut svg = String::new();
        {
            let root = SVGBackend::with_string(&mut svg, (WIDTH, height)).into_drawing_area();
            self.draw_on(&root, &head).map_err(io::Error::other)?;
            root.present().map_err(io::Error::other)?;
        }
        Ok(self.dressed(&svg, height))
    }

    fn draw_on(&self, root: &DrawingArea<SVGBackend, Shift>, head: &Head) -> Drawn {
        let (top, body) = root.split_vertically(head.height);
        self.draw_head(&top, head)?;
        let labels = self.ticks.iter().map(|tick| tick.label.chars().count());
        let widest = labels.max().unwrap_or_default() as f64 * LETTER;
        let up = Axis { ticks: self.ticks.clone(), start: 0.0, end: end(&self.ticks) };
        let mut chart = ChartBuilder::on(&body)
            .margin_left(4)
            .margin_right(16)
            .margin_top(8)
            .x_label_area_size(44)
            .y_label_area_size(widest as i32 + 34)
            .build_cartesian_2d(self.across.axis(), up)?;
        self.partitions(chart.plotting_area())?;
        let text = ("sans-serif", TEXT).into_font().color(&colour::MUTED);
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(colour::GRID)
            .axis_style(colour::MUTED)
            .label_style(text.clone())
            .axis_desc_style(text)
            .x_desc(self.across.words())
            .y_desc(self.unit)
            .draw()?;
        self.content.iter().try_for_each(|item| item.draw(chart.plotting_area()))
    }

    /// Finds places for note and legend, in as many lines as they take.
    fn head(&self) -> Head {
        let note = wrap_to((f64::from(WIDTH) / LETTER) as usize, "", "", &self.note);
        let mut legend = vec![];
        let mut corner = (10, 30 + NOTE * note.lines().count() as i32 + 10);
        let entries = self.legend.iter().map(|(mark, words)| (Some(*mark), words.as_str()));
        let partitions =
            (!self.across.partitions().is_empty()).then_some((None, "network partitioned"));
        for (mark, words) in entries.chain(partitions) {
            let width = 30 + (words.chars().count() as f64 * LETTER) as i32;
            if corner.0 > 10 && corner.0 + width > WIDTH as i32 {
                corner = (10, corner.1 + LEGEND);
            }
            legend.push((corner, mark, words.to_owned()));
            corner.0 += width;
        }
        Head { note, legend, height: corner.1 + LEGEND / 2 }
    }

    fn draw_head(&self, area: &DrawingArea<SVGBackend, Shift>, head: &Head) -> Drawn {
        let font = |size: f64| ("sans-serif", size * 1.24).into_font();
        let title = font(14.0).style(FontStyle::Bold).color(&colour::INK);
        area.draw(&Text::new(self.title, (4, 8), title))?;
        for (y, line) in (30..).step_by(NOTE as usize).zip(head.note.lines()) {
            area.draw(&Text::new(line, (4, y), font(12.0).color(&colour::MUTED)))?;
        }
        let text = font(12.0).color(&colour::INK).pos(Pos::new(HPos::Left, VPos::Center));
        for ((x, y), mark, words) in &head.legend {
            match mark {
                Some(mark) => area.draw(&mark.at((*x, *y)))?,
                None => {
                    let swatch = [(x - 5, y - 6), (x + 5, y + 6)];
                    area.draw(&Rectangle::new(swatch, colour::AMBER.mix(SHADE).filled()))?;
                    area.draw(&Rectangle::new(swatch, colour::AMBER))?;
                }
            }
            area.draw(&Text::new(words.as_str(), (x + 10, *y), text.clone()))?;
        }
        Ok(())
    }

    /// The partitions, as shaded bands with an edge on either side.
    fn partitions(&self, plane: &Plane) -> Drawn {
        let Across::Time(info) = self.across else { return Ok(()) };
        let (end, top) = (duration(info), end(&self.ticks));
        for partition in &info.partitions {
            let until = partition.until.unwrap_or(info.end);
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
    fn dressed(&self, svg: &str, high: u32) -> String {
        let body = svg.split_once('>').map_or(svg, |(_, body)| body);
        let (width, height) = (ALONE * WIDTH, ALONE * high);
        let mut dressed = String::new();
        let _ = write!(
            dressed,
            r#"<svg class="plot" role="img" aria-label="{}" width="{width}" height="{height}" "#,
            self.title
        );
        let _ = write!(
            dressed,
            "viewBox=\"0 0 {WIDTH} {high}\" xmlns=\"http://www.w3.org/2000/svg\">\n{}{}",
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
            Item::Bar(colour, is_filled, corners) => {
                if *is_filled {
                    plane.draw(&Rectangle::new(*corners, colour.filled()))?;
                }
                plane.draw(&Rectangle::new(*corners, *colour))
            }
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
            let _ = writeln!(rules, ".plot [{property}=\"{day}\"]{{{property}:var(--{name})}}");
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

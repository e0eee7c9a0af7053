//! The plot of every operation: how long its client waited, and how it ended.

use std::collections::BTreeMap;
use std::io;

use super::Plot;
use super::frame::{Across, Frame, Item, duration, end};
use super::marks::{Mark, MarkShape, colour, thinned};
use super::ticks::Tick;
use crate::output::run_info::RunInfo;
use crate::report::operations::ShownOperation;
use crate::text::counted;

/// The shortest time that the axis distinguishes from zero, in milliseconds.
const SHORTEST: f64 = 0.01;

/// Draws the latency of each operation, against when it was invoked, on a logarithmic axis.
pub fn plot(info: &RunInfo, operations: &[ShownOperation]) -> io::Result<Plot> {
    let mut groups: BTreeMap<(&str, usize), Vec<(f64, f64)>> = BTreeMap::new();
    let mut unanswered = 0;
    for operation in operations.iter().filter(|operation| !operation.is_nemesis()) {
        let (Some(latency), Some(outcome)) = (operation.latency(), operation.outcome) else {
            unanswered += 1;
            continue;
        };
        let place = (operation.invoked.seconds(), height(latency.as_secs_f64() * 1000.0));
        let outcome = OUTCOMES.iter().position(|&name| name == outcome).unwrap_or_default();
        groups.entry((operation.f, outcome)).or_default().push(place);
    }
    let mut names: Vec<&str> = groups.keys().map(|(f, _)| *f).collect();
    names.dedup();

    let highest = groups.values().flatten().map(|&(_, height)| height).fold(0.0, f64::max);
    let axis = axis(highest);
    let (width, top) = (duration(info), end(&axis));
    let (mut all, mut content, mut legend) = (0, vec![], vec![]);
    for ((f, outcome), places) in groups {
        let which = names.iter().position(|&name| name == f).unwrap_or_default();
        let mark = MARKS[which.min(1)][outcome];
        legend.push((mark, format!("{f} {}: {}", OUTCOMES[outcome], places.len())));
        all += places.len();
        let places = thinned(places, width, top);
        content.extend(places.into_iter().map(|place| Item::Mark(mark, place)));
    }
    let mut note = match content.len() {
        drawn if drawn == all => {
            "A mark for each operation, above the moment it was invoked.".to_owned()
        }
        drawn => format!(
            "{all} operations in {drawn} marks: operations that end alike in one place share a mark."
        ),
    };
    if unanswered > 0 {
        let open = counted(unanswered, "operation");
        note += &format!(" Not shown: {open} still open when the run ended.");
    }
    let frame = Frame {
        across: Across::Time(info),
        title: "How long clients waited for an answer",
        note,
        unit: "latency",
        ticks: axis,
        legend,
        content,
    };
    Ok(Plot { file: "latency.svg", svg: frame.draw()?, label: frame.title })
}

const OUTCOMES: [&str; 3] = ["ok", "fail", "info"];

/// The marks of the first kind of operation, and of the second, by outcome.
const MARKS: [[Mark; 3]; 2] = [
    [
        Mark { shape: MarkShape::Dot, colour: colour::BLUE },
        Mark { shape: MarkShape::Cross, colour: colour::VERMILION },
        Mark { shape: MarkShape::Triangle, colour: colour::PURPLE },
    ],
    [
        Mark { shape: MarkShape::Ring, colour: colour::GREEN },
        Mark { shape: MarkShape::Plus, colour: colour::VERMILION },
        Mark { shape: MarkShape::Diamond, colour: colour::PURPLE },
    ],
];

/// Whether clients had to wait at all. In virtual time without latency, every answer comes at once.
pub fn any_wait(operations: &[ShownOperation]) -> bool {
    let mut latencies = operations.iter().filter_map(ShownOperation::latency);
    latencies.any(|latency| latency.as_secs_f64() * 1000.0 > SHORTEST)
}

/// The height of a latency, in powers of ten above the shortest.
pub fn height(millis: f64) -> f64 {
    libm::log10(millis.max(SHORTEST) / SHORTEST)
}

/// Powers of ten up to the first above `highest`, and up to a millisecond at least.
pub fn axis(highest: f64) -> Vec<Tick> {
    let labels = ["≤ 0.01 ms", "0.1 ms", "1 ms", "10 ms", "100 ms", "1 s", "10 s", "100 s"];
    let count = (highest.floor() as usize + 2).clamp(3, labels.len());
    let ticks = labels.into_iter().enumerate().take(count);
    ticks.map(|(place, label)| Tick { at: place as f64, label: label.into() }).collect()
}

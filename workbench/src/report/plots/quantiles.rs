//! The plot of latency quantiles: what half of the clients waited, and what the unluckiest did.

use std::io;

use super::Plot;
use super::frame::{Across, Frame, Item};
use super::latency::{axis, height};
use super::marks::{Mark, MarkShape, colour};
use super::ticks::round_up;
use crate::checker::quantile;
use crate::output::run_info::RunInfo;
use crate::report::operations::ShownOperation;

/// The quantiles, and how each is marked.
const QUANTILES: [(f64, &str, Mark); 4] = [
    (1.0, "the longest", Mark { shape: MarkShape::Triangle, colour: colour::VERMILION }),
    (0.99, "0.99", Mark { shape: MarkShape::Diamond, colour: colour::PURPLE }),
    (0.95, "0.95", Mark { shape: MarkShape::Ring, colour: colour::GREEN }),
    (0.5, "0.5 (the median)", Mark { shape: MarkShape::Dot, colour: colour::BLUE }),
];

/// A plot has about this many stretches of time.
const STRETCHES: f64 = 30.0;

/// Draws the quantiles of the latencies of all answered operations, by stretch of time.
pub fn plot(info: &RunInfo, operations: &[ShownOperation]) -> io::Result<Plot> {
    let stretch = round_up(info.end.seconds() / STRETCHES).max(0.1);
    let last = crate::report::traffic::stretches(info.end, stretch) - 1;
    let mut stretches: Vec<Vec<f64>> = vec![];
    for operation in operations.iter().filter(|operation| !operation.is_nemesis()) {
        let Some(latency) = operation.latency() else { continue };
        let place = (operation.invoked.seconds() / stretch) as usize;
        let place = place.min(last);
        if stretches.len() <= place {
            stretches.resize(place + 1, vec![]);
        }
        stretches[place].push(latency.as_secs_f64() * 1000.0);
    }
    stretches.iter_mut().for_each(|latencies| latencies.sort_by(f64::total_cmp));

    let longest = stretches.iter().filter_map(|latencies| latencies.last()).copied();
    let longest = longest.fold(0.0, f64::max);
    let axis = axis(height(longest));
    let (mut content, mut legend) = (vec![], vec![]);
    for (quantile_point, words, mark) in QUANTILES {
        let mut line = vec![];
        for (place, latencies) in stretches.iter().enumerate() {
            let middle = (place as f64 + 0.5) * stretch;
            match quantile(latencies, quantile_point) {
                Some(&latency) => line.push((middle.min(info.end.seconds()), height(latency))),
                None => end_line(&mut content, mark, &mut line),
            }
        }
        end_line(&mut content, mark, &mut line);
        legend.push((mark, words.to_owned()));
    }
    let frame = Frame {
        across: Across::Time(info),
        title: "Quantiles of the time that clients waited",
        note: format!("Of all operations invoked in the same {stretch} s."),
        unit: "latency",
        ticks: axis,
        legend,
        content,
    };
    Ok(Plot { file: "latency-quantiles.svg", svg: frame.draw()?, label: frame.title })
}

/// Draws the part of a line collected so far. Lines have gaps where there were no operations.
fn end_line(content: &mut Vec<Item>, mark: Mark, line: &mut Vec<(f64, f64)>) {
    if line.len() > 1 {
        content.push(Item::Line(mark.colour, line.clone()));
    }
    content.extend(line.drain(..).map(|place| Item::Mark(mark, place)));
}

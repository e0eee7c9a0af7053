//! The plot of how values spread: how long it took until every node had each of them.

use std::io;

use super::Plot;
use super::frame::{Across, Frame, Item, duration, end};
use super::marks::{Mark, MarkShape, colour, thinned};
use super::ticks::{Tick, ticks};
use crate::output::run_info::RunInfo;
use crate::record::propagation::Propagation;

const REACHED: Mark = Mark { shape: MarkShape::Dot, colour: colour::BLUE };
const MISSED: Mark = Mark { shape: MarkShape::Cross, colour: colour::VERMILION };

/// Draws the time until every node had each value, against when the value was broadcast. Values that
/// some node never got are in a lane of their own at the top.
pub fn plot(info: &RunInfo, propagation: &Propagation) -> io::Result<Plot> {
    let (mut reached, mut missed) = (vec![], vec![]);
    for value in 0..propagation.values() {
        let Some(begun) = propagation.started(value) else { continue };
        match propagation.complete(value) {
            Some(complete) => {
                reached.push((begun.seconds(), complete.since(begun).as_secs_f64()));
            }
            None => missed.push(begun.seconds()),
        }
    }
    let slowest = reached.iter().map(|&(_, took)| took).fold(0.0, f64::max);
    // Most runs take milliseconds or seconds: the axis has whichever is easier to read.
    let (unit, factor) = if slowest < 1.0 {
        ("until every node had it (ms)", 1000.0)
    } else {
        ("until every node had it (s)", 1.0)
    };
    reached.iter_mut().for_each(|(_, took)| *took *= factor);
    let mut axis = ticks(slowest * factor);
    let top = end(&axis);
    let lane = top * 1.12;
    if !missed.is_empty() {
        axis.push(Tick { at: lane, label: "never".into() });
        axis.push(Tick { at: top * 1.2, label: String::new() });
    }

    let width = duration(info);
    let marks = thinned(reached.clone(), width, top);
    let missed: Vec<_> = missed.into_iter().map(|begun| (begun, lane)).collect();
    let mut legend = vec![(REACHED, format!("on every node: {}", reached.len()))];
    if !missed.is_empty() {
        legend.push((MISSED, format!("never on every node: {}", missed.len())));
    }
    let all_missed = missed.len();
    let missed = thinned(missed, width, top);
    let drawn = marks.len() + missed.len();
    let content = marks.into_iter().map(|place| Item::Mark(REACHED, place));
    let content = content.chain(missed.into_iter().map(|place| Item::Mark(MISSED, place)));
    let note = match reached.len() + all_missed {
        all if all == drawn => {
            "A mark for each value, above the moment it was broadcast.".to_owned()
        }
        all => format!(
            "{all} values in {drawn} marks, above the moments they were broadcast: \
             values in one place share a mark."
        ),
    };
    let frame = Frame {
        across: Across::Time(info),
        title: "How long each value took to reach every node",
        note,
        unit,
        ticks: axis,
        legend,
        content: content.collect(),
    };
    Ok(Plot { file: "spread.svg", svg: frame.draw()?, label: frame.title })
}

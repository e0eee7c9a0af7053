//! The plot of the network's load: messages a second, sent, delivered and dropped.

use std::io;

use super::Plot;
use super::frame::{Across, Frame, Item};
use super::marks::{Mark, MarkShape, colour};
use super::ticks::ticks;
use crate::output::run_info::RunInfo;
use crate::report::traffic::{Series, Traffic};
use crate::text::counted;

const SENT: Mark = Mark { shape: MarkShape::Ring, colour: colour::BLUE };
const DELIVERED: Mark = Mark { shape: MarkShape::Dot, colour: colour::GREEN };
const DROPPED: Mark = Mark { shape: MarkShape::Cross, colour: colour::VERMILION };

/// Draws messages a second, by stretch of time.
pub fn plot(info: &RunInfo, traffic: &Traffic) -> io::Result<Plot> {
    let Traffic { stretch, sent, delivered, dropped, set_up, under_way, .. } = traffic;
    let rates = |series: &Series| {
        let rates = series.counts.iter().enumerate();
        let rates = rates.map(|(place, &count)| {
            let middle = (place as f64 + 0.5) * stretch;
            (middle.min(info.end.seconds().max(1.0)), count as f64 / stretch)
        });
        rates.collect::<Vec<_>>()
    };
    let mut content = vec![];
    for (series, mark) in [(sent, SENT), (delivered, DELIVERED), (dropped, DROPPED)] {
        let line = rates(series);
        let (Some(&(first, _)), Some(&(last, _))) = (line.first(), line.last()) else { continue };
        if mark == SENT {
            let area = [vec![(first, 0.0)], line.clone(), vec![(last, 0.0)]].concat();
            content.push(Item::Area(mark.colour, area));
        }
        content.push(Item::Line(mark.colour, line.clone()));
        // Marks where something happened; a line at zero needs none.
        let marked = line.into_iter().filter(|&(_, rate)| rate > 0.0);
        content.extend(marked.map(|place| Item::Mark(mark, place)));
    }
    let most = sent.counts.iter().chain(&delivered.counts).chain(&dropped.counts).max();
    let legend = vec![
        (SENT, format!("sent: {}", sent.total)),
        (DELIVERED, format!("delivered: {}", delivered.total)),
        (DROPPED, format!("dropped or lost: {}", dropped.total)),
    ];
    let mut note = format!("Counted by stretches of {stretch} s");
    if *set_up > 0 {
        note += &format!(", without {} of the set-up", counted(*set_up, "message"));
    }
    if *under_way > 0 {
        note += &format!("; {} in flight when the run ended", counted(*under_way, "message"));
    }
    let frame = Frame {
        across: Across::Time(info),
        title: "Messages a second",
        note: note + ".",
        unit: "messages a second",
        ticks: ticks(most.map_or(0.0, |&most| most as f64 / stretch)),
        legend,
        content,
    };
    Ok(Plot { file: "messages-per-second.svg", svg: frame.draw()?, label: frame.title })
}

//! The plot of a number over the runs of a sweep: how many runs had about which.

use std::io;

use super::Plot;
use super::frame::{Across, Frame, Item};
use super::marks::{Mark, MarkShape, colour};
use super::ticks::{round_up, whole_ticks};

/// A number of each run of a sweep.
pub struct Histogram {
    /// The name of the plot's file.
    pub file: &'static str,
    /// What the plot is of.
    pub title: &'static str,
    /// What the number is, with its unit.
    pub words: &'static str,
    /// The narrowest that a bar may be.
    pub resolution: f64,
    /// The numbers of the valid runs.
    pub valid: Vec<f64>,
    /// Those of the others.
    pub failing: Vec<f64>,
    /// How many runs have no such number, and why; empty if all have one.
    pub missing: String,
}

const VALID: Mark = Mark { shape: MarkShape::Ring, colour: colour::BLUE };
const FAILING: Mark = Mark { shape: MarkShape::Dot, colour: colour::VERMILION };

/// A plot has about this many bars.
const BARS: f64 = 25.0;

/// Draws the bars: those of failing runs are filled, and those of valid ones are outlined, on top of
/// them. None if there is no number.
pub fn plot(distribution: &Histogram) -> io::Result<Option<Plot>> {
    let Histogram { file, title, words, resolution, valid, failing, missing } = distribution;
    let all = || valid.iter().chain(failing).copied();
    let Some(least) = all().reduce(f64::min) else { return Ok(None) };
    let most = all().fold(least, f64::max);
    let width = round_up((most - least) / BARS).max(*resolution);
    let width = if most > least { width } else { round_up(most / BARS).max(*resolution) };
    let first = (least / width + 1e-9).floor();
    // An axis that all but begins at zero does.
    let first = if first < BARS { 0.0 } else { first };
    let place = |number: f64| ((number / width + 1e-9).floor() - first) as usize;
    let mut bars = vec![(0_u64, 0_u64); place(most) + 1];
    valid.iter().for_each(|&number| bars[place(number)].0 += 1);
    failing.iter().for_each(|&number| bars[place(number)].1 += 1);

    let edge = |place: usize| (first + place as f64) * width;
    let mut content = vec![];
    for (place, &(valid, failing)) in bars.iter().enumerate() {
        let (left, right) = (edge(place), edge(place + 1));
        let [low, high] = [failing as f64, (failing + valid) as f64];
        if failing > 0 {
            content.push(Item::Bar(FAILING.colour, true, [(left, 0.0), (right, low)]));
        }
        if valid > 0 {
            content.push(Item::Bar(VALID.colour, false, [(left, low), (right, high)]));
        }
    }
    let highest = bars.iter().map(|(valid, failing)| valid + failing).max().unwrap_or_default();
    let legend = [(VALID, "valid", valid.len()), (FAILING, "failing", failing.len())];
    let legend = legend.into_iter().filter(|(.., count)| *count > 0);
    let frame = Frame {
        across: Across::Numbers { words, from: edge(0), to: edge(bars.len()) },
        title,
        note: format!("Counted by steps of {width}. {missing}").trim_end().to_owned(),
        unit: "runs",
        ticks: whole_ticks(highest),
        legend: legend.map(|(mark, word, count)| (mark, format!("{word}: {count}"))).collect(),
        content,
    };
    Ok(Some(Plot { file, label: title, svg: frame.draw()? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(resolution: f64, valid: &[f64], failing: &[f64]) -> Option<String> {
        let histogram = Histogram {
            file: "numbers.svg",
            title: "Numbers",
            words: "a number",
            resolution,
            valid: valid.to_vec(),
            failing: failing.to_vec(),
            missing: String::new(),
        };
        plot(&histogram).unwrap().map(|plot| plot.svg)
    }

    #[test]
    fn bars_are_as_wide_as_the_numbers_need() {
        for (resolution, numbers, width) in [
            (0.01, &[6.75, 13.3][..], "0.5"),
            (0.01, &[1000.2, 1000.9], "0.05"),
            (0.01, &[7.0, 7.0], "0.5"),
            (1.0, &[0.0, 0.0, 0.0], "1"),
            (1.0, &[3.0, 30_000.0], "2000"),
        ] {
            let svg = drawn(resolution, numbers, &[]).unwrap();
            assert!(svg.contains(&format!("Counted by steps of {width}.\n")), "{numbers:?}: {svg}");
        }
        assert_eq!(drawn(1.0, &[], &[]), None);
    }

    #[test]
    fn every_run_is_counted_once() {
        let svg = drawn(1.0, &[1.0, 2.0, 2.0], &[2.0]).unwrap();
        assert!(svg.contains("valid: 3") && svg.contains("failing: 1"), "{svg}");
        let filled = format!("fill=\"{}\" stroke=\"none\"", "#D55E00");
        assert_eq!(svg.matches(&filled).count(), 2, "a bar, and its mark in the legend: {svg}");
        assert!(!drawn(1.0, &[1.0], &[]).unwrap().contains("failing"));
    }
}

//! Pictures of the four shapes of a partition. A line joins two nodes that reach each other.

use std::f64::consts::TAU;
use std::fmt::Write;

use workbench::names::NodeNames;
use workbench::network::partition::{Partition, PartitionShape};
use workbench::random::generator;

const SHAPES: [PartitionShape; 4] = [
    PartitionShape::One,
    PartitionShape::MinorityThird,
    PartitionShape::Majority,
    PartitionShape::MajoritiesRing,
];

/// The size of one shape's picture.
const WIDTH: f64 = 170.0;
const HEIGHT: f64 = 190.0;
/// The radius of the circle that the nodes are on, and that of a node.
const RING: f64 = 56.0;
const NODE: f64 = 13.0;

/// One partition of each shape over `nodes` nodes, as `seed` gives them.
fn partitions(nodes: usize, seed: u64) -> impl Iterator<Item = Partition> {
    let nodes = NodeNames::numbered(nodes);
    SHAPES
        .into_iter()
        .map(move |shape| Partition::of_shape(0, shape, &nodes, &mut generator(seed, "nemesis")))
}

/// The shapes in words, one line each: the name and the sides or, for a ring, whom each node hears.
pub fn words(nodes: usize, seed: u64) -> String {
    let line = |partition: Partition| {
        let words = partition.to_string().replace(", ", &format!("\n{:16}", ""));
        format!("{:<16}{words}\n", partition.shape.name())
    };
    partitions(nodes, seed).map(line).collect()
}

/// The same as an SVG, two in a row, which is as many as fit on a phone.
pub fn svg(nodes: usize, seed: u64) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" \
         width=\"{}\" font-family=\"sans-serif\" font-size=\"12\" text-anchor=\"middle\" \
         fill=\"currentColor\" stroke=\"none\" role=\"img\">",
        WIDTH * 2.0,
        HEIGHT * 2.0,
        WIDTH * 2.0
    );
    for (place, partition) in partitions(nodes, seed).enumerate() {
        let (left, top) = (WIDTH * (place % 2) as f64, HEIGHT * (place / 2) as f64);
        let _ = write!(svg, "<g transform=\"translate({left} {top})\">");
        draw(&mut svg, &partition);
        svg += "</g>";
    }
    svg + "</svg>\n"
}

fn draw(svg: &mut String, partition: &Partition) {
    let nodes = partition.nodes();
    let place = |node: usize| {
        let angle = TAU * node as f64 / nodes as f64 - TAU / 4.0;
        (WIDTH / 2.0 + RING * angle.cos(), 82.0 + RING * angle.sin())
    };
    for one in 0..nodes {
        for other in one + 1..nodes {
            let heard =
                partition.reachable_from(one, other) && partition.reachable_from(other, one);
            // A blocked link is dotted and pale.
            let look = if heard { "" } else { " stroke-dasharray=\"1 5\" stroke-opacity=\"0.4\"" };
            let ((x1, y1), (x2, y2)) = (place(one), place(other));
            let _ = write!(
                svg,
                "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" \
                 stroke=\"currentColor\" stroke-width=\"1.5\"{look}/>"
            );
        }
    }
    for node in 0..nodes {
        let (x, y) = place(node);
        // Whether a node hears n0: shown by Okabe and Ito's colours, and by dashes.
        let look = match partition.reachable_from(node, 0) {
            true => "stroke=\"#0072b2\"",
            false => "stroke=\"#d55e00\" stroke-dasharray=\"5 3\"",
        };
        let _ = write!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{NODE}\" fill=\"var(--bg, #fff)\" \
             stroke-width=\"3\" {look}/><text x=\"{x:.1}\" y=\"{:.1}\">n{node}</text>",
            y + 4.0
        );
    }
    let _ = write!(
        svg,
        "<text x=\"{}\" y=\"{}\">{}</text>",
        WIDTH / 2.0,
        HEIGHT - 12.0,
        partition.shape.name()
    );
}

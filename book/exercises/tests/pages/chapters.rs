//! What the chapters before and after the stages show: runs, and the four shapes of a partition.

use exercises::make::Make;
use exercises::shapes;
use workbench::report::message_window::{Fate, Message, Window};
use workbench::report::replay::trace;
use workbench::time::Time;

use crate::keep;
use crate::runs::stage;

/// The runs: the name of each snapshot, and the command that prints it.
pub const RUNS: &[(&str, &str)] = &[
    ("start", START),
    ("start-unlucky", "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=866"),
    (
        "run-3c-of-25",
        "make simulate MODULE=broadcast-3c WORKLOAD=broadcast-3b SEED=1 \
         FLAGS=\"--node-count 25 --latency 100\"",
    ),
    (
        "run-3b-121-strict",
        "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=121 FLAGS=\"--strict\"",
    ),
];

/// The run that the first page replays.
const START: &str = "make simulate MODULE=broadcast-3c SEED=866 FLAGS=\"--latency 100\"";

fn make(command: &str) -> Make {
    command.parse().unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn the_runs_in_the_chapters_print_what_they_show() {
    for (name, command) in RUNS {
        let make = make(command);
        keep(&format!("{name}.txt"), &make.prints(&stage(make.module()), make.module()));
    }
}

#[test]
fn the_captions_of_the_first_page_are_true() {
    let make = make(START);
    let run = make.judged(&stage(make.module()), make.module());
    let at = Time::from_millis;
    let scene = run.scene(Window { from: at(0), to: at(4000) });
    keep("start.trace.json", &trace(&scene));
    let copy = |message: &&Message| message.body.get().contains("\"message\":0,");
    let end = |name: &str| run.info.nodes.endpoint(name).expect("a node");
    let ends = |src: &str, dest: &str| {
        let copies = scene.messages.iter().filter(copy);
        copies
            .filter(|m| m.src == end(src) && m.dest == end(dest))
            .map(|m| (m.sent, m.fate))
            .collect::<Vec<_>>()
    };
    assert_eq!(run.info.partitions.len(), 1);
    assert_eq!(run.info.partitions[0].sides, "n0 n3 | n1 n2 n4");
    assert_eq!(run.info.partitions[0].until, Some(at(2068)));
    for near in ["n1", "n4"] {
        assert_eq!(ends("n2", near)[0], (at(0), Fate::Delivered(at(100))));
    }
    for far in ["n0", "n3"] {
        assert_eq!(ends("n2", far)[0], (at(0), Fate::Dropped(at(100), 0)));
    }
    assert_eq!(ends("n2", "n0")[1], (at(1035), Fate::Dropped(at(1135), 0)));
    // The first copy that arrives there, from any sender.
    let first = |dest: &str| {
        let copies = scene.messages.iter().filter(copy);
        let arrived = copies.filter(|message| message.dest == end(dest));
        arrived.filter(|m| matches!(m.fate, Fate::Delivered(_))).map(|m| m.fate.time()).min()
    };
    assert_eq!([first("n0"), first("n3")], [Some(Some(at(2187))), Some(Some(at(2227)))]);
}

#[test]
fn the_four_shapes() {
    keep("shapes.txt", &shapes::words(5, 1));
    keep("shapes.svg", &shapes::svg(5, 1));
    keep("shapes-of-three.txt", &shapes::words(3, 1));
}

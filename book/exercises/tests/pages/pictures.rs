//! The replays and diagrams on the stages' pages: each shows a window of a run.

use std::ops::Range;

use exercises::make::Make;
use exercises::mutations::ALL;
use workbench::report::diagram::diagram;
use workbench::report::message_window::{Fate, Message, MessageWindow};
use workbench::report::replay::trace;
use workbench::time::Time;

use crate::keep;
use crate::runs::stage;

/// The window of the run of `command`, in milliseconds.
fn scene(command: &str, window: Range<i64>) -> MessageWindow {
    let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
    make.scene(&stage(make.module()), make.module(), window.start, window.end)
}

/// When node `src` sent value 0 to node `dest`, in milliseconds. The captions repeat these times.
fn tries(scene: &MessageWindow, src: &str, dest: &str) -> Vec<i64> {
    let [src, dest] = [src, dest].map(|name| scene.info.nodes.endpoint(name).expect("a node"));
    let is_try = |message: &&Message| {
        message.src == src && message.dest == dest && message.body.get().contains("\"message\":0,")
    };
    scene.messages.iter().filter(is_try).map(|message| message.sent.millis()).collect()
}

/// When the first partition healed, in milliseconds.
fn heal(scene: &MessageWindow) -> Option<i64> {
    scene.info.partitions[0].until.map(Time::millis)
}

#[test]
fn one_value_spreads() {
    let command = "make simulate MODULE=broadcast-3b FLAGS=\"--rate 1 --latency 100\" SEED=115";
    let scene = scene(command, 0..260);
    assert_eq!(scene.messages.len(), 22, "the client's two, and twenty copies");
    keep("trace-spread.json", &trace(&scene));
    keep("diagram-spread.svg", &diagram(&scene, &[]));
}

#[test]
fn without_the_seen_before_check_copies_double_at_each_step() {
    let mutation = ALL.iter().find(|mutation| mutation.name == "no-seen-before-check");
    let mutation = mutation.expect("the mutation");
    let make: Make = CYCLE.parse().unwrap_or_else(|why| panic!("{why}"));
    let scene = make.scene(&(mutation.program)(), mutation.stage, 0, 390);
    assert_eq!(scene.messages.len(), 2 + 2 + 4 + 8 + 16, "the client's two; then twice as many");
    keep("trace-cycle.json", &trace(&scene));
}

/// What a reader types after removing the check.
pub const CYCLE: &str = "make simulate MODULE=broadcast-3b \
                         FLAGS=\"--node-count 3 --rate 1 --latency 100\" SEED=115";

#[test]
fn one_value_is_lost_by_3b_and_delivered_by_3c() {
    let flags = "FLAGS=\"--rate 1 --latency 100\" SEED=413";
    let lost =
        scene(&format!("make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c {flags}"), 0..3900);
    let delivered = scene(&format!("make simulate MODULE=broadcast-3c {flags}"), 0..3900);
    assert_eq!(lost.info.partitions, delivered.info.partitions);
    assert_eq!(heal(&delivered), Some(2506));
    assert_eq!(tries(&delivered, "n4", "n0"), [0, 1047, 2128, 3252]);
    let read = |message: &&Message| message.body.get().contains("\"messages\":[]");
    let reads = [&lost, &delivered].map(|scene| scene.messages.iter().find(read).map(|m| m.sent));
    assert_eq!(reads, [Some(Time::from_millis(2752)); 2], "n0 is read, and lacks the value");
    keep("trace-3b-one-value.json", &trace(&lost));
    keep("trace-3c-one-value.json", &trace(&delivered));
}

#[test]
fn a_value_reaches_every_node_of_a_ring() {
    let command = "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c \
                   FLAGS=\"--rate 1 --latency 100\" SEED=115";
    let scene = scene(command, 0..450);
    let dropped = |message: &&Message| matches!(message.fate, Fate::Dropped(..));
    assert_eq!(scene.messages.iter().filter(dropped).count(), 10, "of twenty");
    keep("trace-ring.json", &trace(&scene));
}

#[test]
fn retries_form_a_staircase() {
    let command = "make simulate MODULE=broadcast-3c FLAGS=\"--rate 1 --latency 100\" SEED=613";
    let scene = scene(command, 0..6300);
    assert_eq!(heal(&scene), Some(5617));
    assert_eq!(tries(&scene, "n1", "n0"), [0, 1048, 2142, 3268, 4600, 6021]);
    keep("trace-staircase.json", &trace(&scene));
    keep("diagram-staircase.svg", &diagram(&scene, &[0, 1]));
}

//! Solutions to the book's exercises: whole servers, each started as a copy of a stage.

use workbench::cluster::tasks::Program;

/// A solution.
pub struct Solution {
    /// The name of the reader's own stage. Its file here has underscores instead of hyphens.
    pub name: &'static str,
    /// The challenge that it faces if a command names none: that of the stage that it was copied from, unless
    /// it was begun with another.
    pub from: &'static str,
    /// What its line in `workbench/challenges.mk` adds to that challenge.
    pub flags: &'static str,
    /// The commands that show its effect, each with the name of its snapshot.
    pub runs: &'static [(&'static str, &'static str)],
    /// The server.
    pub program: fn() -> Program,
}

macro_rules! solutions {
    ($($module:ident, $name:literal from $from:literal $(with $flags:literal)?: $($snapshot:literal $run:literal)*;)*) => {
        $(#[allow(missing_docs)] pub mod $module;)*

        /// Every solution.
        pub const ALL: &[Solution] = &[$(Solution {
            name: $name,
            from: $from,
            flags: concat!($($flags)?),
            runs: &[$(($snapshot, $run)),*],
            program: Program::of::<$module::Server>,
        }),*];
    };
}

solutions! {
    counting_echo, "counting-echo" from "echo":
        "counting-echo" "make simulate MODULE=counting-echo SEED=1";
    slow_echo, "slow-echo" from "echo":
        "slow-echo" "make simulate MODULE=slow-echo SEED=1";
    random_ids, "random-ids" from "unique-ids":
        "random-ids" "make simulate MODULE=random-ids SEED=1";
    restarted_ids, "restarted-ids" from "unique-ids":
        "restarted-ids" "make simulate MODULE=restarted-ids SEED=1";
    ordered, "ordered" from "broadcast-3a":
        "ordered" "make simulate MODULE=ordered SEED=1";
    bounded, "bounded" from "broadcast-3a":
        "bounded" "make simulate MODULE=bounded SEED=1";
    neighbours, "neighbours" from "broadcast-3b":
        "neighbours" "make simulate MODULE=neighbours SEED=1"
        "neighbours-line" "make simulate MODULE=neighbours FLAGS=\"--topology line\" SEED=1";
    anti_entropy, "anti-entropy" from "broadcast-3b":
        "anti-entropy" "make sweep MODULE=anti-entropy WORKLOAD=broadcast-3c SEEDS=100";
    patient, "patient" from "broadcast-3c":
        "patient-slow" "make simulate MODULE=patient WORKLOAD=broadcast-3b FLAGS=\"--latency 600\" SEED=1"
        "patient" "make sweep MODULE=patient SEEDS=20";
    batches, "batches" from "broadcast-3c":
        "batches" "make simulate MODULE=batches SEED=1"
        "batches-sweep" "make sweep MODULE=batches SEEDS=20"
        "batches-rate-100" "make simulate MODULE=batches FLAGS=\"--rate 100\" SEED=1";
    acknowledged, "acknowledged" from "broadcast-3b":
        "acknowledged" "make simulate MODULE=acknowledged SEED=1";
    my_tree, "my-tree" from "broadcast-3d" with "--topology tree4":
        "tree" "make simulate MODULE=my-tree SEED=1"
        "tree-partitioned" "make simulate MODULE=my-tree WORKLOAD=broadcast-3c SEED=1 FLAGS=\"--topology tree2\"";
    my_broadcast_3d, "my-broadcast-3d" from "broadcast-3d":
        "3d" "make simulate MODULE=my-broadcast-3d SEED=1"
        "3d-sweep" "make sweep MODULE=my-broadcast-3d SEEDS=100"
        "3d-partitioned" "make sweep MODULE=my-broadcast-3d WORKLOAD=broadcast-3c SEEDS=20 FLAGS=\"--node-count 25 --rate 100 --latency 100 --strict\"";
    my_broadcast_3e, "my-broadcast-3e" from "broadcast-3e":
        "3e" "make simulate MODULE=my-broadcast-3e SEED=1"
        "3e-sweep" "make sweep MODULE=my-broadcast-3e SEEDS=100"
        "3e-partitioned" "make sweep MODULE=my-broadcast-3e WORKLOAD=broadcast-3c SEEDS=20 FLAGS=\"--node-count 25 --rate 100 --latency 100 --strict\"";
    lossy_counter, "lossy-counter" from "counter":
        "lossy-counter" "make simulate MODULE=lossy-counter SEED=1";
    stale_counter, "stale-counter" from "counter":
        "stale-counter" "make sweep MODULE=stale-counter SEEDS=100";
    my_counter, "my-counter" from "counter":
        "my-counter" "make simulate MODULE=my-counter SEED=1"
        "my-counter-sweep" "make sweep MODULE=my-counter SEEDS=100";
    gossip_counter, "gossip-counter" from "counter":
        "gossip-counter" "make simulate MODULE=gossip-counter SEED=1"
        "gossip-counter-sweep" "make sweep MODULE=gossip-counter SEEDS=100";
}

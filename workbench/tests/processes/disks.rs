//! Disks that are full: what could not be written is named, and nothing looks whole that is not.

use std::os::unix::fs::symlink;

use crate::bench::{Bench, Finished, Running};

crate::tests![
    a_file_that_cannot_be_written_is_named,
    a_journal_that_cannot_be_written_ends_the_run,
];

/// The files that are written when the run is over, in their order.
const FILES: [&str; 5] = ["history.txt", "history.json", "run.json", "results.edn", "results.json"];

#[track_caller]
fn could_not_write(finished: Finished, name: &str, why: &str) {
    let finished = finished.fails(255, &["could not write ", &format!("{name}: {why}")]);
    let finished = finished.fails(255, &["No verdict. The seed was "]);
    assert_eq!(finished.stdout, "");
    let exists = |name: &str| finished.store.join("latest").join(name).exists();
    assert!(!exists(name), "{name} looks whole");
    assert!(!exists("results.json"), "there is no verdict");
}

fn a_file_that_cannot_be_written_is_named() {
    // Under the name that it has while it is written, the file is a device that is always full.
    let on_a_full_disk = |name| -> (Running, &str) {
        let mut running = Bench::of("good").flags("-w echo --node-count 1").start();
        running.wait_for("main phase");
        let file = running.latest().join(format!("{name}.part"));
        symlink("/dev/full", file).expect("a link");
        (running, name)
    };
    let running = FILES.map(on_a_full_disk);
    for (running, name) in running {
        could_not_write(running.finish(), name, "No space left on device");
    }
}

fn a_journal_that_cannot_be_written_ends_the_run() {
    let bench = Bench::of("good").flags("-w echo --node-count 1 --rate 2000 --time-limit 50");
    // Without the signal, the limit is an error like that of a full disk.
    let finished = bench.after("trap '' XFSZ; ulimit -f 64").run();
    assert!(finished.took.as_secs() < 20, "it took {:?}", finished.took);
    could_not_write(finished, "journal.jsonl", "File too large");
}

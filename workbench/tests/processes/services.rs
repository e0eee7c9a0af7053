//! Nodes that ask services, as processes.

use std::ffi::OsStr;

use serde_json::Value as Json;

use crate::bench::{Bench, Finished, workbench};
use crate::files;

crate::tests![nodes_that_count_in_lin_kv_make_unique_ids];

fn journal(finished: &Finished) -> Vec<Json> {
    let journal = finished.text("journal.jsonl");
    journal.lines().map(|line| serde_json::from_str(line).expect("a message")).collect()
}

/// And what is stored of the run can be read again by all that read it.
fn nodes_that_count_in_lin_kv_make_unique_ids() {
    let flags = "-w unique-ids --node-count 3 --latency 2 --latency-dist exponential \
                 --nemesis partition --nemesis-interval 0.1 --availability total";
    let finished = Bench::of("counts-in-lin-kv").flags(flags).run().ends(0, &["no two equal"]);
    files::check(&finished);
    let between = |message: &&Json| message["src"] == "lin-kv" || message["dest"] == "lin-kv";
    let count = journal(&finished).iter().filter(between).count();
    assert!(count >= 4, "{count}");
    assert_eq!(finished.json("results.json")["net"]["servers"]["msg-count"], count);

    let latest = finished.store.join("latest");
    for command in ["check", "report", "diagram"] {
        let output = workbench(&[OsStr::new(command), latest.as_os_str()]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{command}: {said}");
        if command == "diagram" {
            let picture = String::from_utf8_lossy(&output.stdout);
            assert!(picture.contains(">lin-kv</text>"), "{picture}");
        }
    }
    assert!(finished.text("report.html").contains("\"services\":[\"lin-kv\"]"));
}

//! What is done with a run that is over: it is judged again, and pruned.

use std::ffi::OsStr;
use std::process::Output;

use crate::bench::{Bench, workbench};

crate::tests![
    a_run_without_a_verdict_cannot_be_checked_again,
    a_check_judges_the_files_as_they_are,
    prune_says_what_it_removed,
    nodes_have_the_names_they_are_given,
];

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    (output.status.code(), text.concat())
}

fn check(store: impl AsRef<OsStr>) -> (Option<i32>, String) {
    said(&workbench(&["check".as_ref(), store.as_ref()]))
}

fn a_run_without_a_verdict_cannot_be_checked_again() {
    let bench = Bench::of("exits").flags("-w echo --node-count 1").arguments(["start"]);
    let finished = bench.run().fails(255, &["No verdict"]);
    let (code, words) = check(finished.store.join("latest"));
    assert_eq!(code, Some(254));
    assert!(words.contains("latest has no verdict and cannot get one"), "{words}");
    assert!(words.contains("n0 exited with status"), "the run's own words: {words}");

    let finished = Bench::of_program("no-such-program").flags("-w echo").run().fails(255, &[]);
    let latest = finished.store.join("latest");
    let (code, words) = check(&latest);
    assert_eq!(code, Some(254));
    assert!(words.contains("it has no run.json"), "{words}");
    let mut names: Vec<_> = latest.read_dir().unwrap().map(|e| e.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["node-logs"], "and no journal that has begun");

    let (code, words) = check(finished.store.join("nowhere"));
    assert_eq!(code, Some(254));
    assert!(words.contains("there is no run in "), "{words}");
}

/// A lost value that somebody takes out of a read is lost again.
fn a_check_judges_the_files_as_they_are() {
    let finished = Bench::of("good").flags("-w unique-ids --node-count 2").run().ends(0, &[]);
    let history = finished.text("history.json");
    let (given, other) = ("\"value\":\"n0-1\"", "\"value\":\"n0-2\"");
    assert!(history.contains(given) && history.contains(other), "{history}");
    let path = finished.store.join("latest/history.json");
    std::fs::write(path, history.replace(given, other)).expect("a file");
    let (code, words) = check(finished.store.join("latest"));
    assert_eq!(code, Some(1));
    assert!(words.contains("1 id given out more than once"), "{words}");
    assert_eq!(finished.json("results.json")["valid?"], false);
    assert_eq!(finished.json("run.json")["outcome"], "invalid");

    let path = finished.store.join("latest/history.json");
    std::fs::write(path, "[{\"time\":1}]").expect("a file");
    let (code, words) = check(finished.store.join("latest"));
    assert_eq!(code, Some(255));
    assert!(words.contains("could not read ") && words.contains("history.json"), "{words}");
}

fn prune_says_what_it_removed() {
    let run = || Bench::of("good").flags("-w echo --node-count 1 --time-limit 0.1");
    let finished = run().run().ends(0, &[]);
    let store = finished.store.as_os_str();
    let first = finished.store.join("latest").canonicalize().expect("a run");
    let again = run().with(|command, _| command.arg("--store").arg(store));
    again.run().ends(0, &[]);
    let prune = |keep: &str| {
        said(&workbench(
            &["prune", "--keep", keep, "--store"]
                .map(OsStr::new)
                .into_iter()
                .chain([store])
                .collect::<Vec<_>>(),
        ))
    };
    let (code, words) = prune("2");
    assert_eq!(code, Some(0));
    assert!(
        words.starts_with("Removed 0 runs and sweeps, 0 MB; left 2 runs and sweeps, "),
        "{words}"
    );
    let (code, words) = prune("1");
    assert_eq!(code, Some(0));
    let name = first.file_name().expect("a name").to_string_lossy();
    assert!(words.lines().next().is_some_and(|line| line.contains(&*name)), "{words}");
    assert!(words.contains("\nRemoved 1 run or sweep, 1 MB; left 1 run or sweep, 1 MB"), "{words}");
    assert!(!first.exists() && finished.store.join("latest/run.json").exists());
    let (code, words) = said(&workbench(&["prune", "--store", "/nowhere"].map(OsStr::new)));
    assert_eq!(
        (code, words.as_str()),
        (Some(254), "there is no store in /nowhere: give its folder with --store\n")
    );
}

fn nodes_have_the_names_they_are_given() {
    let bench = Bench::of("good")
        .flags("-w unique-ids")
        .with(|command, _| command.args(["--nodes", "zoe, b-2", "-n", "amy"]));
    let finished = bench.run().ends(0, &["no two equal"]);
    crate::files::check(&finished);
    for node in ["zoe", "b-2", "amy"] {
        assert!(finished.text(&format!("node-logs/{node}.log")).starts_with("pid "), "{node}");
        assert!(finished.text("history.json").contains(&format!("\"value\":\"{node}-1\"")));
    }
    let init = finished.text("journal.jsonl");
    assert!(init.contains("\"node_id\":\"amy\",\"node_ids\":[\"zoe\",\"b-2\",\"amy\"]"), "{init}");
    let store = finished.store.join("latest");
    let arguments = ["diagram".as_ref(), store.as_os_str(), "--nodes".as_ref(), "amy".as_ref()];
    let (code, picture) = said(&workbench(&arguments));
    assert_eq!(code, Some(0), "{picture}");
    assert!(picture.contains(">amy</text>") && !picture.contains(">zoe</text>"));
}

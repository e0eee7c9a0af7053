//! What the files of a run must say, whatever the run was.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::bench::{Finished, workbench};

/// The files of a run that has a verdict, but for the nodes' logs.
const FILES: [&str; 15] = [
    "history.json",
    "history.txt",
    "journal.jsonl",
    "latency-quantiles.svg",
    "latency.svg",
    "messages-per-second.svg",
    "messages.svg",
    "node-logs",
    "report.html",
    "results.edn",
    "results.json",
    "run.json",
    "scenario.toml",
    "summary.json",
    "trace.json",
];

/// The plot that only a broadcast has.
const SPREAD: &str = "spread.svg";

/// Asserts that a run with a verdict left all files, that they can be read, that they agree, and that
/// `workbench check` makes the same of them as the run did.
pub fn check(finished: &Finished) {
    check_those(finished, &FILES);
}

/// The same of a run with too many operations for a scenario.
pub fn check_long_run(finished: &Finished) {
    let files: Vec<&str> = FILES.into_iter().filter(|name| *name != "scenario.toml").collect();
    check_those(finished, &files);
}

fn check_those(finished: &Finished, files: &[&str]) {
    check_again(finished);
    let entries = finished.store.join("latest").read_dir().expect("store/latest is a folder");
    let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    names.retain(|name| name != SPREAD);
    assert_eq!(names, files, "the files of {}", finished.store.display());
    let (journal, history) = (check_journal(finished), check_history(finished));

    let results = finished.json("results.json");
    assert_eq!(results["net"]["all"]["msg-count"], journal.len());
    let delivered = journal.iter().filter(|message| !message["delivered"].is_null()).count();
    assert_eq!(results["net"]["all"]["recv-count"], delivered);
    let invoked = history.iter().filter(|event| event["type"] == "invoke").count();
    assert_eq!(results["stats"]["count"], invoked, "no operation of a whole run stays open");
    let is_asked = |message: &&Json| {
        let kind = message["body"]["type"].as_str().unwrap_or_default();
        name(message, "src").starts_with('c') && !["init", "topology"].contains(&kind)
    };
    assert_eq!(journal.iter().filter(is_asked).count(), invoked, "an operation is a message");
    let edn = finished.text("results.edn");
    assert!(edn.starts_with('{') && edn.ends_with("}\n"), "{edn}");
    assert!(edn.contains(&format!(":msg-count {}", journal.len())), "{edn}");
}

/// Asserts that a run that is judged again prints and writes what it did the first time.
fn check_again(finished: &Finished) {
    let written = ["results.edn", "results.json", "run.json", "history.json", "report.html"];
    let read = || written.map(|name| finished.file(name));
    let before = read();
    let output = workbench(&["check".as_ref(), finished.store.join("latest").as_ref()]);
    assert_eq!(output.status.code(), finished.code);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    // What the run printed may not have been read.
    if !finished.stdout.is_empty() {
        // The run may have been given a relative path.
        let folder = format!("{}/", finished.folder.path().display());
        let printed = String::from_utf8_lossy(&output.stdout).replace(&folder, "");
        assert_eq!(printed, finished.stdout.replace(&folder, ""));
    }
    for ((name, before), after) in written.iter().zip(before).zip(read()) {
        assert!(before == after, "{name} is another than before");
    }
}

/// Asserts that each message is there once, at sensible times. Gives the journal.
pub fn check_journal(finished: &Finished) -> Vec<Json> {
    let text = finished.text("journal.jsonl");
    let line = |line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"));
    let mut journal: Vec<Json> = text.lines().map(line).collect();
    journal.sort_by_key(|message| message["id"].as_u64());
    for (number, message) in journal.iter().enumerate() {
        assert_eq!(message["id"], number, "ids are dense");
        assert!(message["body"].is_object(), "{message}");
        let time = |key: &str| message[key].as_i64();
        let sent = time("sent").expect("a time of sending");
        let has_set_up = ["init", "init_ok", "topology", "topology_ok"]
            .contains(&message["body"]["type"].as_str().unwrap_or_default());
        assert!(sent >= 0 || has_set_up, "time begins with the main phase: {message}");
        assert!(sent.abs() < 60_000_000_000, "{message}");
        assert_eq!(time("dropped").is_some(), time("partition").is_some(), "{message}");
        match (time("delivered"), time("dropped")) {
            (Some(end), None) | (None, Some(end)) => assert!(end >= sent, "{message}"),
            ends => assert_eq!(ends, (None, None), "{message}"),
        }
        if [name(message, "src"), name(message, "dest")].iter().any(|name| name.starts_with('c')) {
            let latency = time("delivered").expect("clients are never cut off") - sent;
            assert!(latency < 20_000_000, "a client's message takes no time: {message}");
        }
    }
    journal
}

/// Asserts that both histories say the same, and that every operation has one end at most. Gives
/// the events.
pub fn check_history(finished: &Finished) -> Vec<Json> {
    let Json::Array(events) = finished.json("history.json") else { panic!("no list") };
    let text = finished.text("history.txt");
    assert_eq!(text.lines().count(), events.len());
    let mut open = BTreeMap::new();
    let mut last = i64::MIN;
    for ((index, event), line) in events.iter().enumerate().zip(text.lines()) {
        assert_eq!(event["index"], index);
        let time = event["time"].as_i64().expect("a time");
        assert!(time >= last, "time goes on: {event}");
        last = time;
        let (kind, f) = (name(event, "type"), name(event, "f"));
        let process = match &event["process"] {
            Json::String(name) => format!(":{name}"),
            number => number.to_string(),
        };
        assert!(line.starts_with(&format!("{process}\t:{kind}\t:{f}\t")), "{line}: {event}");
        match (&event["process"], kind) {
            (Json::String(_), _) => assert_eq!(kind, "info", "the nemesis only informs"),
            (_, "invoke") => assert_eq!(open.insert(process, (f, &event["node"])), None, "{event}"),
            (_, "ok" | "fail" | "info") => {
                assert_eq!(open.remove(&process), Some((f, &event["node"])), "{event}");
            }
            _ => panic!("{event}"),
        }
    }
    events
}

/// How many events there are of that type.
pub fn count(events: &[Json], kind: &str) -> usize {
    events.iter().filter(|event| event["type"] == kind && event["process"] != "nemesis").count()
}

fn name<'a>(json: &'a Json, key: &str) -> &'a str {
    json[key].as_str().unwrap_or_else(|| panic!("no {key}: {json}"))
}

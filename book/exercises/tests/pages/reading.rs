//! What "Reading a run" shows: parts of the files of one run.

use exercises::make::Make;
use workbench::record::journal::JournalLine;
use workbench::report::diagram::diagram;
use workbench::report::message_window::{MessageWindow, Window};
use workbench::report::replay::trace;
use workbench::simulation::JudgedRun;
use workbench::time::Time;

use crate::keep;
use crate::runs::stage;

fn run() -> JudgedRun {
    let command = "make simulate MODULE=broadcast-3b WORKLOAD=broadcast-3c SEED=1";
    let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
    make.judged(&stage(make.module()), make.module())
}

#[test]
fn the_part_of_the_results_about_the_network() {
    let edn = run().results.to_edn().pretty();
    let begin = edn.find(":net ").expect("a part :net");
    let end = edn.find("\n :workload").expect("a part after it");
    keep("reading-net.txt", &format!(" {}\n", &edn[begin..end]));
}

#[test]
fn the_beginning_of_the_history() {
    let mut text = vec![];
    workbench::output::history::write_text(&run().recording.history, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let lines: Vec<&str> = text.lines().take(12).collect();
    keep("reading-history.txt", &(lines.join("\n") + "\n"));
}

#[test]
fn two_values_in_the_journal() {
    let run = run();
    let about = |value: &str| {
        let carries = format!("\"message\":{value}");
        let next = |line: &&str| {
            let rest = line.split_once(&carries).map(|(_, rest)| rest);
            rest.is_some_and(|rest| rest.starts_with([',', '}']))
        };
        run.journal.lines().filter(next).take(5).collect::<Vec<_>>()
    };
    let lines = [about("17"), about("18")].concat();
    keep("reading-journal.txt", &(lines.join("\n") + "\n"));
}

#[test]
fn how_many_messages_were_dropped() {
    let run = run();
    let lines = run.journal.lines().map(|line| serde_json::from_str::<JournalLine>(line).unwrap());
    let partitions: Vec<usize> =
        lines.filter(|line| line.dropped.is_some()).filter_map(|line| line.partition).collect();
    let first = partitions.iter().filter(|&&partition| partition == 0).count();
    let servers = run.recording.traffic.servers;
    assert_eq!(partitions.len() as u64, servers.sent - servers.received);
    keep("reading-drops.txt", &format!("{}\n{first}\n", partitions.len()));
}

/// A window of the run, in milliseconds.
fn scene(run: &JudgedRun, from: i64, to: i64) -> MessageWindow {
    run.scene(Window { from: Time::from_millis(from), to: Time::from_millis(to) })
}

#[test]
fn two_values_in_pictures() {
    let run = run();
    keep("reading.svg", &diagram(&scene(&run, 2600, 2750), &[]));
    keep("reading.trace.json", &trace(&scene(&run, 2500, 3500)));
}

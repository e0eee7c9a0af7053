//! The trace of a simulated run, and what a player can read out of it again.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::process::{Command, Output};

use broadcast_3b::Server;
use insta::assert_snapshot;
use serde_json::{Map, Value as Json};
use workbench::cluster::tasks::Program;
use workbench::names::NodeNames;
use workbench::report::message_window::{Fate, MessageWindow, Window};
use workbench::report::replay::trace::trace;
use workbench::simulation::{JudgedRun, judge_run};
use workbench::time::Time;

/// A short run in which messages have every possible fate.
fn run(seed: u64) -> JudgedRun {
    let flags = "-w broadcast --node-count 3 --time-limit 5 --rate 4 --nemesis partition \
                 --nemesis-interval 1 --loss 0.1 --duplicate 0.1 --latency 30 \
                 --latency-dist exponential";
    judge_run(Program::of::<Server>(), &flags.parse().unwrap(), seed).unwrap()
}

fn window(from: i64, to: i64) -> Window {
    Window { from: Time::from_millis(from), to: Time::from_millis(to) }
}

/// A trace, unpacked the way the player does it.
struct Unpacked {
    json: Json,
    messages: Vec<Message>,
}

#[derive(Debug, PartialEq)]
struct Message {
    src: String,
    dest: String,
    sent: i64,
    ended: i64,
    fate: char,
    duplicate: bool,
    body: Json,
}

impl Unpacked {
    fn new(trace: &str) -> Unpacked {
        let json: Json = serde_json::from_str(trace).unwrap();
        let duplicates = undo(&json["duplicates"]);
        let mut fields = json["fields"].as_array().unwrap().iter();
        let ends = undo(&json["ended"]);
        let fates = json["fate"].as_str().unwrap().chars();
        let routes = numbers(&json["route"]).into_iter().zip(numbers(&json["flight"]));
        let mut messages = vec![];
        for (place, ((route, envelope), fate)) in (0..).zip(routes.zip(fates)) {
            let route = numbers(&json["routes"][route as usize]);
            let shape = json["shapes"][route[2] as usize].as_array().unwrap();
            let field = |field: &Json| {
                let constant = field.get(1).cloned();
                let value = constant.unwrap_or_else(|| fields.next().unwrap().clone());
                (field[0].as_str().unwrap().to_owned(), value)
            };
            let body: Map<String, Json> = shape.iter().map(field).collect();
            let ended = ends[place as usize];
            messages.push(Message {
                src: name(route[0]),
                dest: name(route[1]),
                sent: ended - envelope,
                ended,
                fate,
                duplicate: duplicates.contains(&place),
                body: body.into(),
            });
        }
        assert!(fields.next().is_none(), "every open field belongs to a message");
        Unpacked { messages, json }
    }

    /// The values that a node has at a moment, as the player computes them.
    fn told(&self, node: usize, moment: i64) -> BTreeSet<i64> {
        let mut told: BTreeSet<i64> = undo(&self.json["told"][node]).into_iter().collect();
        let copies = self.json["copies"].as_array().unwrap().iter().map(undo);
        for (value, copies) in undo(&self.json["values"]).into_iter().zip(copies) {
            let mut copies = copies.into_iter().map(|copy| &self.messages[copy as usize]);
            if copies.any(|copy| {
                copy.fate == 'd' && copy.ended < moment && copy.dest == format!("n{node}")
            }) {
                told.insert(value);
            }
        }
        told
    }
}

fn numbers(json: &Json) -> Vec<i64> {
    json.as_array().unwrap().iter().map(|number| number.as_i64().unwrap()).collect()
}

fn undo(json: &Json) -> Vec<i64> {
    let sum = |sum: &mut i64, difference| {
        *sum += difference;
        Some(*sum)
    };
    numbers(json).into_iter().scan(0, sum).collect()
}

fn name(number: i64) -> String {
    if number < 0 { format!("c{}", -1 - number) } else { format!("n{number}") }
}

/// Units of 100 µs.
fn units(time: Time) -> i64 {
    time.nanos().div_euclid(100_000)
}

/// What the trace should say of a message. `end` is that of the trace.
fn expected(
    nodes: &NodeNames,
    message: &workbench::report::message_window::Message,
    end: i64,
) -> Message {
    Message {
        src: nodes.of_endpoint(message.src).into(),
        dest: nodes.of_endpoint(message.dest).into(),
        sent: units(message.sent),
        ended: message.fate.time().map_or(end, units),
        fate: match message.fate {
            Fate::Delivered(_) => 'd',
            Fate::Dropped(..) => 'p',
            Fate::Lost(_) => 'l',
            Fate::UnderWay => 'u',
        },
        duplicate: message.duplicate,
        body: serde_json::from_str(message.body.get()).unwrap(),
    }
}

#[test]
fn the_trace_of_a_seed() {
    assert_snapshot!(trace(&run(1).scene(window(0, 1_000))));
    assert_snapshot!(trace(&run(1).scene(window(2_000, 2_500))));
}

#[test]
fn every_message_can_be_read_back_from_a_trace() {
    let mut fates = BTreeSet::new();
    for seed in 0..5 {
        let run = run(seed);
        for window in [window(-1_000, 20_000), window(1_000, 2_000)] {
            let scene = run.scene(window);
            let unpacked = Unpacked::new(&trace(&scene));
            let last = unpacked.messages.iter().map(|message| message.ended).max().unwrap();
            let expected: Vec<Message> =
                scene.messages.iter().map(|m| expected(&run.info.nodes, m, last)).collect();
            assert_eq!(unpacked.messages, expected, "seed {seed}");
            fates.extend(expected.iter().map(|message| (message.fate, message.duplicate)));
        }
    }
    assert!(
        [('d', false), ('d', true), ('p', false), ('l', false)].iter().all(|f| fates.contains(f))
    );
}

/// A window in the middle knows as much when it begins as the whole run does by then.
#[test]
fn a_window_begins_with_the_values_that_nodes_already_have() {
    let run = run(3);
    let whole = Unpacked::new(&trace(&run.scene(window(0, 20_000))));
    let mut most = 0;
    for from in [1_000, 2_500, 4_000] {
        let part = Unpacked::new(&trace(&run.scene(window(from, from + 500))));
        for node in 0..3 {
            for moment in [from * 10, from * 10 + 2_500, from * 10 + 5_000] {
                let told = part.told(node, moment);
                assert_eq!(told, whole.told(node, moment), "n{node} at {moment}");
                most = most.max(told.len());
            }
        }
    }
    assert!(most > 5, "there is something to know");
}

#[test]
fn a_truncated_trace_counts_what_is_left_out_and_ends_before_it() {
    let run = run(1);
    let open = |most| {
        MessageWindow::read(run.info.clone(), window(0, 20_000), most, run.journal.as_bytes())
    };
    let whole = Unpacked::new(&trace(&open(usize::MAX).unwrap()));
    let part = Unpacked::new(&trace(&open(20).unwrap()));
    assert_eq!(part.json["left_out"], whole.messages.len() - 20);
    assert_eq!(part.json["to"], part.messages[19].ended);
    assert_eq!((&whole.json["left_out"], &whole.json["to"]), (&0.into(), &150_000.into()));
}

fn command(arguments: &[&OsStr]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_workbench")).arg("trace").args(arguments).output().unwrap()
}

#[test]
fn the_command_writes_the_trace_of_a_store() {
    let run = run(1);
    let store = tempfile::tempdir().unwrap();
    fs::write(store.path().join("run.json"), serde_json::to_string(&run.info).unwrap()).unwrap();
    fs::write(store.path().join("journal.jsonl"), &run.journal).unwrap();
    for (flags, window) in [
        (&["--from", "2.0", "--to", "2.5"][..], window(2_000, 2_500)),
        (&["--to=-0.5"], window(0, 0)),
        (&[], window(0, 60_000)),
    ] {
        let arguments = flags.iter().map(OsStr::new).chain([store.path().as_os_str()]);
        let output = command(&arguments.collect::<Vec<_>>());
        if window.from == window.to {
            assert_eq!(output.status.code(), Some(254));
            let words = String::from_utf8(output.stderr).unwrap();
            assert!(words.contains("--from is after --to"), "{words}");
        } else {
            let expected = format!("{}\n", trace(&run.scene(window)));
            assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
        }
    }
    let nowhere = command(&[OsStr::new("no-such-store")]);
    assert_eq!(nowhere.status.code(), Some(254));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("there is no run in no-such-store"));
}

/// A whole run of 6,000 messages has to fit in a page.
#[test]
fn a_trace_takes_less_than_25_bytes_per_message() {
    let flags = "-w broadcast --node-count 5 --time-limit 20 --rate 10 --latency 50";
    let run = judge_run(Program::of::<Server>(), &flags.parse().unwrap(), 1).unwrap();
    let scene = run.scene(window(0, 60_000));
    let per_message = trace(&scene).len() / scene.messages.len();
    assert!(per_message < 25, "{per_message} bytes a message");
}

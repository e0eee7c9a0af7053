//! Space-time diagrams, most of them of broadcast-3b, which forwards each value once and never retries.

use std::fs;

use broadcast_3b::Server;
use clap::Parser;
use common::{Handler, Node, Result};
use serde_json::{Value as Json, json};
use workbench::cluster::tasks::Program;
use workbench::command::diagram::DiagramArguments;
use workbench::error::Error;
use workbench::options::Options;
use workbench::output::history::write_json;
use workbench::report::diagram::{MAX_MESSAGES, busiest_window, diagram};
use workbench::report::message_window::{Fate, Message, MessageWindow, Window};
use workbench::simulation::{JudgedRun, judge_run};
use workbench::time::Time;
use workbench::workload::values::{CopyFate, MissingValue};
use workbench::workload::{DuplicatedId, Explanation, WrongEcho};

fn simulate(flags: &str) -> JudgedRun {
    let flags = format!("-w broadcast --time-limit 5 --rate 10 {flags}");
    let options: Options = flags.parse().unwrap();
    judge_run(Program::of::<Server>(), &options, 2).unwrap()
}

/// The whole run.
fn whole(run: &JudgedRun) -> MessageWindow {
    run.scene(Window { from: Time::ZERO, to: run.info.end })
}

/// The window that tells most.
fn told(run: &JudgedRun) -> MessageWindow {
    run.scene(busiest_window(&whole(run), &Explanation::default()).0)
}

/// The picture of what is explained first.
fn explained(run: &JudgedRun) -> (Explanation, String) {
    let JudgedRun { info, recording, results, journal } = run;
    let history = &recording.history;
    let explanation = results.explain(&info.nodes, history, journal.as_bytes()).unwrap();
    let (window, subject) = busiest_window(&whole(run), &explanation);
    (explanation, diagram(&run.scene(window).about(subject), &[]))
}

/// How often `piece` is in the picture, without its style.
fn count(picture: &str, piece: &str) -> usize {
    let (_, drawn) = picture.split_once("</style>").unwrap();
    drawn.matches(piece).count()
}

#[test]
fn messages_dropped_by_a_partition_are_drawn() {
    let run = simulate("--node-count 5 --nemesis partition");
    let scene = told(&run);
    let picture = diagram(&scene, &[]);
    assert_eq!(picture, diagram(&told(&simulate("--node-count 5 --nemesis partition")), &[]));
    insta::assert_binary_snapshot!("partition.svg", picture.clone().into_bytes());

    let is_dropped = |message: &&Message| matches!(message.fate, Fate::Dropped(..));
    let dropped = scene.messages.iter().filter(is_dropped).count();
    assert!(dropped > 0);
    // One more is the legend's.
    assert_eq!(count(&picture, "<g class=\"dropped\">"), dropped + 1);
    assert!(picture.contains("dropped at 0.000 s by the partition n2 n3 | n0 n1 n4"), "{picture}");
}

#[test]
fn only_messages_about_the_first_lost_value_are_drawn() {
    let run = simulate("--node-count 5 --nemesis partition --nemesis-interval 1");
    let (explanation, picture) = explained(&run);
    let missing = explanation.of::<MissingValue>()[0];
    let value = missing.value;
    assert!(
        picture.contains(&format!("Only the messages that tell what became of value {value}<"))
    );
    let own = ["}", ","].map(|after| format!("&quot;message&quot;:{value}{after}"));
    let others = picture
        .lines()
        .filter(|line| line.contains("{&quot;"))
        .filter(|line| !own.iter().any(|own| line.contains(own)) && !line.contains("broadcast_ok"));
    assert_eq!(others.collect::<Vec<_>>(), [""; 0]);
    assert!(picture.contains(&own[0]) && picture.contains("broadcast_ok"));
    // One more is the legend's.
    let kept = missing.lacking.iter().flat_map(|lacking| &lacking.copies);
    let kept = kept.filter(|copy| matches!(copy.fate, CopyFate::Dropped { .. }));
    assert_eq!(count(&picture, "<g class=\"dropped\">"), kept.count() + 1);
}

/// Answers every echo and every request for an id with the same.
struct Same;

impl Handler for Same {
    type Request = Json;
    type Response = Json;

    fn init(_node: Node) -> Self {
        Same
    }

    async fn handle(&self, request: Json) -> Result<Json> {
        Ok(match request["type"] == "echo" {
            true => json!({"type": "echo_ok", "echo": "a wrong echo"}),
            false => json!({"type": "generate_ok", "id": "the-same-id"}),
        })
    }
}

#[test]
fn a_duplicate_id_is_drawn_each_time_it_is_given_out() {
    let options = "-w unique-ids --node-count 3 --time-limit 1 --rate 5".parse().unwrap();
    let run = judge_run(Program::of::<Same>(), &options, 1).unwrap();
    let (explanation, picture) = explained(&run);
    assert!(
        picture.contains("Only the messages that tell who gave out id &quot;the-same-id&quot;<")
    );
    let issues = explanation.of::<DuplicatedId>()[0].issues.len();
    assert!(issues > 1);
    assert_eq!(count(&picture, ">&quot;the-same-id&quot;</text>"), issues, "{picture}");
}

#[test]
fn the_first_wrong_echo_is_drawn_with_its_reply() {
    let options = "-w echo --node-count 3 --time-limit 1 --rate 5".parse().unwrap();
    let run = judge_run(Program::of::<Same>(), &options, 1).unwrap();
    let (explanation, picture) = explained(&run);
    let asked = explanation.of::<WrongEcho>()[0].asked.as_str().unwrap();
    assert_eq!(count(&picture, &format!(">&quot;{asked}&quot;</text>")), 1, "{picture}");
    assert_eq!(count(&picture, ">&quot;a wrong echo&quot;</text>"), 1, "{picture}");
}

#[test]
fn latency_loss_and_duplication_are_drawn() {
    let run = simulate("--node-count 3 --latency 100 --loss 0.3 --duplicate 0.3");
    let picture = diagram(&told(&run), &[]);
    insta::assert_binary_snapshot!("latency.svg", picture.clone().into_bytes());
    assert!(count(&picture, "<g class=\"lost\">") > 1);
    assert_eq!(count(&picture, "<g class=\"dropped\">"), 0, "not even in the legend");
    assert!(picture.contains(", the second copy: "));
}

#[test]
fn only_the_first_of_too_many_messages_are_drawn() {
    let run = simulate("--node-count 25");
    let scene = whole(&run);
    let picture = diagram(&scene, &[]);
    let shown = count(&picture, "<g class=") - count(&picture, "<g class=\"ground\">");
    assert!(shown > MAX_MESSAGES && shown < MAX_MESSAGES + 10, "{shown} with the legend's");
    assert!(picture.contains("Only the first "), "{picture}");

    let few = diagram(&scene, &[3, 7]);
    assert!(few.contains("Not shown: 23 more nodes."));
    assert!(!few.contains(">n4</text>"));
}

#[test]
fn hostile_message_bodies_stay_text() {
    let mut run = simulate("--node-count 3 --nemesis partition");
    let hostile = r#"</title><script>alert(1)</script>\u0000\u001b[31m"#;
    let long = "x".repeat(1_000_000);
    run.journal.push_str(&format!(
        "{{\"id\":9999,\"src\":\"n0\",\"dest\":\"n1\",\"sent\":1,\"delivered\":2,\
         \"body\":{{\"type\":\"{hostile}\",\"text\":\"{long}\"}}}}\n"
    ));
    let window = Window { from: Time::ZERO, to: Time::from_millis(1) };
    let picture = diagram(&run.scene(window), &[]);
    assert!(picture.contains("&lt;/title&gt;"));
    assert!(!picture.contains("<script") && !picture.contains("\\u001b\u{1b}"));
    assert!(picture.chars().all(|character| character == '\n' || !character.is_control()));
    assert!(picture.len() < 60_000, "{} bytes", picture.len());
}

#[test]
fn diagrams_can_be_embedded_in_markdown_several_per_page() {
    let picture = diagram(&told(&simulate("--node-count 5 --nemesis partition")), &[]);
    assert!(picture.lines().all(|line| !line.trim().is_empty()));
    assert!(!picture.contains(" id="));
}

#[test]
fn an_empty_window_can_be_drawn() {
    let run = simulate("--node-count 3");
    let before = Window { from: Time::from_millis(-20), to: Time::from_millis(-10) };
    assert!(diagram(&run.scene(before), &[]).contains("<svg"));
    assert!(diagram(&run.scene(before), &[99]).contains(">n2</text>"), "as if none were named");
}

/// What `workbench diagram` says to those arguments.
fn command(arguments: &[&str]) -> Result<String, Error> {
    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        diagram: DiagramArguments,
    }
    let arguments = ["workbench"].iter().chain(arguments);
    Command::try_parse_from(arguments).unwrap().diagram.run()
}

#[test]
fn the_command_draws_what_it_is_asked_for_or_explains_why_not() {
    let run = simulate("--node-count 5 --nemesis partition");
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().to_str().unwrap();
    let refused = |arguments: &[&str]| command(arguments).unwrap_err().to_string();
    assert!(refused(&[store]).contains("there is no run in"), "{}", refused(&[store]));

    fs::write(folder.path().join("run.json"), serde_json::to_vec(&run.info).unwrap()).unwrap();
    fs::write(folder.path().join("journal.jsonl"), &run.journal).unwrap();
    let mut history = vec![];
    write_json(&run.recording.history, &run.info.nodes, &mut history).unwrap();
    fs::write(folder.path().join("history.json"), history).unwrap();
    let (_, picture) = explained(&run);
    assert_eq!(command(&[store]).unwrap(), picture);
    let some = command(&[store, "--from", "0", "--to", "0.5", "--nodes", "n2,n3"]).unwrap();
    assert!(some.contains("From 0.000 s to 0.500 s") && !some.contains(">n4</text>"));

    for (arguments, words) in [
        (["--nodes", "n9"], "there is no node `n9` in this run, but n0, n1, n2, n3, n4"),
        (["--nodes", "n1;n2"], "there is no node `n1;n2`"),
        (["--from", "100"], "no message was in flight from 100.000 s to 101.000 s"),
        (["--to", "-20"], "no message was in flight from -21.000 s to -20.000 s"),
    ] {
        let said = refused(&[&[store], arguments.as_slice()].concat());
        assert!(said.contains(words), "{said}");
    }
    let said = refused(&[store, "--from", "2", "--to", "1"]);
    assert_eq!(said, "--from 2.000 s is later than --to 1.000 s");
}

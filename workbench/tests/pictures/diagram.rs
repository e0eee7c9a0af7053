//! The space-time diagram of a small server that forwards each value once, and does not repeat it.

use std::collections::BTreeSet;

use common::{Handler, Mutex, Node, Result};
use serde::{Deserialize, Serialize};
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::report::diagram::{MOST, diagram, telling};
use workbench::report::scene::{Fate, Message, Scene, Window};
use workbench::simulation::{Judged, judge_run};
use workbench::time::Time;

struct Server {
    node: Node,
    messages: Mutex<BTreeSet<u64>>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Request {
    Broadcast { message: u64 },
    Read,
    Topology,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "these are the protocol's names")]
enum Response {
    BroadcastOk,
    ReadOk { messages: BTreeSet<u64> },
    TopologyOk,
}

impl Handler for Server {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Server { node, messages: Mutex::default() }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                if self.messages.lock().insert(message) {
                    for peer in self.node.peers() {
                        self.node.send(peer, &Request::Broadcast { message });
                    }
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: self.messages.lock().clone() }),
            Request::Topology => Ok(Response::TopologyOk),
        }
    }
}

fn simulate(flags: &str) -> Judged {
    let flags = format!("-w broadcast --time-limit 5 --rate 10 {flags}");
    let options: Options = flags.parse().unwrap();
    judge_run(Program::of::<Server>(), &options, 2).unwrap()
}

/// The whole run.
fn whole(run: &Judged) -> Scene {
    run.scene(Window { from: Time::ZERO, to: run.facts.end })
}

/// The window that tells most.
fn told(run: &Judged) -> Scene {
    run.scene(telling(&whole(run)))
}

/// How often `piece` is in the picture, without its style.
fn count(picture: &str, piece: &str) -> usize {
    let (_, drawn) = picture.split_once("</style>").unwrap();
    drawn.matches(piece).count()
}

#[test]
fn a_value_that_a_partition_keeps_from_a_side() {
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
fn a_network_that_takes_its_time_loses_and_doubles() {
    let run = simulate("--node-count 3 --latency 100 --loss 0.3 --duplicate 0.3");
    let picture = diagram(&told(&run), &[]);
    insta::assert_binary_snapshot!("latency.svg", picture.clone().into_bytes());
    assert!(count(&picture, "<g class=\"lost\">") > 1);
    assert_eq!(count(&picture, "<g class=\"dropped\">"), 0, "not even in the legend");
    assert!(picture.contains(", the second copy: "));
}

#[test]
fn of_too_many_messages_the_first_are_shown_and_the_rest_are_counted() {
    let run = simulate("--node-count 25");
    let scene = whole(&run);
    let picture = diagram(&scene, &[]);
    let shown = count(&picture, "<g class=") - count(&picture, "<g class=\"ground\">");
    assert!(shown > MOST && shown < MOST + 10, "{shown} with the legend's");
    assert!(picture.contains("These are the first "), "{picture}");

    let few = diagram(&scene, &[3, 7]);
    assert!(few.contains("23 more nodes are not shown."));
    assert!(!few.contains(">n4</text>"));
}

#[test]
fn what_a_hostile_node_says_is_text() {
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
fn a_picture_can_stand_in_markdown_and_many_in_one_page() {
    let picture = diagram(&told(&simulate("--node-count 5 --nemesis partition")), &[]);
    assert!(picture.lines().all(|line| !line.trim().is_empty()));
    assert!(!picture.contains(" id="));
}

#[test]
fn an_empty_window_is_a_picture_too() {
    let run = simulate("--node-count 3");
    let before = Window { from: Time::from_millis(-20), to: Time::from_millis(-10) };
    assert!(diagram(&run.scene(before), &[]).contains("<svg"));
    assert!(diagram(&run.scene(before), &[99]).contains(">n2</text>"), "as if none were named");
}

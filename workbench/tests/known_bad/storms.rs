//! Nodes that never come to rest: the workbench ends the run.

use std::thread;
use std::time::Duration;
use tokio::time::Instant;

use common::{Handler, Node, Result};
use workbench::cluster::tasks::Program;
use workbench::error::Error;
use workbench::options::Options;
use workbench::simulation::judge_run;

use crate::known_bad::broadcast::{Request, Response};
use crate::known_bad::protocol::talks_to_itself;

/// Forwards every value it receives, new or not.
struct Parrot {
    node: Node,
}

impl Handler for Parrot {
    type Request = Request;
    type Response = Response;

    fn init(node: Node) -> Self {
        Parrot { node }
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            Request::Broadcast { message } => {
                for peer in self.node.peers() {
                    self.node.send(peer, &Request::Broadcast { message });
                }
                Ok(Response::BroadcastOk)
            }
            Request::Read => Ok(Response::ReadOk { messages: vec![] }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

/// Its first broadcast never returns.
struct Stuck;

impl Handler for Stuck {
    type Request = Request;
    type Response = Response;

    fn init(_node: Node) -> Self {
        Stuck
    }

    async fn handle(&self, request: Request) -> Result<Response> {
        match request {
            // It would loop as well without the nap, and take a core from the other tests.
            Request::Broadcast { .. } => loop {
                thread::sleep(Duration::from_millis(10));
            },
            Request::Read => Ok(Response::ReadOk { messages: vec![] }),
            Request::Topology { .. } => Ok(Response::TopologyOk),
        }
    }
}

/// Why a run has no verdict, given that it says so in less than ten seconds.
fn error<H: Handler>(flags: &str) -> Error {
    let begun = Instant::now();
    let options: Options = flags.parse().expect("flags");
    let error = judge_run(Program::of::<H>(), &options, 1).expect_err("no verdict");
    assert!(begun.elapsed() < Duration::from_secs(10), "after {:?}: {error}", begun.elapsed());
    error
}

/// `bound` says how many messages were too many.
fn assert_is_storm(error: &Error, bound: &str) {
    let Error::Storm { what, messages } = error else { panic!("another error: {error}") };
    assert!(what.contains(bound), "{what}");
    let is_shown = |message: &String| {
        message.starts_with('#') && message.contains(" -> n") && message.contains("\"broadcast\"")
    };
    assert!(messages.len() == 8 && messages.iter().all(is_shown), "{error}");
}

#[test]
fn a_storm_without_latency_is_stopped_within_its_moment() {
    let error = error::<Parrot>("-w broadcast --node-count 5 --time-limit 20 --rate 10");
    assert_is_storm(&error, "more than 100500 at one moment");
}

#[test]
fn a_slow_storm_is_stopped_by_the_total_number_of_messages() {
    // Each value goes to and fro between two nodes, a thousand times a second, and never dies.
    let flags = "-w broadcast --node-count 2 --time-limit 20 --rate 10 --latency 1";
    assert_is_storm(&error::<Parrot>(flags), "more than 332000 in all");
}

#[test]
fn a_node_that_does_not_read_its_messages_ends_the_run() {
    let options: Options = "-w echo --node-count 1".parse().expect("flags");
    let error = judge_run(talks_to_itself(), &options, 1).expect_err("no verdict").to_string();
    let words = "n0 does not read: 100000 messages wait for it in its inbox, while the cluster";
    assert!(error.contains(words), "{error}");
    assert!(!error.contains("It wrote nothing"), "a simulated node has no stdout: {error}");
}

#[test]
fn a_handler_that_blocks_the_thread_is_detected() {
    let error = error::<Stuck>("-w broadcast --node-count 5 --time-limit 20 --rate 10");
    let Error::Stalled { node: Some(node), seconds: 5, messages } = &error else {
        panic!("another error: {error}")
    };
    let last = messages.last().expect("the last message delivered");
    let is_asked = last.contains(&format!(" -> {node} "));
    assert!(is_asked && last.contains("\"type\":\"broadcast\""), "{last}");
    let text = error.to_string();
    assert!(text.starts_with("nothing has happened for 5 s: "), "{text}");
    assert!(text.contains(&format!("a handler of {node} is blocking the thread")), "{text}");
    assert!(text.lines().take(3).all(|line| line.len() <= 80), "{text}");
}

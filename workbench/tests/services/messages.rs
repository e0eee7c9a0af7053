//! The messages between nodes and services: ordinary ones, but for partitions.

use std::time::Duration;

use common::{Message, Node, Output, Result, serve};
use serde_json::{Value as Json, json};
use workbench::cluster::tasks::Program;
use workbench::record::history::Kind;
use workbench::simulation::JudgedRun;

use super::ids::{Linearizable, Recipe, Sequential, Server, Timestamp, ask, read};
use super::{is_service, messages, run, run_of};

const FAULTS: &str = "--node-count 5 --nemesis partition --nemesis-interval 1 --loss 0.1 \
                      --duplicate 0.1 --latency 20 --latency-dist exponential";

/// Asks every service something, and a peer, whatever comes of it.
struct Everything;

impl Recipe for Everything {
    async fn make(node: &Node) -> Result<u64> {
        let _ = read(node, "lww-kv").await;
        let next = read(node, "seq-kv").await.unwrap_or_default() + 1;
        for service in ["lww-kv", "seq-kv"] {
            let write = json!({"type": "write", "key": "ids", "value": next});
            let _ = ask(node, service, write).await;
        }
        for peer in node.peers() {
            node.send(peer, &json!({"type": "hello"}));
        }
        let _ = Linearizable::make(node).await;
        Timestamp::make(node).await
    }
}

#[test]
fn the_same_seed_gives_the_same_answers() {
    for seed in 0..10 {
        let (once, again) = (run::<Everything>(FAULTS, seed), run::<Everything>(FAULTS, seed));
        assert!(once.journal == again.journal, "two journals: seed {seed}");
        let other = run::<Everything>(FAULTS, seed + 1000);
        assert!(once.journal != other.journal, "seed {seed}");
    }
}

#[test]
fn a_partition_stops_messages_between_nodes_but_none_of_a_service() {
    let dropped = |run: &JudgedRun, of_services: bool| {
        let messages = messages(run);
        let of = messages.iter().filter(|message| is_service(message) == of_services);
        of.filter(|message| message.contains_key("dropped")).count()
    };
    for seed in 0..10 {
        let run = run::<Everything>(FAULTS, seed);
        assert!(dropped(&run, false) > 0, "seed {seed}");
        assert_eq!(dropped(&run, true), 0, "seed {seed}");
    }
}

#[test]
fn a_call_takes_the_latency_twice() {
    let run = run::<Timestamp>("--latency 50", 1);
    let calls = run.recording.history.pairs().filter_map(|(_, begun, ended)| {
        let ended = ended.filter(|ended| ended.kind == Kind::Ok)?;
        Some(ended.time.since(begun.time))
    });
    let calls: Vec<Duration> = calls.collect();
    assert!(calls.len() > 30);
    assert!(calls.iter().all(|&call| call == Duration::from_millis(100)), "{calls:?}");
    for message in messages(&run).into_iter().filter(is_service) {
        let under_way = message["delivered"].as_i64().unwrap() - message["sent"].as_i64().unwrap();
        assert_eq!(under_way, 50_000_000, "{message:?}");
    }
}

#[test]
fn they_are_numbered_and_counted_as_messages_between_servers() {
    let run = run::<Timestamp>("", 1);
    let messages = messages(&run);
    let mut ids: Vec<u64> = messages.iter().map(|line| line["id"].as_u64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (0..messages.len() as u64).collect::<Vec<_>>());
    let operations = run.recording.history.operations().len() as u64;
    let traffic = run.recording.traffic;
    assert_eq!(traffic.servers.messages, 2 * operations);
    assert_eq!(traffic.servers.sent, 2 * operations);
    assert_eq!(traffic.servers.received, 2 * operations);
    assert_eq!(
        messages.iter().filter(|message| is_service(message)).count() as u64,
        2 * operations
    );
    assert_eq!(traffic.all.messages, messages.len() as u64);
}

#[test]
fn the_network_can_lose_and_double_them() {
    // Each request is carried out twice, and of the two replies the first one counts.
    let doubled = run::<Timestamp>("--duplicate 1 --rate 10", 1);
    let ids = doubled.recording.history.events().iter().filter(|event| event.kind == Kind::Ok);
    let ids: Vec<String> = ids.map(|event| format!("{:?}", event.value)).collect();
    assert!(ids[1].contains('2') && ids[2].contains('4'), "{ids:?}");
    let lost = messages(&run::<Sequential>("--loss 0.3", 1));
    let lost: Vec<_> =
        lost.iter().filter(|line| is_service(line) && line.contains_key("lost")).collect();
    let to_services = lost.iter().filter(|line| line["dest"] == "seq-kv").count();
    assert!(to_services > 0 && to_services < lost.len(), "{lost:?}");
}

/// Misspells the type of its request.
struct Misspelt;

impl Recipe for Misspelt {
    async fn make(node: &Node) -> Result<u64> {
        ask(node, "lin-tso", json!({"type": "timestamp"})).await?;
        Ok(0)
    }
}

#[test]
fn a_typo_in_a_type_is_met_with_silence() {
    let run = run::<Misspelt>("", 1);
    let messages = messages(&run);
    let asked = messages.iter().filter(|message| message["dest"] == "lin-tso").count();
    assert!(asked > 10);
    assert!(messages.iter().all(|message| message["src"] != "lin-tso"));
    let answers = messages.iter().filter(|message| message["body"]["code"] == 0);
    let text = "lin-tso did not answer within 1s";
    let answers: Vec<_> = answers.map(|message| &message["body"]["text"]).collect();
    assert!(!answers.is_empty() && answers.iter().all(|found| *found == text), "{answers:?}");
    assert!(run.recording.invalid_output.is_empty());
}

/// Asks without a message id, and then with one.
struct Unnumbered;

impl Recipe for Unnumbered {
    async fn make(node: &Node) -> Result<u64> {
        node.send("lin-tso", &json!({"type": "ts"}));
        Timestamp::make(node).await
    }
}

#[test]
fn a_request_without_a_message_id_is_answered_with_null() {
    let run = run::<Unnumbered>("--node-count 1", 1);
    let unnumbered = run.journal.matches(r#""in_reply_to":null}"#).count();
    assert_eq!(unnumbered, run.recording.history.operations().len());
    assert!(run.journal.contains(r#"{"type":"ts_ok","ts":0,"in_reply_to":null}"#));
    assert!(run.journal.contains(r#"{"type":"ts_ok","ts":1,"in_reply_to":1}"#));
}

/// What `n0` says under other names before its first answer to a client, once.
fn spoofs(sources: &'static [&'static str]) -> Program {
    Program::new(move |inbox, outbox, seed| {
        let said = common::Mutex::new(false);
        let way_out = move |output| {
            if let Output::Message(message) = &output
                && message.src == "n0"
                && message.body.get().contains("generate_ok")
                && !std::mem::replace(&mut *said.lock(), true)
            {
                for src in sources {
                    let body = json!({"type": "ts", "msg_id": "spoofed"});
                    let spoofed = Message::new(src, "lin-tso", &body).expect("an object");
                    outbox(Output::Message(spoofed));
                }
            }
            outbox(output);
        };
        serve::<Server<Timestamp>>(inbox, way_out, seed)
    })
}

#[test]
fn a_reply_goes_to_whoever_the_request_names_as_its_sender() {
    let run = run_of(spoofs(&["n1", "c0", "lin-kv"]), "", 1);
    let messages = messages(&run);
    let replies = messages.iter().filter(|message| message["body"]["in_reply_to"] == "spoofed");
    let replies: Vec<(&str, &str)> = replies
        .map(|message| (message["src"].as_str().unwrap(), message["dest"].as_str().unwrap()))
        .collect();
    assert_eq!(replies, [("lin-tso", "n1"), ("lin-tso", "c0"), ("lin-tso", "lin-kv")]);
    // `lin-kv` does not know what `ts_ok` asks of it.
    assert!(
        messages.iter().all(|message| message["src"] != "lin-kv" || message["dest"] == "lin-tso")
    );
    // The client had not asked. It says so, and of whom it heard.
    let unexpected = &run.recording.unexpected_replies;
    assert_eq!(unexpected.iter().map(|of| of.node.as_str()).collect::<Vec<_>>(), ["lin-tso"]);
}

#[test]
fn a_run_without_services_has_none_of_their_messages() {
    struct Alone;
    impl Recipe for Alone {
        async fn make(node: &Node) -> Result<u64> {
            Ok(node.random_range(0..=u64::MAX))
        }
    }
    let run = run::<Alone>(FAULTS, 1);
    assert!(!messages(&run).iter().any(is_service));
    let json: Json = serde_json::from_str(&super::pictures::trace_of(&run)).unwrap();
    assert_eq!(json.get("services"), None);
}

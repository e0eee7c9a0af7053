//! RPCs and background tasks, looked at from inside: nothing may be left behind.

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use super::*;
use crate::Output;

const LIMIT: Duration = Duration::from_secs(1);

fn node() -> (Node, UnboundedReceiver<Output>) {
    let (sender, outputs) = unbounded_channel();
    let outbox = move |output| drop(sender.send(output));
    let node_ids = ["n1", "n2", "n3"].map(String::from).to_vec();
    (Node::new("n2".to_string(), node_ids, Outbox::new(outbox), 1), outputs)
}

fn reply(body: Value) -> Reply {
    let message = Message::new("n3", "n2", &body).expect("an object");
    Reply { message, is_error: body["type"] == "error" }
}

fn pending(node: &Node) -> usize {
    node.0.pending.lock().replies.len()
}

/// Sends a request to n3 and answers it with `body`.
async fn answered(body: Value) -> Result<Value> {
    let (node, _outputs) = node();
    let request = json!({"type": "ask"});
    let answer = async { node.resolve(&MessageId::Short(1), reply(body)) };
    let (result, ()) = tokio::join!(biased; node.rpc("n3", &request, LIMIT), answer);
    assert_eq!(pending(&node), 0);
    result
}

#[test]
fn peers_are_all_others() {
    let (node, _outputs) = node();
    assert_eq!(node.id(), "n2");
    assert_eq!(node.peers(), ["n1", "n3"]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_reaches_the_rpc_that_waits_for_it() {
    let (node, mut outputs) = node();
    let request = json!({"type": "ask"});
    let answers = async {
        node.resolve(&MessageId::Short(2), reply(json!({"type": "ask_ok", "in_reply_to": 2})));
        node.resolve(&MessageId::Short(1), reply(json!({"type": "ask_ok", "in_reply_to": 1})));
    };
    let (first, second, ()) = tokio::join!(
        biased;
        node.rpc::<Value>("n1", &request, LIMIT),
        node.rpc::<Value>("n3", &request, LIMIT),
        answers,
    );
    assert_eq!(first.map(|reply| reply["in_reply_to"].clone()), Ok(json!(1)));
    assert_eq!(second.map(|reply| reply["in_reply_to"].clone()), Ok(json!(2)));
    let Ok(Output::Message(sent)) = outputs.try_recv() else { panic!("a request") };
    assert_eq!((sent.src.as_str(), sent.dest.as_str()), ("n2", "n1"));
    assert_eq!(sent.body.get(), r#"{"type":"ask","msg_id":1}"#);
}

#[tokio::test(start_paused = true)]
async fn an_error_reply_fails_the_rpc_with_its_code_and_text() {
    let full = json!({"type": "error", "code": 22, "text": "not 3", "in_reply_to": 1});
    let error = Error::new(ErrorCode::PreconditionFailed, "not 3");
    assert_eq!(answered(full).await, Err(error));
    let short = json!({"type": "error", "code": 1001, "in_reply_to": 1});
    assert_eq!(answered(short).await, Err(Error::new(ErrorCode::Other(1001), "")));
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_does_not_fit_may_still_have_taken_effect() {
    let (node, _outputs) = node();
    let answer = async { node.resolve(&MessageId::Short(1), reply(json!({"type": "ask_ok"}))) };
    let request = json!({"type": "ask"});
    let (result, ()) = tokio::join!(biased; node.rpc::<Error>("n3", &request, LIMIT), answer);
    let error = result.expect_err("a reply without a code");
    assert!(!error.code.is_definite());
    let text = r#"the reply of n3 does not fit (missing field `code`): {"type":"ask_ok"}"#;
    assert_eq!(error, Error::new(ErrorCode::Crash, text));

    let error = answered(json!({"type": "error"})).await.expect_err("an error without a code");
    assert_eq!(error.code, ErrorCode::Crash);
}

#[tokio::test(start_paused = true)]
async fn an_rpc_times_out_at_its_limit_and_a_late_reply_is_dropped() {
    let (node, _outputs) = node();
    let start = Instant::now();
    let result = node.rpc::<Value>("n3", &json!({"type": "ask"}), LIMIT).await;
    assert_eq!(start.elapsed(), LIMIT);
    assert_eq!(result, Err(Error::new(ErrorCode::Timeout, "n3 did not answer within 1s")));
    assert_eq!(pending(&node), 0);
    node.resolve(&MessageId::Short(1), reply(json!({"type": "ask_ok"})));
    assert_eq!(pending(&node), 0);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_rpc_leaves_nothing_behind() {
    let (node, _outputs) = node();
    let request = json!({"type": "ask"});
    let mut rpc = Box::pin(node.rpc::<Value>("n3", &request, LIMIT));
    tokio::select! {
        biased;
        _ = &mut rpc => panic!("there is no reply"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(pending(&node), 1);
    drop(rpc);
    assert_eq!(pending(&node), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_object_is_not_sent() {
    let (node, mut outputs) = node();
    let result = node.rpc::<Value>("n3", &json!([1]), LIMIT).await;
    assert_eq!(result.map_err(|error| error.code), Err(ErrorCode::MalformedRequest));
    assert_eq!(pending(&node), 0);
    node.send("n3", &7);
    let Ok(Output::Log(line)) = outputs.try_recv() else { panic!("a log line and no message") };
    assert!(line.starts_with("a message to n3 was not sent: "), "{line}");
    assert!(outputs.try_recv().is_err());
}

#[tokio::test(start_paused = true)]
async fn tasks_that_are_done_are_forgotten() {
    let (node, _outputs) = node();
    for _ in 0..100 {
        node.spawn(async {});
        tokio::task::yield_now().await;
    }
    let kept = node.0.tasks.lock().as_ref().map(JoinSet::len);
    assert_eq!(kept, Some(1));
}

#[tokio::test(start_paused = true)]
async fn no_task_runs_after_the_end() {
    let (node, mut outputs) = node();
    drop(node.close());
    let logger = node.clone();
    node.spawn(async move { logger.log("too late") });
    tokio::time::sleep(LIMIT).await;
    assert!(outputs.try_recv().is_err());
}

#[test]
fn the_same_seed_gives_the_same_numbers() {
    let draw = || {
        let (node, _outputs) = node();
        [(); 5].map(|()| node.random_range(0..1000))
    };
    assert_eq!(draw(), draw());
}

#[tokio::test(start_paused = true)]
async fn a_reply_may_hold_floats_however_they_are_written() {
    #[derive(serde::Deserialize)]
    #[serde(tag = "type", rename_all = "snake_case")]
    enum Answer {
        Measured { metres: Vec<f64> },
    }
    let (node, _outputs) = node();
    let body = r#"{"type":"measured","metres":[1,2.5,1.10,1E2]}"#;
    let line = format!(r#"{{"src":"n3","dest":"n2","body":{body}}}"#);
    let message = Message::parse(line.as_bytes()).expect("a message");
    let answer = async { node.resolve(&MessageId::Short(1), Reply { message, is_error: false }) };
    let request = json!({"type": "measure"});
    let (reply, ()) = tokio::join!(biased; node.rpc::<Answer>("n3", &request, LIMIT), answer);
    let Ok(Answer::Measured { metres }) = reply else { panic!("no reply") };
    assert_eq!(metres, [1.0, 2.5, 1.1, 100.0]);
}

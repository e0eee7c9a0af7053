//! `serve` over channels: a flood is held back, and a node that is dropped is gone.

mod server;

use std::time::Duration;

use common::{Message, Output, serve};
use server::Server;
use tokio::sync::mpsc::{channel, unbounded_channel};
use tokio::time::sleep;

fn message(body: &str) -> Message {
    let line = format!(r#"{{"src":"c1","dest":"n1","body":{body}}}"#);
    Message::parse(line.as_bytes()).expect("a message")
}

fn init() -> Message {
    message(r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}"#)
}

#[tokio::test(start_paused = true)]
async fn a_node_takes_no_more_messages_than_it_can_handle() {
    const COUNT: usize = 1000;
    let (inbox, messages) = channel(COUNT);
    let (sender, mut outputs) = unbounded_channel();
    let outbox = move |output| drop(sender.send(output));
    inbox.try_send(init()).expect("room");
    for msg_id in 2..=COUNT {
        let read = message(&format!(r#"{{"type":"read","msg_id":{msg_id}}}"#));
        inbox.try_send(read).expect("room");
    }
    tokio::spawn(serve::<Server>(messages, outbox, 1));
    let mut answered = 0;
    while answered < COUNT {
        outputs.recv().await.expect("one more answer");
        answered += 1;
        while outputs.try_recv().is_ok() {
            answered += 1;
        }
        let taken = inbox.capacity();
        assert!(taken <= answered + 1, "{taken} taken, {answered} answered");
    }
}

#[tokio::test(start_paused = true)]
async fn a_node_that_is_dropped_leaves_nothing_running() {
    let (inbox, messages) = channel(3);
    let (sender, mut outputs) = unbounded_channel();
    let outbox = move |output| drop(sender.send(output));
    inbox.try_send(init()).expect("room");
    inbox.try_send(message(r#"{"type":"tick","msg_id":2}"#)).expect("room");
    inbox.try_send(message(r#"{"type":"slow","msg_id":3,"millis":2500}"#)).expect("room");
    let node =
        tokio::time::timeout(Duration::from_millis(1500), serve::<Server>(messages, outbox, 1));
    assert!(node.await.is_err(), "the inbox is open, and yet the node has ended");
    // Time enough for more ticks, and for the slow answer.
    sleep(Duration::from_secs(10)).await;
    let mut said = Vec::new();
    while let Ok(output) = outputs.try_recv() {
        said.push(match output {
            Output::Message(message) => message.body.get().to_string(),
            Output::Log(line) => line,
        });
    }
    assert!(outputs.is_closed(), "something still holds the outbox");
    let expected = [
        r#"{"type":"init_ok","in_reply_to":1}"#,
        r#"{"type":"started","in_reply_to":2}"#,
        "tick 1",
    ];
    assert_eq!(said, expected);
}

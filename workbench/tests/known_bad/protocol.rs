//! Nodes that no handler could be: what stands between a server and the network meddles.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use common::{Handler, Message, Output, serve};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use workbench::cluster::tasks::{Outbox, Program};

/// Servers of type `H`, whose every message goes through `meddle`, which has the way out in its
/// hand.
fn meddling<H: Handler>(
    meddle: impl Fn(Message, &Arc<Outbox>) + Copy + Send + Sync + 'static,
) -> Program {
    Program::new(move |inbox, outbox, seed| {
        let outbox = Arc::new(outbox);
        let way_out = move |output| match output {
            Output::Message(message) => meddle(message, &outbox),
            log => outbox(log),
        };
        serve::<H>(inbox, way_out, seed)
    })
}

/// A message like `message`, with a change to its body.
fn changed(message: &Message, change: impl FnOnce(&mut Value)) -> Message {
    let mut body = serde_json::from_str(message.body.get()).expect("a body is JSON");
    change(&mut body);
    let body = serde_json::value::to_raw_value(&body).expect("it still is");
    Message { body, ..message.clone() }
}

fn is_for_a_client(message: &Message) -> bool {
    message.dest.starts_with('c')
}

pub fn replies_twice<H: Handler>() -> Program {
    meddling::<H>(|message, outbox| {
        if is_for_a_client(&message) {
            outbox(Output::Message(message.clone()));
        }
        outbox(Output::Message(message));
    })
}

pub fn answers_what_nobody_asked<H: Handler>() -> Program {
    meddling::<H>(|message, outbox| {
        if is_for_a_client(&message) {
            let unasked = changed(&message, |body| body["in_reply_to"] = json!(1_000_000));
            outbox(Output::Message(unasked));
        }
        outbox(Output::Message(message));
    })
}

/// What a line on stdout that names nobody is to a process.
pub fn talks_to_nobody<H: Handler>() -> Program {
    meddling::<H>(|message, outbox| {
        let astray = Message { dest: "nobody".into(), ..message.clone() };
        outbox(Output::Message(astray));
        outbox(Output::Message(message));
    })
}

/// After so many milliseconds; a client waits for 5,000.
pub fn answers_late<H: Handler>(delay: u64) -> Program {
    meddling::<H>(move |message, outbox| {
        let outbox = outbox.clone();
        let delay = if is_for_a_client(&message) { delay } else { 0 };
        tokio::spawn(async move {
            sleep(Duration::from_millis(delay)).await;
            outbox(Output::Message(message));
        });
    })
}

pub fn never_answers() -> Program {
    Program::new(|inbox, outbox, _seed| async move {
        // Both are kept: the node listens, and could speak.
        let _silent = (inbox, outbox);
        pending().await
    })
}

/// Tells itself more than it can remember, and reads nothing of it.
pub fn talks_to_itself() -> Program {
    Program::new(|inbox, outbox, _seed| async move {
        let _unread = inbox;
        for _ in 0..100_050 {
            let message = Message::new("n0", "n0", &json!({"type": "hello"}));
            outbox(Output::Message(message.expect("an object")));
        }
        pending().await
    })
}

pub fn exits_in_the_middle<H: Handler>() -> Program {
    Program::new(|inbox, outbox, seed| async move {
        let _ = timeout(Duration::from_secs(5), serve::<H>(inbox, outbox, seed)).await;
    })
}

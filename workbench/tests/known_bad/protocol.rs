//! Nodes that no handler could be: their messages are changed on the way to the network.

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

/// Servers of type `H`; the bodies of that type that they send clients are changed.
pub fn changes<H: Handler>(
    kind: &'static str,
    change: impl Fn(&mut Value) + Copy + Send + Sync + 'static,
) -> Program {
    meddling::<H>(move |message, outbox| {
        let change = |body: &mut Value| {
            if body["type"] == kind {
                change(body)
            }
        };
        let message = if is_for_a_client(&message) { changed(&message, change) } else { message };
        outbox(Output::Message(message));
    })
}

/// What Go writes for a slice that nothing was ever added to.
pub fn null_for_the_empty_list(body: &mut Value) {
    if body["messages"] == json!([]) {
        body["messages"] = Value::Null;
    }
}

pub fn null_for_every_list(body: &mut Value) {
    body["messages"] = Value::Null;
}

pub fn strings_for_numbers(body: &mut Value) {
    let messages = body["messages"].as_array_mut().expect("a list");
    messages.iter_mut().for_each(|value| *value = value.to_string().into());
}

pub fn a_value_of_its_own(body: &mut Value) {
    body["messages"].as_array_mut().expect("a list").push(json!(-7));
}

/// Each body is malformed in another way, and yet in the same.
pub fn an_object_for_the_list(body: &mut Value) {
    body["messages"] = json!({ "list": body["messages"] });
}

/// Not every time, or no operation would be ok.
pub fn an_error_without_a_code(body: &mut Value) {
    if body["echo"].as_str().is_some_and(|echo| echo.ends_with('7')) {
        *body = json!({"type": "error", "text": "no code", "in_reply_to": body["in_reply_to"]});
    }
}

pub fn an_error_with_a_string_as_its_code(body: &mut Value) {
    if body["echo"].as_str().is_some_and(|echo| echo.ends_with('7')) {
        *body = json!({"type": "error", "code": "11", "in_reply_to": body["in_reply_to"]});
    }
}

pub fn a_message_id_beyond_64_bits(body: &mut Value) {
    body["msg_id"] =
        serde_json::from_str("-340282366920938463463374607431768211456").expect("a number");
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

pub fn replies_to_unsent_requests<H: Handler>() -> Program {
    meddling::<H>(|message, outbox| {
        if is_for_a_client(&message) {
            let unexpected_replies =
                changed(&message, |body| body["in_reply_to"] = json!(1_000_000));
            outbox(Output::Message(unexpected_replies));
        }
        outbox(Output::Message(message));
    })
}

/// What a line on stdout without a valid destination is to a process.
pub fn sends_to_an_invalid_name<H: Handler>() -> Program {
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

pub fn exits_after<H: Handler>(millis: u64) -> Program {
    Program::new(move |inbox, outbox, seed| async move {
        let _ = timeout(Duration::from_millis(millis), serve::<H>(inbox, outbox, seed)).await;
    })
}

//! Properties that hold for any bytes, used by the tests here and by the fuzz targets in `fuzz/`.
//!
//! Each one panics if it does not hold.

#![allow(dead_code, reason = "each user needs only some of these")]

pub mod model;
pub mod server;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use common::{ErrorCode, Message, Mutex, Output, serve, serve_streams};
use serde_json::Value;
use tokio::io::{AsyncRead, ReadBuf};

/// Any line is read as the protocol defines it, and a message is unchanged after it is written and
/// read again.
pub fn wire(line: &[u8]) {
    let expected = model::Envelope::read(line);
    match Message::parse(line) {
        Ok(message) => {
            let expected = expected.expect("a line that is not a message was read as one");
            assert_eq!((&message.src, &message.dest), (&expected.src, &expected.dest));
            assert_eq!(message.body.get(), expected.body.get());
            let text = serde_json::to_string(&message).expect("a message is JSON");
            let again = Message::parse(text.as_bytes()).expect("what was written can be read");
            assert_eq!((again.src, again.dest), (expected.src, expected.dest));
            assert_eq!(again.body.get(), expected.body.get());
        }
        Err(error) => {
            assert!(expected.is_none(), "a message was refused: {error}");
            assert_eq!(error.code, ErrorCode::MalformedRequest);
            check_log(&error.text);
        }
    }
}

/// Whatever is on its stdin, a node replies as it should, writes nothing else, and can still handle
/// the next request.
pub fn node(bytes: &[u8]) {
    let init = r#"{"src":"c0","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}"#;
    let last = r#"{"src":"c0","dest":"n1","body":{"type":"echo","msg_id":2,"echo":"alive"}}"#;
    let input = [bytes, b"\n", init.as_bytes(), b"\n", last.as_bytes()].concat();
    let mut said = vec![];
    // Read in pieces of some size, which do not end where lines do.
    let size = 1 + usize::from(bytes.first().copied().unwrap_or_default()) * 7;
    let life =
        serve_streams::<server::Server>(Pieces { rest: &input, size }, &mut said, check_log, 1);
    run_to_end(life).expect("an output that takes all");
    let said = String::from_utf8(said).expect("UTF-8");
    assert!(said.is_empty() || said.ends_with('\n'), "an unfinished line: {said}");
    let mut said: Vec<String> = said.lines().map(String::from).collect();
    let values: Vec<Value> =
        said.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    model::check(&input, &values);

    // A node fed with messages replies the same as one fed with lines, except for the order.
    let mut simulated = simulated(&input);
    said.sort();
    simulated.sort();
    assert_eq!(said, simulated);
}

/// The replies of a node that is given the messages among these lines as the simulator would give them.
fn simulated(input: &[u8]) -> Vec<String> {
    let messages: Vec<Message> =
        input.split(|byte| *byte == b'\n').filter_map(|line| Message::parse(line).ok()).collect();
    let (inbox, waiting) = tokio::sync::mpsc::channel(messages.len().max(1));
    messages.into_iter().for_each(|message| inbox.try_send(message).expect("room for all"));
    drop(inbox);
    let said = Arc::new(Mutex::new(vec![]));
    let sink = said.clone();
    run_to_end(serve::<server::Server>(
        waiting,
        move |output| {
            if let Output::Message(message) = output {
                sink.lock().push(serde_json::to_string(&message).expect("a message is JSON"));
            }
        },
        1,
    ));
    std::mem::take(&mut said.lock())
}

/// Runs a node to its end, which must come within a minute of virtual time.
fn run_to_end<T>(life: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let ended = async { tokio::time::timeout(Duration::from_secs(60), life).await };
    runtime.block_on(ended).expect("a node that ends")
}

/// A log line about untrusted bytes is short, and has no control characters.
fn check_log(line: &str) {
    assert!(line.len() < 3000, "{} bytes: {line}", line.len());
    assert!(!line.contains(char::is_control), "{line:?}");
}

/// A stream that returns its bytes in pieces of one size.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let length = self.size.min(buffer.remaining()).min(self.rest.len());
        let (piece, rest) = self.rest.split_at(length);
        buffer.put_slice(piece);
        self.rest = rest;
        Poll::Ready(Ok(()))
    }
}

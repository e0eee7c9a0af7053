//! What has to hold for any bytes: used by the tests here and by the fuzz targets in `fuzz/`.
//!
//! Each property panics where it does not hold.

#![allow(dead_code, reason = "no user of these needs them all")]

pub mod model;
pub mod server;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use common::{ErrorCode, Message, serve_streams};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};

/// Whatever the bytes of a line, it is read as the protocol has it, and a message comes through
/// writing and reading as it was.
pub fn wire(line: &[u8]) {
    let expected = model::Envelope::read(line);
    match Message::parse(line) {
        Ok(message) => {
            let expected = expected.expect("no message, and yet it was read as one");
            assert_eq!((&message.src, &message.dest), (&expected.src, &expected.dest));
            assert_eq!(message.body.get(), expected.body.get());
            let text = serde_json::to_string(&message).expect("a message is JSON");
            let again = Message::parse(text.as_bytes()).expect("what was written can be read");
            assert_eq!((again.src, again.dest), (expected.src, expected.dest));
            assert_eq!(again.body.get(), expected.body.get());
            reply(&message);
        }
        Err(error) => {
            assert!(expected.is_none(), "a message, and yet: {error}");
            assert_eq!(error.code, ErrorCode::MalformedRequest);
            check_log(&error.text);
        }
    }
}

/// A reply goes back to the sender, with the id of what it answers.
fn reply(message: &Message) {
    let Ok(header) = message.header() else { return };
    let Some(msg_id) = header.msg_id else { return };
    let reply = message.reply(msg_id, &json!({"type": "ok"})).expect("an object");
    assert_eq!((&reply.src, &reply.dest), (&message.dest, &message.src));
    assert_eq!(reply.header().expect("a header").in_reply_to, Some(msg_id));
}

/// Whatever the bytes on its stdin, a node answers what it should and nothing else, and lives to
/// answer the next.
pub fn node(bytes: &[u8]) {
    let init = r#"{"src":"c0","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}"#;
    let last = r#"{"src":"c0","dest":"n1","body":{"type":"echo","msg_id":2,"echo":"alive"}}"#;
    let input = [bytes, b"\n", init.as_bytes(), b"\n", last.as_bytes()].concat();
    let mut said = vec![];
    // Read in pieces of any size: the ends of pieces are not the ends of lines.
    let size = 1 + usize::from(bytes.first().copied().unwrap_or_default()) * 7;
    let life =
        serve_streams::<server::Server>(Pieces { rest: &input, size }, &mut said, check_log, 1);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let ended = async { tokio::time::timeout(Duration::from_secs(60), life).await };
    runtime.block_on(ended).expect("a node that ends").expect("an output that takes all");

    let said = String::from_utf8(said).expect("UTF-8");
    assert!(said.is_empty() || said.ends_with('\n'), "an unfinished line: {said}");
    let said: Vec<Value> =
        said.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    model::check(&input, &said);
}

/// What is logged of hostile bytes is short, and does nothing to a terminal.
fn check_log(line: &str) {
    assert!(line.len() < 3000, "{} bytes: {line}", line.len());
    assert!(!line.contains(char::is_control), "{line:?}");
}

/// Bytes that come in pieces of one size.
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

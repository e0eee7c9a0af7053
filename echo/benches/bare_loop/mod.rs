//! What a node is measured against: a loop that reads a line, parses it, answers and writes.
//!
//! It is what one would write for echo alone: serde's typed structs and buffered streams, flushed
//! when no more input is at hand. There is no error reply, no concurrency, no other server.

use std::io::{BufRead, BufReader, BufWriter, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
struct Message<Body> {
    src: String,
    dest: String,
    body: Body,
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Request {
    Init { msg_id: u64 },
    Echo { msg_id: u64, echo: Value },
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the protocol's names")]
enum Response {
    InitOk { in_reply_to: u64 },
    EchoOk { in_reply_to: u64, echo: Value },
}

pub fn run() {
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut line = String::new();
    while input.read_line(&mut line).expect("stdin") > 0 {
        let Message { src, dest, body } = serde_json::from_str(&line).expect("a message");
        let body = match body {
            Request::Init { msg_id } => Response::InitOk { in_reply_to: msg_id },
            Request::Echo { msg_id, echo } => Response::EchoOk { in_reply_to: msg_id, echo },
        };
        let reply = Message { src: dest, dest: src, body };
        serde_json::to_writer(&mut output, &reply).expect("stdout");
        output.write_all(b"\n").expect("stdout");
        if input.buffer().is_empty() {
            output.flush().expect("stdout");
        }
        line.clear();
    }
}

//! What a node is measured against: a loop that reads a line, parses it, answers and writes.
//!
//! It is what one would write by hand for this stage alone, with serde's typed structs: the fields
//! that any body may have, the stage's own requests and responses flattened in with them, and
//! buffered streams, flushed when no more input is at hand. No concurrency, and no error replies:
//! it ends on the first line that it cannot read.

use std::io::{BufRead, BufReader, BufWriter, Write};

use echo::{Request, Response};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Message<Payload> {
    src: String,
    dest: String,
    body: Body<Payload>,
}

#[derive(Serialize, Deserialize)]
struct Body<Payload> {
    #[serde(flatten)]
    payload: Payload,
    #[serde(skip_serializing_if = "Option::is_none")]
    msg_id: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_reply_to: Option<u64>,
}

/// The answer to the first line, which is `init`.
const INIT_OK: &[u8] =
    b"{\"src\":\"n0\",\"dest\":\"c0\",\"body\":{\"type\":\"init_ok\",\"in_reply_to\":1}}\n";

pub fn run() {
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut output = BufWriter::new(std::io::stdout().lock());
    let mut line = String::new();
    input.read_line(&mut line).expect("stdin");
    output.write_all(INIT_OK).expect("stdout");
    output.flush().expect("stdout");
    line.clear();
    while input.read_line(&mut line).expect("stdin") > 0 {
        let Message { src, dest, body } = serde_json::from_str(&line).expect("a message");
        let Body { payload: Request::Echo { echo }, msg_id, .. } = body;
        let payload = Response::EchoOk { echo };
        let body = Body { payload, msg_id: None, in_reply_to: msg_id };
        serde_json::to_writer(&mut output, &Message { src: dest, dest: src, body })
            .expect("stdout");
        output.write_all(b"\n").expect("stdout");
        if input.buffer().is_empty() {
            output.flush().expect("stdout");
        }
        line.clear();
    }
}

//! The one way out of a node: whatever it says goes through here, in order.

use std::fmt::Display;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::{Message, Result, excerpt, message};

/// What a node says.
#[derive(Clone, Debug)]
pub enum Output {
    /// A message for another node or a client; on stdio, a line on stdout.
    Message(Message),
    /// A line for people; on stdio, a line on stderr.
    Log(String),
}

/// Where a node's output goes.
#[derive(Clone)]
pub struct Outbox(Arc<dyn Fn(Output) + Send + Sync>);

impl Outbox {
    /// Whatever is said goes to `outbox`.
    pub fn new(outbox: impl Fn(Output) + Send + Sync + 'static) -> Outbox {
        Outbox(Arc::new(outbox))
    }

    pub fn send(&self, message: Message) {
        (self.0)(Output::Message(message));
    }

    pub fn log(&self, line: impl Display) {
        (self.0)(Output::Log(line.to_string()));
    }

    /// Answers a request that carries a `msg_id`, with a body that [`message::write_reply`] wrote
    /// or an error. One without cannot be answered: there, an error is logged instead, or nobody
    /// would ever hear of it.
    pub fn answer(
        &self,
        request: Message,
        msg_id: Option<u64>,
        result: Result<Option<Box<RawValue>>>,
    ) {
        let Message { src, dest, body } = request;
        match result.or_else(|error| {
            if msg_id.is_none() {
                let (src, body) = (excerpt(&src), excerpt(body.get()));
                self.log(format!("no usable msg_id, so {src} does not hear of {error}: {body}"));
            }
            message::write_reply(msg_id, &error)
        }) {
            Ok(Some(body)) => self.send(Message { src: dest, dest: src, body }),
            Ok(None) => {}
            Err(error) => self.log(format!("a reply was lost: {error}")),
        }
    }
}

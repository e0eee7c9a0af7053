//! The one way out of a node: whatever it says goes through here, in order.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;

use crate::{Error, ErrorCode, Message, Result, excerpt};

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

    /// Answers a request that carries a `msg_id`. One without cannot be answered: there, an error
    /// is logged instead, or nobody would ever hear of it.
    pub fn answer(&self, request: &Message, msg_id: Option<u64>, result: Result<impl Serialize>) {
        let Some(msg_id) = msg_id else {
            if let Err(error) = result {
                let body = excerpt(request.body.get());
                let src = &request.src;
                self.log(format!("no usable msg_id, so {src} does not hear of {error}: {body}"));
            }
            return;
        };
        let reply = result.and_then(|body| {
            let reply = request.reply(msg_id, &body);
            // The request was fine, and what it asked for may have been done.
            reply.map_err(|error| Error::new(ErrorCode::Crash, error.text))
        });
        match reply.or_else(|error| request.reply(msg_id, &error)) {
            Ok(reply) => self.send(reply),
            Err(error) => self.log(format!("a reply was lost: {error}")),
        }
    }
}

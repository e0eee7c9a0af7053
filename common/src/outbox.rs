//! The only way out of a node: all its output passes through here, in order.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::Notify;

use crate::message::{Body, Outgoing};
use crate::{Error, ErrorCode, Message, MessageId, Mutex, Result, excerpt};

/// What a node writes: a message or a line of its log.
#[derive(Clone, Debug)]
pub enum Output {
    /// A message for another node or a client; on stdio, a line on stdout.
    Message(Message),
    /// A line of the log; on stdio, a line on stderr.
    Log(String),
}

/// Where a node's output goes.
#[derive(Clone)]
pub struct Outbox(Arc<Sink>);

enum Sink {
    /// Passed to a function.
    Function(Box<dyn Fn(Output) + Send + Sync>),
    /// Messages are serialised straight into a buffer, one a line, which is cheaper than building a
    /// [`Message`] first. Log lines are passed to a function.
    Lines(Arc<OutputBuffer>, Box<dyn Fn(&str) + Send + Sync>),
}

/// Lines that wait to be written.
#[derive(Default)]
pub struct OutputBuffer {
    pub lines: Mutex<Vec<u8>>,
    /// Notified of every new line.
    pub added: Notify,
}

impl Outbox {
    /// Passes all output to `outbox`.
    pub fn new(outbox: impl Fn(Output) + Send + Sync + 'static) -> Outbox {
        Outbox(Arc::new(Sink::Function(Box::new(outbox))))
    }

    /// Appends messages to `buffer`, one a line, and passes log lines to `log`.
    pub fn lines(buffer: Arc<OutputBuffer>, log: impl Fn(&str) + Send + Sync + 'static) -> Outbox {
        Outbox(Arc::new(Sink::Lines(buffer, Box::new(log))))
    }

    /// Sends a message. Fails without sending anything if its body does not serialise to a JSON object.
    pub fn send(&self, message: &Outgoing<impl Serialize>) -> Result<()> {
        match &*self.0 {
            Sink::Function(outbox) => outbox(Output::Message(message.to_message()?)),
            Sink::Lines(buffer, _) => {
                message.write_line(&mut buffer.lines.lock())?;
                buffer.added.notify_one();
            }
        }
        Ok(())
    }

    pub fn log(&self, line: impl Display) {
        match &*self.0 {
            Sink::Function(outbox) => outbox(Output::Log(line.to_string())),
            Sink::Lines(_, log) => log(&line.to_string()),
        }
    }

    /// Replies to a request that has a `msg_id`; does nothing for one that has none.
    ///
    /// Fails with [`ErrorCode::Crash`] if the body does not serialise to a JSON object: the request
    /// was valid, and may have taken effect.
    pub fn reply<B>(
        &self,
        request: &Message<B>,
        msg_id: Option<&MessageId>,
        body: &impl Serialize,
    ) -> Result<()> {
        if msg_id.is_none() {
            return Ok(());
        }
        let body = Body { fields: body, msg_id: None, in_reply_to: msg_id };
        let reply = Outgoing { src: &request.dest, dest: &request.src, body };
        self.send(&reply).map_err(|error| Error::new(ErrorCode::Crash, error.text))
    }

    /// Replies to a request with an error. If the request has no `msg_id`, logs the error instead.
    pub fn refuse<B>(&self, request: &Message<B>, msg_id: Option<&MessageId>, error: &Error) {
        if msg_id.is_none() {
            let src = excerpt(&request.src);
            self.log(format!("no usable msg_id, so {src} is not sent {error}"));
        }
        if let Err(error) = self.reply(request, msg_id, error) {
            self.log(format!("a reply was lost: {error}"));
        }
    }
}

//! The one way out of a node: whatever it says goes through here, in order.

use std::fmt::Display;
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::Notify;

use crate::message::{Body, Outgoing};
use crate::{Error, ErrorCode, Message, MessageId, Mutex, Result, excerpt};

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
pub struct Outbox(Arc<Way>);

enum Way {
    /// To a function.
    Function(Box<dyn Fn(Output) + Send + Sync>),
    /// Messages, as lines with their line ends, to where they wait to be written, and what is logged
    /// to a function. To write a line at once costs less than to make a message first.
    Lines(Arc<Said>, Box<dyn Fn(&str) + Send + Sync>),
}

/// Lines that a node has said, and that are yet to be written.
#[derive(Default)]
pub struct Said {
    pub text: Mutex<Vec<u8>>,
    /// Told of every new line.
    pub news: Notify,
}

impl Outbox {
    /// Whatever is said goes to `outbox`.
    pub fn new(outbox: impl Fn(Output) + Send + Sync + 'static) -> Outbox {
        Outbox(Arc::new(Way::Function(Box::new(outbox))))
    }

    /// Messages are added to `lines`, each a line with its line end; what is logged goes to `log`.
    pub fn of_lines(lines: Arc<Said>, log: impl Fn(&str) + Send + Sync + 'static) -> Outbox {
        Outbox(Arc::new(Way::Lines(lines, Box::new(log))))
    }

    /// Says a message. Fails, with nothing said, if its body does not serialise to a JSON object.
    pub fn send(&self, message: &Outgoing<impl Serialize>) -> Result<()> {
        match &*self.0 {
            Way::Function(outbox) => outbox(Output::Message(message.to_message()?)),
            Way::Lines(lines, _) => {
                message.write_line(&mut lines.text.lock())?;
                lines.news.notify_one();
            }
        }
        Ok(())
    }

    pub fn log(&self, line: impl Display) {
        match &*self.0 {
            Way::Function(outbox) => outbox(Output::Log(line.to_string())),
            Way::Lines(_, log) => log(&line.to_string()),
        }
    }

    /// Answers a request that carries a `msg_id`; there is no reply to one without.
    ///
    /// Fails with [`ErrorCode::Crash`] if the body does not serialise to a JSON object: the request
    /// was fine, and what it asked for may have been done.
    pub fn reply<B>(
        &self,
        request: &Message<B>,
        msg_id: Option<&MessageId>,
        body: &impl Serialize,
    ) -> Result<()> {
        if msg_id.is_none() {
            return Ok(());
        }
        let body = Body { own: body, msg_id: None, in_reply_to: msg_id };
        let reply = Outgoing { src: &request.dest, dest: &request.src, body };
        self.send(&reply).map_err(|error| Error::new(ErrorCode::Crash, error.text))
    }

    /// Answers a request with an error. If it carries no `msg_id`, the error is logged instead, or
    /// nobody would ever hear of it.
    pub fn refuse<B>(&self, request: &Message<B>, msg_id: Option<&MessageId>, error: &Error) {
        if msg_id.is_none() {
            let src = excerpt(&request.src);
            self.log(format!("no usable msg_id, so {src} does not hear of {error}"));
        }
        if let Err(error) = self.reply(request, msg_id, error) {
            self.log(format!("a reply was lost: {error}"));
        }
    }
}

//! The life of a node, from `init` to the end of its input, wherever its messages come from.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;

use crate::caught::{Panic, caught, caught_async};
use crate::node::Reply;
use crate::outbox::{Outbox, Output};
use crate::request::{self, Request};
use crate::{Error, ErrorCode, Handler, Message, MessageId, Node, Result, excerpt};

/// How long handlers may go on when the input has ended.
const GRACE: Duration = Duration::from_secs(1);

/// How many requests may be waiting for something at a time, within one node.
const MOST: usize = 10_000;

/// Runs a node until its `inbox` is closed.
///
/// Whatever the node says is handed to `outbox`, in order; `outbox` must not wait. When the input
/// ends, handlers that still run get one second more, background tasks run until they first wait and
/// are stopped, and the outbox is dropped. If the future is dropped before that, all of them are stopped at once.
///
/// `seed` is for the node's own random numbers: with the same seed and the same input at the same
/// times of tokio's clock, a node on a `current_thread` runtime says the same.
///
/// Wrong input never ends a node. A request whose type is unknown, whose fields do not fit, which
/// comes before `init`, or on which the handler fails or panics, gets an error reply (Maelstrom
/// protocol, Errors), or a line in the log if it has no `msg_id`. A second `init` gets `init_ok`
/// and changes nothing. A reply that nobody waits for is dropped.
///
/// At most 10,000 requests are handled at a time: while so many wait, any other gets error 11
/// (temporarily unavailable). The inbox is read all the same, since what they wait for may be in
/// it: a node that stopped reading could wait for itself.
pub async fn serve<H: Handler>(
    mut inbox: Receiver<Message>,
    outbox: impl Fn(Output) + Send + Sync + 'static,
    seed: u64,
) {
    let mut life = Life::<H>::new(Outbox::new(outbox), seed);
    while let Some(message) = inbox.recv().await {
        life.receive(message).await;
    }
    life.finish().await;
}

/// A node, before `init` and after.
pub struct Life<H> {
    server: Option<Server<H>>,
    outbox: Outbox,
    seed: u64,
}

impl<H: Handler> Life<H> {
    pub fn new(outbox: Outbox, seed: u64) -> Life<H> {
        Life { server: None, outbox, seed }
    }

    /// Does what one line asks for, as far as it can be done without waiting. A line that is no
    /// message is logged.
    pub async fn receive_line(&mut self, line: &[u8]) {
        // Most lines are requests. For one that is not, or whose reading panics, there is more to
        // say than that.
        if let Some(server) = &mut self.server
            && let Ok(Some(request)) = caught(|| request::read_line(line))
        {
            return server.handle(request).await;
        }
        match Message::parse(line) {
            Ok(message) => self.receive(message).await,
            Err(error) => self.outbox.log(error.text),
        }
    }

    /// Does what one message asks for, as far as it can be done without waiting.
    pub async fn receive(&mut self, message: Message) {
        let header = match message.header() {
            Ok(header) => header,
            Err(error) => return self.refuse(&message, message.usable_msg_id().as_ref(), error),
        };
        let msg_id = header.msg_id;
        let result = match (self.server.as_mut(), header.in_reply_to, &*header.kind) {
            (Some(server), Some(request), kind) => {
                let is_error = kind == "error";
                return server.node.resolve(&request, Reply { message, is_error });
            }
            // Nobody can be waiting before `init`.
            (None, Some(_), _) => return,
            (None, None, "init") => {
                Server::start(&message, &self.outbox, self.seed).map(|started| {
                    self.server = Some(started);
                    Initialised::InitOk
                })
            }
            (Some(_), None, "init") => Ok(Initialised::InitOk),
            (Some(server), None, _) => match caught(|| request::read(&message)) {
                Ok(Ok(request)) => return server.handle(request).await,
                Ok(Err(error)) => Err(error),
                Err(panic) => Err(panicked("handler", panic, &self.outbox)),
            },
            (None, None, kind) => {
                let kind = excerpt(kind);
                let text =
                    format!("`{kind}` came before `init`: this node does not know who it is");
                Err(Error::new(ErrorCode::TemporarilyUnavailable, text))
            }
        };
        let result = result.and_then(|body| self.outbox.reply(&message, msg_id.as_ref(), &body));
        if let Err(error) = result {
            self.refuse(&message, msg_id.as_ref(), error);
        }
    }

    fn refuse(&self, message: &Message, msg_id: Option<&MessageId>, mut error: Error) {
        if msg_id.is_none() {
            error.text += &format!(": {}", excerpt(message.body.get()));
        }
        self.outbox.refuse(message, msg_id, &error);
    }

    /// Ends the node: its input has ended.
    pub async fn finish(self) {
        if let Some(server) = self.server {
            server.finish().await;
        }
    }
}

/// The body of `init` (Maelstrom protocol, Initialization).
#[derive(Deserialize)]
struct Init {
    node_id: String,
    node_ids: Vec<String>,
}

/// The reply to it.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Initialised {
    InitOk,
}

/// A node that knows who it is, and the requests that it is handling.
struct Server<H> {
    handler: Arc<H>,
    node: Node,
    outbox: Outbox,
    handling: JoinSet<()>,
}

impl<H: Handler> Server<H> {
    fn start(message: &Message, outbox: &Outbox, seed: u64) -> Result<Server<H>> {
        let Init { node_id, node_ids } = message
            .read_body()
            .map_err(|why| Error::new(ErrorCode::MalformedRequest, format!("`init`: {why}")))?;
        let node = Node::new(node_id, node_ids, outbox.clone(), seed);
        let handler = caught(|| H::init(node.clone())).map_err(|panic| {
            // It may have started tasks before it panicked.
            node.close();
            panicked("server's init", panic, outbox)
        })?;
        let outbox = outbox.clone();
        Ok(Server { handler: Arc::new(handler), node, outbox, handling: JoinSet::new() })
    }

    /// Begins to handle a request. A handler that waits for nothing is done at once, before the
    /// next message is looked at; one that has to wait goes on as a task of its own.
    async fn handle(&mut self, message: Message<Request<H::Request>>) {
        let Message { src, dest, body: Request { msg_id, own } } = message;
        let message = Message { src, dest, body: () };
        if self.waiting() >= MOST {
            let text = format!("{MOST} requests are being handled already");
            let error = Error::new(ErrorCode::TemporarilyUnavailable, text);
            return self.outbox.refuse(&message, msg_id.as_ref(), &error);
        }
        let handler = self.handler.clone();
        let outbox = self.outbox.clone();
        let mut handling = Box::pin(async move {
            let handled = caught_async(async {
                let response = handler.handle(own).await?;
                outbox.reply(&message, msg_id.as_ref(), &response)
            });
            let result = handled.await;
            let result = result.unwrap_or_else(|panic| Err(panicked("handler", panic, &outbox)));
            if let Err(error) = result {
                outbox.refuse(&message, msg_id.as_ref(), &error);
            }
        });
        let first = poll_fn(|context| Poll::Ready(handling.as_mut().poll(context))).await;
        if first.is_pending() {
            self.handling.spawn(handling);
        }
    }

    /// How many requests wait for something. Forgets those that do no longer.
    fn waiting(&mut self) -> usize {
        while self.handling.try_join_next().is_some() {}
        self.handling.len()
    }

    async fn finish(mut self) {
        let all_handled = async { while self.handling.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all_handled).await.is_err() {
            let left = self.handling.len();
            self.outbox.log(format!("gave up {GRACE:?} after the last input; unanswered: {left}"));
            self.handling.shutdown().await;
        }
        self.node.start_tasks().await;
        if let Some(mut tasks) = self.node.close() {
            tasks.shutdown().await;
        }
    }
}

impl<H> Drop for Server<H> {
    fn drop(&mut self) {
        // Tasks hold the node and the node holds its tasks: break the circle.
        self.node.close();
    }
}

/// Logs a panic, and makes an error of it.
fn panicked(what: &str, panic: Panic, outbox: &Outbox) -> Error {
    outbox.log(format!("the {what} {panic}"));
    Error::new(ErrorCode::Crash, format!("the {what} panicked: {}", panic.words))
}

//! Runs a node from `init` to the end of its input, wherever its messages come from.

use std::fmt::Display;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;

use crate::catch_panic::catch_panic;
use crate::node::Reply;
use crate::outbox::{Outbox, Output};
use crate::server::{self, Handling, Server, panicked};
use crate::{Error, ErrorCode, Handler, Message, MessageId, Node, Result, excerpt};

/// How long handlers may keep running after the input has ended.
const GRACE: Duration = Duration::from_secs(1);

/// How many requests one node may handle at a time.
const MAX_RUNNING: usize = 10_000;

/// Runs a node until its `inbox` is closed.
///
/// All output is passed to `outbox`, in order; `outbox` must not block. When the input ends, handlers
/// that still run get one more second, background tasks run until they first wait and are then
/// stopped, and the outbox is dropped. Dropping the future stops all of them at once.
///
/// `seed` seeds the node's random numbers: with the same seed, and the same input at the same times of
/// tokio's clock, a node on a `current_thread` runtime produces the same output.
///
/// Malformed input never ends a node. A request of unknown type, with fields that do not fit, before
/// `init`, or on which the handler fails or panics, gets an error reply (Maelstrom protocol, Errors),
/// or a line in the log if it has no `msg_id`. A second `init` gets `init_ok` and changes nothing. An
/// unexpected reply is dropped.
///
/// At most 10,000 requests are handled at a time; any further one gets error 11 (temporarily
/// unavailable). The inbox is still read, because it may hold the replies that those requests wait
/// for: a node that stopped reading could deadlock.
pub async fn serve<H: Handler>(
    inbox: Receiver<Message>,
    outbox: impl Fn(Output) + Send + Sync + 'static,
    seed: u64,
) {
    NodeState::new(server::init::<H>, Outbox::new(outbox), seed).receive_all(inbox).await;
}

/// Creates a server, once `init` has told the node who it is.
pub type Init = fn(Node) -> Arc<dyn Server>;

/// A node, before `init` and after.
pub struct NodeState {
    init: Init,
    running: Option<Running>,
    outbox: Outbox,
    seed: u64,
}

impl NodeState {
    pub fn new(init: Init, outbox: Outbox, seed: u64) -> NodeState {
        NodeState { init, running: None, outbox, seed }
    }

    /// Handles messages until the inbox is closed. In a box: unboxed, the code of the whole loop would be
    /// compiled again with every server.
    fn receive_all(
        mut self,
        mut inbox: Receiver<Message>,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            while let Some(message) = inbox.recv().await {
                self.receive(message).await;
            }
            self.finish().await;
        })
    }

    /// Handles the message in one line as far as possible without waiting. Logs a line that is not a
    /// message.
    pub async fn receive_line(&mut self, line: &[u8]) {
        // Most lines are requests. The slow path below says what is wrong with one that is
        // not, or that panics while it is read.
        if let Some(running) = &mut self.running
            && !running.is_full()
            && let Ok(Some(handling)) =
                catch_panic(|| running.server.clone().begin_line(line, &self.outbox))
        {
            return running.handle(handling).await;
        }
        match Message::parse(line) {
            Ok(message) => self.receive(message).await,
            Err(error) => self.outbox.log(error.text),
        }
    }

    /// Handles one message as far as possible without waiting.
    pub async fn receive(&mut self, message: Message) {
        // A valid request can be read without its header. The slow path below says what is wrong with
        // one that is not.
        if let Some(running) = &mut self.running
            && !message.may_be_a_reply()
            && !running.is_full()
            && let Ok(Ok(handling)) =
                catch_panic(|| running.server.clone().begin(&message, &self.outbox))
        {
            return running.handle(handling).await;
        }
        let header = match message.header() {
            Ok(header) => header,
            Err(error) => return self.refuse(&message, message.usable_msg_id().as_ref(), error),
        };
        let msg_id = header.msg_id;
        let result = match (self.running.as_mut(), header.in_reply_to, &*header.kind) {
            (Some(running), Some(request), kind) => {
                let is_error = kind == "error";
                return running.node.resolve(&request, Reply { message, is_error });
            }
            // No request can be pending before `init`.
            (None, Some(_), _) => return,
            (None, None, "init") => Running::start(&message, self.init, &self.outbox, self.seed)
                .map(|started| {
                    self.running = Some(started);
                    Initialised::InitOk
                }),
            (Some(_), None, "init") => Ok(Initialised::InitOk),
            (Some(running), None, _) => {
                match catch_panic(|| running.server.clone().begin(&message, &self.outbox)) {
                    Ok(Ok(_)) if running.is_full() => {
                        let text = format!("{MAX_RUNNING} requests are being handled already");
                        Err(Error::new(ErrorCode::TemporarilyUnavailable, text))
                    }
                    Ok(Ok(handling)) => return running.handle(handling).await,
                    Ok(Err(error)) => Err(error),
                    Err(panic) => Err(panicked("handler", panic, &self.outbox)),
                }
            }
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

    /// Logs a line.
    pub fn log(&self, line: impl Display) {
        self.outbox.log(line);
    }

    /// Ends the node: its input has ended.
    pub async fn finish(self) {
        if let Some(running) = self.running {
            running.finish().await;
        }
    }
}

/// The body of `init` (Maelstrom protocol, Initialization).
#[derive(Deserialize)]
struct Identity {
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
struct Running {
    server: Arc<dyn Server>,
    node: Node,
    outbox: Outbox,
    handling: JoinSet<()>,
}

impl Running {
    fn start(message: &Message, init: Init, outbox: &Outbox, seed: u64) -> Result<Running> {
        let Identity { node_id, node_ids } = message
            .read_body()
            .map_err(|why| Error::new(ErrorCode::MalformedRequest, format!("`init`: {why}")))?;
        let node = Node::new(node_id, node_ids, outbox.clone(), seed);
        let server = catch_panic(|| init(node.clone())).map_err(|panic| {
            // It may have started tasks before it panicked.
            node.close();
            panicked("server's init", panic, outbox)
        })?;
        Ok(Running { server, node, outbox: outbox.clone(), handling: JoinSet::new() })
    }

    /// Handles a request. If it never waits, it is done before the next message is looked at;
    /// otherwise it continues as a task of its own.
    async fn handle(&mut self, mut handling: Handling) {
        let first = poll_fn(|context| Poll::Ready(handling.as_mut().poll(context))).await;
        if first.is_pending() {
            self.handling.spawn(handling);
        }
    }

    /// Whether [`MAX_RUNNING`] requests are being handled.
    fn is_full(&mut self) -> bool {
        // Remove those that are done.
        while self.handling.try_join_next().is_some() {}
        self.handling.len() >= MAX_RUNNING
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

impl Drop for Running {
    fn drop(&mut self) {
        // Tasks own the node and the node owns its tasks: break the cycle.
        self.node.close();
    }
}

//! A server, and its handle on the cluster.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rand::distr::uniform::{SampleRange, SampleUniform};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::catch_panic::catch_panic_async;
use crate::message::{Body, Outgoing};
use crate::outbox::Outbox;
use crate::{Error, ErrorCode, Message, MessageId, Mutex, Result, excerpt};

#[cfg(test)]
mod tests;

/// A server: the requests it takes, the responses it gives, and how it handles one.
///
/// Make requests and responses two enums with `#[serde(tag = "type", rename_all =
/// "snake_case")]` and one variant for each message type. The compiler then checks that every request
/// is handled, and an unknown `type` gets error 10 (not supported).
pub trait Handler: Send + Sync + Sized + 'static {
    /// A request: the fields of a body, without its ids. A body that does not deserialise to it gets
    /// error 12 (malformed request).
    type Request: DeserializeOwned + Send;
    /// A response: a JSON object with a `type`. [`serve`](crate::serve) adds `in_reply_to`.
    type Response: Serialize + Send;

    /// Creates the server. Called once, when `init` has told the node its name and its peers. If it
    /// panics, `init` gets error 13 (crash), and may be sent again.
    fn init(node: Node) -> Self;

    /// Handles one request. Requests are handled concurrently; replies to those that never wait are
    /// sent in the order of the requests.
    ///
    /// An error is sent as the reply; a panic is answered with error 13 (crash). A request without
    /// `msg_id` is handled, and not answered.
    fn handle(&self, request: Self::Request)
    -> impl Future<Output = Result<Self::Response>> + Send;

    /// Handles one request from `src`, a node such as `n1` or a client such as `c4`. By default it
    /// calls [`handle`](Self::handle): implement it, too, if the sender matters, for instance because a
    /// value need not go back to where it came from. `handle` must exist anyway; it may then call this
    /// one with an empty name.
    fn handle_from(
        &self,
        src: &str,
        request: Self::Request,
    ) -> impl Future<Output = Result<Self::Response>> + Send {
        let _ = src;
        self.handle(request)
    }
}

/// A server's handle on its cluster: the other nodes, and ways to send them messages. Cheap to clone.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    id: String,
    peers: Vec<String>,
    outbox: Outbox,
    pending: Mutex<Pending>,
    /// The background tasks; `None` once the node has ended.
    tasks: Mutex<Option<JoinSet<()>>>,
    /// How many tasks have been spawned.
    spawned: AtomicUsize,
    /// How many of them have been polled at least once, which happens in the order of spawning.
    started: AtomicUsize,
    generator: Mutex<StdRng>,
}

/// The RPCs that wait for a reply.
#[derive(Default)]
struct Pending {
    last_msg_id: i64,
    replies: BTreeMap<i64, oneshot::Sender<Reply>>,
}

/// The reply to an RPC.
pub(crate) struct Reply {
    pub message: Message,
    /// Whether its type is `error`.
    pub is_error: bool,
}

impl Node {
    pub(crate) fn new(id: String, node_ids: Vec<String>, outbox: Outbox, seed: u64) -> Node {
        let peers = node_ids.into_iter().filter(|other| *other != id).collect();
        Node(Arc::new(Inner {
            id,
            peers,
            outbox,
            pending: Mutex::default(),
            tasks: Mutex::new(Some(JoinSet::new())),
            spawned: AtomicUsize::new(0),
            started: AtomicUsize::new(0),
            generator: Mutex::new(StdRng::seed_from_u64(seed)),
        }))
    }

    /// This node's own name, such as `n1`.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The names of all other nodes of the cluster, in the order in which `init` lists them.
    pub fn peers(&self) -> &[String] {
        &self.0.peers
    }

    /// Sends a message without a `msg_id`, so that there is no reply. If the network drops it, the node
    /// does not find out.
    ///
    /// A body that does not serialise to a JSON object is logged and not sent.
    pub fn send(&self, dest: &str, body: &impl Serialize) {
        let body = Body { fields: body, msg_id: None, in_reply_to: None };
        if let Err(error) = self.0.outbox.send(&Outgoing { src: self.id(), dest, body }) {
            self.log(format!("a message to {dest} was not sent: {error}"));
        }
    }

    /// Sends a request and waits for its reply, at most for `limit`.
    ///
    /// Fails with
    /// - the code and text of an error reply,
    /// - [`ErrorCode::Timeout`] if no reply comes in time: the request may have taken effect,
    /// - [`ErrorCode::Crash`] if the reply does not deserialise to `T`: likewise,
    /// - [`ErrorCode::MalformedRequest`] if `body` does not serialise to a JSON object.
    ///
    /// To give up early, drop the future. A late reply is dropped.
    pub async fn rpc<T: DeserializeOwned>(
        &self,
        dest: &str,
        body: &impl Serialize,
        limit: Duration,
    ) -> Result<T> {
        let (pending, reply) = PendingReply::register(self);
        let body = Body { fields: body, msg_id: Some(pending.msg_id), in_reply_to: None };
        self.0.outbox.send(&Outgoing { src: self.id(), dest, body })?;
        let Ok(Ok(Reply { message: reply, is_error })) = tokio::time::timeout(limit, reply).await
        else {
            let text = format!("{dest} did not answer within {limit:?}");
            return Err(Error::new(ErrorCode::Timeout, text));
        };
        let does_not_fit = |why| {
            let body = excerpt(reply.body.get());
            let text = format!("the reply of {dest} does not fit ({why}): {body}");
            Error::new(ErrorCode::Crash, text)
        };
        if is_error {
            return Err(reply.read_body().unwrap_or_else(does_not_fit));
        }
        reply.read_body_with_floats().map_err(does_not_fit)
    }

    /// Runs a task in the background until it is done or the node ends.
    ///
    /// A panic in it is logged, and the node keeps running. Once the node has ended, the task is dropped.
    ///
    /// The number of tasks is not limited: if every request spawns a task that never ends, memory grows
    /// without bound.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        // In a box: unboxed, each future around it would make room for it twice.
        self.spawn_boxed(Box::pin(task));
    }

    fn spawn_boxed(&self, task: Pin<Box<dyn Future<Output = ()> + Send>>) {
        let node = self.clone();
        let task = async move {
            node.0.started.fetch_add(1, Ordering::Relaxed);
            if let Err(panic) = catch_panic_async(task).await {
                node.log(format!("a background task {panic}"));
            }
        };
        if let Some(tasks) = self.0.tasks.lock().as_mut() {
            // Remove finished tasks, or the set would grow for as long as the node runs.
            while tasks.try_join_next().is_some() {}
            tasks.spawn(task);
            self.0.spawned.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Logs a line: to stderr as a process, to the node's log file when simulated.
    pub fn log(&self, line: impl Display) {
        self.0.outbox.log(line);
    }

    /// Returns a uniformly random value from `range`. It is drawn from the node's own seeded generator,
    /// so that a simulated run can be reproduced. Panics if the range is empty.
    pub fn random_range<T: SampleUniform>(&self, range: impl SampleRange<T>) -> T {
        self.0.generator.lock().random_range(range)
    }

    /// Passes a reply to the RPC that waits for it. Drops the reply if there is none.
    pub(crate) fn resolve(&self, msg_id: &MessageId, reply: Reply) {
        // This node's own ids are short.
        let MessageId::Short(msg_id) = msg_id else { return };
        let waiting = self.0.pending.lock().replies.remove(msg_id);
        if let Some(waiting) = waiting {
            let _ = waiting.send(reply);
        }
    }

    /// Waits until every task spawned so far has been polled once, so that it can send its first message.
    pub(crate) async fn start_tasks(&self) {
        let spawned = self.0.spawned.load(Ordering::Relaxed);
        while self.0.started.load(Ordering::Relaxed) < spawned {
            tokio::task::yield_now().await;
        }
    }

    /// Takes the background tasks out of the node, which runs no more of them.
    pub(crate) fn close(&self) -> Option<JoinSet<()>> {
        self.0.tasks.lock().take()
    }
}

/// An RPC's entry among the pending ones, which is removed when this is dropped.
struct PendingReply<'a> {
    node: &'a Node,
    msg_id: i64,
}

impl PendingReply<'_> {
    fn register(node: &Node) -> (PendingReply<'_>, oneshot::Receiver<Reply>) {
        let (sender, receiver) = oneshot::channel();
        let mut pending = node.0.pending.lock();
        pending.last_msg_id += 1;
        let msg_id = pending.last_msg_id;
        pending.replies.insert(msg_id, sender);
        (PendingReply { node, msg_id }, receiver)
    }
}

impl Drop for PendingReply<'_> {
    fn drop(&mut self) {
        self.node.0.pending.lock().replies.remove(&self.msg_id);
    }
}

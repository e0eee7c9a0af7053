//! Nodes as tasks in this process: the same servers, without pipes, in virtual time.

use std::fs::File;
use std::future::{Future, poll_fn};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use common::{Handler, Message, Mutex, Output, excerpt, serve};
use rand::RngExt;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::task::JoinHandle;

use super::recent_lines::RecentLines;
use super::{Backlogged, NodeEvent};
use crate::cluster::watchdog::Watchdog;
use crate::console::Console;
use crate::error::Error;
use crate::names::NodeNames;
use crate::network::Envelope;
use crate::random;

/// How many messages may wait to be read by one node.
const MAX_INBOX_MESSAGES: usize = 100_000;

/// Nodes as tasks of the current tokio runtime, which must have a single thread for runs to be
/// reproducible.
#[derive(Debug)]
pub struct Tasks {
    names: NodeNames,
    nodes: Vec<NodeTask>,
    events: mpsc::UnboundedReceiver<NodeEvent>,
}

#[derive(Debug)]
struct NodeTask {
    inbox: mpsc::Sender<Message>,
    stderr: RecentLines,
    task: JoinHandle<()>,
}

/// What runs as each node: a future made from an inbox, an outbox and a seed, which ends when the node
/// ends.
#[derive(Clone)]
pub struct Program(Arc<dyn Fn(Inbox, Outbox, u64) -> NodeFuture + Send + Sync>);

/// The messages for a node.
pub type Inbox = mpsc::Receiver<Message>;

/// Where a node sends its output.
pub type Outbox = Box<dyn Fn(Output) + Send + Sync>;

type NodeFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Program {
    /// Servers of type `H`.
    pub fn of<H: Handler>() -> Program {
        Program::new(serve::<H>)
    }

    /// Any other node, such as one that no [`Handler`] could be.
    pub fn new<F>(node: impl Fn(Inbox, Outbox, u64) -> F + Send + Sync + 'static) -> Program
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Program(Arc::new(move |inbox, outbox, seed| Box::pin(node(inbox, outbox, seed))))
    }
}

impl Tasks {
    /// Starts a node for each name. Its random numbers come from `seed`, and `watchdog` knows when it is
    /// working. What it logs goes to `<name>.log` in `logs`, and to the console, if they are given.
    ///
    /// Fails if a log cannot be created.
    pub fn start(
        program: &Program,
        names: &NodeNames,
        seed: u64,
        watchdog: &Watchdog,
        logs: Option<&Path>,
        console: Option<Arc<Console>>,
    ) -> Result<Tasks, Error> {
        let (sender, events) = mpsc::unbounded_channel();
        let mut nodes = vec![];
        for (index, name) in names.iter().enumerate() {
            let stderr = RecentLines::default();
            let log = NodeLog::create(name, logs, stderr.clone(), console.clone())?;
            let (inbox, messages) = mpsc::channel(MAX_INBOX_MESSAGES);
            // By its index, so that a seed gives the same run under other names.
            let seed = random::generator(seed, &format!("node n{index}")).random();
            let ending = Ending { node: index, events: sender.clone() };
            let sender = sender.clone();
            let outbox = Box::new(move |output| match output {
                // The receiver is gone when the run is over.
                Output::Message(message) => {
                    drop(sender.send(NodeEvent::Message { node: index, message }));
                }
                Output::Log(line) => log.keep(&line),
            });
            let mut future = (program.0)(messages, outbox, seed);
            let watchdog = watchdog.clone();
            let task = tokio::spawn(async move {
                let _ending = ending;
                poll_fn(|context| watchdog.working(index, || future.as_mut().poll(context))).await;
            });
            nodes.push(NodeTask { inbox, stderr, task });
        }
        Ok(Tasks { names: names.clone(), nodes, events })
    }

    /// Waits for the next thing that a node does.
    pub async fn next(&mut self) -> NodeEvent {
        match self.events.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    /// Adds a message to a node's inbox. Fails if that is full.
    pub fn deliver(&mut self, node: usize, envelope: Envelope) -> Result<(), Backlogged> {
        let Envelope { src, dest, body, .. } = envelope;
        let [src, dest] = [src, dest].map(|end| self.names.of_endpoint(end).into_owned());
        let message = Message { src, dest, body };
        match self.nodes[node].inbox.try_send(message) {
            Err(TrySendError::Full(_)) => {
                Err(Backlogged(format!("{MAX_INBOX_MESSAGES} messages wait for it in its inbox")))
            }
            // The end of a node is an event of its own.
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
        }
    }

    /// The last lines that a node logged, if it logged any.
    pub fn recent_output(&self, node: usize) -> Vec<(&'static str, Vec<String>)> {
        let lines = self.nodes[node].stderr.lines();
        if lines.is_empty() { vec![] } else { vec![("its log", lines)] }
    }

    /// Ends every node.
    pub fn stop(self) {
        self.nodes.iter().for_each(|node| node.task.abort());
    }
}

/// Reports the end of a node when dropped, even by a panic.
struct Ending {
    node: usize,
    events: mpsc::UnboundedSender<NodeEvent>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let how = "ended by itself".into();
        let _ = self.events.send(NodeEvent::Ended { node: self.node, how });
    }
}

/// Where a node's log goes.
struct NodeLog {
    node: String,
    file: Option<Mutex<BufWriter<File>>>,
    recent_lines: RecentLines,
    console: Option<Arc<Console>>,
}

impl NodeLog {
    fn create(
        node: &str,
        folder: Option<&Path>,
        recent_lines: RecentLines,
        console: Option<Arc<Console>>,
    ) -> Result<NodeLog, Error> {
        let create = |folder: &Path| {
            let path = folder.join(format!("{node}.log"));
            File::create(&path).map_err(Error::path("create", &path))
        };
        let file = folder.map(create).transpose()?.map(|file| Mutex::new(BufWriter::new(file)));
        Ok(NodeLog { node: node.to_owned(), file, recent_lines, console })
    }

    fn keep(&self, line: &str) {
        if let Some(file) = &self.file {
            // A full disk must not stop the node.
            let _ = writeln!(file.lock(), "{line}");
        }
        self.recent_lines.push(excerpt(line));
        if let Some(console) = &self.console {
            console.line(&format!("{}: {line}", self.node));
        }
    }
}

//! The nodes of a run. Only this module knows how a node is hosted.

pub mod channel;
mod inspected;
pub(crate) mod processes;
pub mod reaper;
pub mod recent_lines;
pub mod stdout;
pub mod tasks;
pub(crate) mod watchdog;

use common::Message;

use self::processes::Processes;
use self::recent_lines::Pending;
use self::tasks::Tasks;
use crate::network::Envelope;

/// Something that a node did.
#[derive(Debug)]
pub enum NodeEvent {
    /// It sent a message.
    Message {
        /// The node's index.
        node: usize,
        /// What it sent.
        message: Message,
    },
    /// It wrote a line to stdout that is not a valid message. If a message can be read from it, that
    /// follows.
    InvalidLine {
        /// The node's index.
        node: usize,
        /// What is wrong with it, in a sentence.
        reason: String,
        /// The line, truncated.
        line: String,
    },
    /// It ended before the run did.
    Ended {
        /// The node's index.
        node: usize,
        /// How, as in "exited with status 1".
        how: String,
    },
}

/// A node has stopped reading: what waits for it, as in "64 MiB wait for it on its stdin".
#[derive(Debug)]
pub struct Backlogged(pub String);

/// The nodes of a run.
#[derive(Debug)]
pub enum Cluster {
    /// Each is a process of its own, and time is real.
    Processes(Processes),
    /// Each is a task in this process, and time may be virtual.
    Tasks(Tasks),
}

impl Cluster {
    /// Waits for the next thing that a node does.
    pub async fn next(&mut self) -> NodeEvent {
        match self {
            Cluster::Processes(processes) => processes.next().await,
            Cluster::Tasks(tasks) => tasks.next().await,
        }
    }

    /// Sends a message to node number `node`, without waiting. Fails if so much waits for the node that it
    /// must have stopped reading.
    pub fn deliver(&mut self, node: usize, envelope: Envelope) -> Result<(), Backlogged> {
        match self {
            Cluster::Processes(processes) => processes.deliver(node, envelope),
            Cluster::Tasks(tasks) => tasks.deliver(node, envelope),
        }
    }

    /// The last lines that a node wrote, by stream.
    pub fn recent_output(&self, node: usize) -> Vec<(&'static str, Vec<String>)> {
        match self {
            Cluster::Processes(processes) => processes.recent_output(node),
            Cluster::Tasks(tasks) => tasks.recent_output(node),
        }
    }

    /// What a node has written to stdout without a newline. A simulated node has no stdout.
    pub fn pending(&self, node: usize) -> Option<Pending> {
        match self {
            Cluster::Processes(processes) => processes.pending(node),
            Cluster::Tasks(_) => None,
        }
    }

    /// Ends every node, and waits until they have ended.
    pub async fn stop(self) {
        match self {
            Cluster::Processes(processes) => processes.stop().await,
            Cluster::Tasks(tasks) => tasks.stop(),
        }
    }
}

//! Workers: each is bound to a node, and carries out one operation at a time.

use std::collections::VecDeque;

use crate::options::Options;
use crate::record::history::Kind;
use crate::run::client::Clients;
use crate::workload::Request;

/// The workers of a run: worker i talks to node i modulo the number of nodes.
#[derive(Debug, Default)]
pub struct Workers {
    workers: Vec<Worker>,
    /// How many there are, apart from those that began because others were busy.
    planned: usize,
    busy: usize,
    /// Operations that are due, each with the worker whose turn it is.
    queue: VecDeque<(usize, Request)>,
}

#[derive(Debug)]
struct Worker {
    node: usize,
    process: u64,
    client: u64,
    busy: bool,
}

impl Workers {
    /// The workers that the options ask for, each with a client of its own.
    pub fn new<P>(options: &Options, clients: &mut Clients<P>) -> Workers {
        let worker = |index: usize| {
            let node = index % options.nodes.count();
            Worker { node, process: index as u64, client: clients.open(node), busy: false }
        };
        let workers: Vec<Worker> = (0..options.workers()).map(worker).collect();
        Workers { planned: workers.len(), workers, busy: 0, queue: VecDeque::new() }
    }

    /// Whether a worker waits for a reply.
    pub fn any_busy(&self) -> bool {
        self.busy > 0
    }

    /// The node that a worker talks to.
    pub fn node(&self, worker: usize) -> usize {
        self.workers[worker].node
    }

    /// Queues an operation for that worker, or the next free one after it.
    pub fn enqueue(&mut self, worker: usize, request: Request) {
        self.queue.push_back((worker, request));
    }

    /// Whether at most as many operations are queued as there are workers.
    pub fn has_room(&self) -> bool {
        self.queue.len() <= self.workers.len()
    }

    /// Drops the operations that have not begun.
    pub fn forget_queue(&mut self) {
        self.queue.clear();
    }

    /// The next queued operation and a free worker for it, if there are both.
    pub fn take_turn(&mut self) -> Option<(usize, Request)> {
        let (turn, _) = self.queue.front()?;
        let count = self.workers.len();
        let free = (*turn..turn + count).find(|worker| !self.workers[worker % count].busy)?;
        let (_, request) = self.queue.pop_front()?;
        Some((free % count, request))
    }

    /// A free worker of `node`. If all are busy, one more begins, with a client of its own.
    pub fn of_node<P>(&mut self, node: usize, clients: &mut Clients<P>) -> usize {
        let is_free = |worker: &Worker| worker.node == node && !worker.busy;
        self.workers.iter().position(is_free).unwrap_or_else(|| {
            let process = self.new_process();
            self.workers.push(Worker { node, process, client: clients.open(node), busy: false });
            self.workers.len() - 1
        })
    }

    /// Starts an operation of a free worker. Gives its node, process and client.
    pub fn start(&mut self, worker: usize) -> (usize, u64, u64) {
        let worker = &mut self.workers[worker];
        worker.busy = true;
        self.busy += 1;
        (worker.node, worker.process, worker.client)
    }

    /// A worker's operation has ended. If its outcome is unknown, it may still take effect, so the worker
    /// goes on as a new process with a new client (Jepsen's rule).
    pub fn finish<P>(&mut self, worker: usize, ending: Kind, clients: &mut Clients<P>) {
        let process = match self.workers.len() == self.planned {
            // Maelstrom counts like this.
            true => self.workers[worker].process + self.planned as u64,
            false => self.new_process(),
        };
        let worker = &mut self.workers[worker];
        worker.busy = false;
        self.busy -= 1;
        if ending == Kind::Info {
            clients.close(worker.client);
            worker.process = process;
            worker.client = clients.open(worker.node);
        }
    }

    /// A process that there has never been.
    fn new_process(&self) -> u64 {
        self.workers.iter().map(|worker| worker.process + 1).max().unwrap_or_default()
    }
}

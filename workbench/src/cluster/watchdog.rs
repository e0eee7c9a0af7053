//! The watchdog of a run: shows another thread whether the event loop is making progress.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use common::Mutex;

use crate::names::NodeNames;
use crate::network::Envelope;

/// Counts the rounds of an event loop, and remembers its last deliveries. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Watchdog {
    ticks: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    /// The index of the node that is working, plus 1; 0 if none is.
    current_node: Arc<AtomicUsize>,
    delivered: Arc<Mutex<VecDeque<Envelope>>>,
}

impl Watchdog {
    const MAX_DELIVERED: usize = 8;

    /// The event loop begins a round.
    pub fn tick(&self) {
        self.ticks.fetch_add(1, Ordering::Relaxed);
    }

    /// The run is over. What follows, such as writing a long history, has no rounds.
    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether the run is over.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// Remembers a delivered message.
    pub fn delivered(&self, envelope: &Envelope) {
        let mut delivered = self.delivered.lock();
        if delivered.len() == Watchdog::MAX_DELIVERED {
            delivered.pop_front();
        }
        delivered.push_back(envelope.clone());
    }

    /// Does the work of a node, until it waits.
    pub fn working<T>(&self, node: usize, work: impl FnOnce() -> T) -> T {
        self.current_node.store(node + 1, Ordering::Relaxed);
        let done = work();
        self.current_node.store(0, Ordering::Relaxed);
        done
    }

    /// The node that is working; none if it is the workbench, or a task that a node has spawned.
    pub fn current_node(&self) -> Option<usize> {
        self.current_node.load(Ordering::Relaxed).checked_sub(1)
    }

    /// How many rounds the event loop has begun.
    pub fn ticks(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    /// The last delivered messages, a line each, oldest first.
    pub fn last_delivered(&self, nodes: &NodeNames) -> Vec<String> {
        self.delivered.lock().iter().map(|envelope| envelope.in_words(nodes)).collect()
    }
}

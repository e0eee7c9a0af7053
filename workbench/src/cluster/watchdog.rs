//! The heartbeat of a run: a sign, for another thread, that the event loop comes round.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use common::Mutex;

use crate::names::NodeNames;
use crate::network::Envelope;

/// Counts the rounds of an event loop, and remembers what it delivered last. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Watchdog {
    beats: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    /// The node that is at work, counted from 1; 0 if none is known to be.
    current_node: Arc<AtomicUsize>,
    delivered: Arc<Mutex<VecDeque<Envelope>>>,
}

impl Watchdog {
    const REMEMBERED: usize = 8;

    /// The event loop comes round.
    pub fn tick(&self) {
        self.beats.fetch_add(1, Ordering::Relaxed);
    }

    /// The run is over: what comes after it, such as writing a long history, has no rounds.
    pub fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether the run is over.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    /// A message is delivered.
    pub fn delivered(&self, envelope: &Envelope) {
        let mut delivered = self.delivered.lock();
        if delivered.len() == Watchdog::REMEMBERED {
            delivered.pop_front();
        }
        delivered.push_back(envelope.clone());
    }

    /// Does some of a node's work, which lasts until it has to wait.
    pub fn working<T>(&self, node: usize, work: impl FnOnce() -> T) -> T {
        self.current_node.store(node + 1, Ordering::Relaxed);
        let done = work();
        self.current_node.store(0, Ordering::Relaxed);
        done
    }

    /// The node that is at work; none if it is the bench, or a task that a node has spawned.
    pub fn current_node(&self) -> Option<usize> {
        self.current_node.load(Ordering::Relaxed).checked_sub(1)
    }

    /// How often the event loop has come round.
    pub fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }

    /// The last messages that were delivered, a line each, the oldest first.
    pub fn last_delivered(&self, nodes: &NodeNames) -> Vec<String> {
        self.delivered.lock().iter().map(|envelope| envelope.in_words(nodes)).collect()
    }
}

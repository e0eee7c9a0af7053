//! The heartbeat of a run: a sign, for another thread, that the event loop comes round.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use common::Mutex;

use crate::names::NodeNames;
use crate::network::Flight;

/// Counts the rounds of an event loop, and remembers what it delivered last. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Heartbeat {
    beats: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    /// The node that is at work, counted from 1; 0 if none is known to be.
    at_work: Arc<AtomicUsize>,
    delivered: Arc<Mutex<VecDeque<Flight>>>,
}

impl Heartbeat {
    const REMEMBERED: usize = 8;

    /// The event loop comes round.
    pub fn beat(&self) {
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
    pub fn delivered(&self, flight: &Flight) {
        let mut delivered = self.delivered.lock();
        if delivered.len() == Heartbeat::REMEMBERED {
            delivered.pop_front();
        }
        delivered.push_back(flight.clone());
    }

    /// Does some of a node's work, which lasts until it has to wait.
    pub fn working<T>(&self, node: usize, work: impl FnOnce() -> T) -> T {
        self.at_work.store(node + 1, Ordering::Relaxed);
        let done = work();
        self.at_work.store(0, Ordering::Relaxed);
        done
    }

    /// The node that is at work; none if it is the bench, or a task that a node has spawned.
    pub fn at_work(&self) -> Option<usize> {
        self.at_work.load(Ordering::Relaxed).checked_sub(1)
    }

    /// How often the event loop has come round.
    pub fn beats(&self) -> u64 {
        self.beats.load(Ordering::Relaxed)
    }

    /// The last messages that were delivered, a line each, the oldest first.
    pub fn last_delivered(&self, nodes: &NodeNames) -> Vec<String> {
        self.delivered.lock().iter().map(|flight| flight.in_words(nodes)).collect()
    }
}

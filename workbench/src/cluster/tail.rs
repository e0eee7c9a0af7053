//! The last lines of a stream, kept for the case that something goes wrong.

use std::collections::VecDeque;
use std::sync::Arc;

use common::Mutex;

/// The last 32 lines of a node's stdout or stderr, as many as Maelstrom shows. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Tail(Arc<Mutex<VecDeque<String>>>);

impl Tail {
    const LINES: usize = 32;

    /// Adds a line, already cut to a readable length, and forgets the oldest one.
    pub fn push(&self, line: String) {
        let mut lines = self.0.lock();
        if lines.len() == Tail::LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The lines, the oldest one first.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().iter().cloned().collect()
    }
}

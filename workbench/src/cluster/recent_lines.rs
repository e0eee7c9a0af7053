//! The last lines of a stream, kept for the case that something goes wrong.

use std::collections::VecDeque;
use std::sync::Arc;

use common::{Mutex, excerpt_of};

/// The last 32 lines of a node's stdout or stderr, as many as Maelstrom shows, and what comes after
/// them without a newline. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct RecentLines(Arc<Mutex<Recent>>);

#[derive(Debug, Default)]
struct Recent {
    lines: VecDeque<String>,
    /// The beginning of what has no newline yet.
    pending: Vec<u8>,
    /// How long that is in all.
    pending_bytes: usize,
}

/// What a node has written without a newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// How much it is.
    pub bytes: usize,
    /// The text, cut to a readable length.
    pub text: String,
}

impl RecentLines {
    const LINES: usize = 32;

    /// The bytes of a text that are enough for its excerpt.
    const PENDING: usize = 1024;

    /// Adds a line, already cut to a readable length, and forgets the oldest one.
    pub fn push(&self, line: String) {
        let mut recent = self.0.lock();
        if recent.lines.len() == RecentLines::LINES {
            recent.lines.pop_front();
        }
        recent.lines.push_back(line);
    }

    /// Looks at bytes that the stream has brought, for what has no newline yet. If there are none,
    /// the stream has ended, and its last line with it.
    pub fn watch(&self, bytes: &[u8]) {
        let mut recent = self.0.lock();
        if bytes.is_empty() {
            recent.pending_bytes = 0;
        }
        let rest = match bytes.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => {
                recent.pending.clear();
                recent.pending_bytes = 0;
                &bytes[newline + 1..]
            }
            None => bytes,
        };
        let room = RecentLines::PENDING - recent.pending.len();
        recent.pending.extend_from_slice(&rest[..rest.len().min(room)]);
        recent.pending_bytes += rest.len();
    }

    /// The lines, the oldest one first.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().lines.iter().cloned().collect()
    }

    /// What has no newline yet; none if there is no such thing.
    pub fn pending(&self) -> Option<Pending> {
        let recent = self.0.lock();
        let bytes = recent.pending_bytes;
        (bytes > 0).then(|| Pending { bytes, text: excerpt_of(&recent.pending, bytes) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_newline_is_pending_until_one_comes_or_the_stream_ends() {
        let recent_lines = RecentLines::default();
        assert_eq!(recent_lines.pending(), None);
        recent_lines.watch(b"first\nsec");
        recent_lines.watch(b"ond");
        assert_eq!(recent_lines.pending(), Some(Pending { bytes: 6, text: "second".into() }));
        recent_lines.watch(b"\n");
        assert_eq!(recent_lines.pending(), None);
        recent_lines.watch(&[b'x'; 5000]);
        let text = format!("{}… (5000 bytes)", "x".repeat(200));
        assert_eq!(recent_lines.pending(), Some(Pending { bytes: 5000, text }));
        recent_lines.watch(b"");
        assert_eq!(recent_lines.pending(), None);
    }
}

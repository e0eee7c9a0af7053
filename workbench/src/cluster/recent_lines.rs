//! The last lines of a stream, to show if something goes wrong.

use std::collections::VecDeque;
use std::sync::Arc;

use common::{Mutex, excerpt_of};

/// The last 32 lines of a node's stdout or stderr, as many as Maelstrom shows, and what follows them
/// without a newline. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct RecentLines(Arc<Mutex<Recent>>);

#[derive(Debug, Default)]
struct Recent {
    lines: VecDeque<String>,
    /// The beginning of what has no newline yet.
    pending: Vec<u8>,
    /// Its total length.
    pending_bytes: usize,
}

/// What a node has written without a newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// How much it is.
    pub bytes: usize,
    /// The text, truncated.
    pub text: String,
}

impl RecentLines {
    const MAX_LINES: usize = 32;

    /// Enough bytes for an excerpt.
    const MAX_PENDING_BYTES: usize = 1024;

    /// Adds a line, truncated by the caller, and drops the oldest one.
    pub fn push(&self, line: String) {
        let mut recent = self.0.lock();
        if recent.lines.len() == RecentLines::MAX_LINES {
            recent.lines.pop_front();
        }
        recent.lines.push_back(line);
    }

    /// Takes the next bytes of the stream, and keeps what has no newline yet. No bytes mean that the stream
    /// has ended, and with it the last line.
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
        let room = RecentLines::MAX_PENDING_BYTES - recent.pending.len();
        recent.pending.extend_from_slice(&rest[..rest.len().min(room)]);
        recent.pending_bytes += rest.len();
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().lines.iter().cloned().collect()
    }

    /// What has no newline yet, if anything.
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

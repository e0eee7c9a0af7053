//! Reads lines of any length from a stream, in bounded memory.

use std::io;

use memchr::memchr;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// The length of the longest line that is kept whole, in bytes: 16 MiB. A longer line is not a message.
pub const LONGEST_LINE: usize = 16 * 1024 * 1024;

/// The most that is read at a time, in bytes: 64 KiB, the capacity of a pipe on Linux.
const BUFFER: usize = 64 * 1024;

/// Reads lines from a stream.
#[derive(Debug)]
pub struct Lines<R> {
    reader: BufReader<R>,
    /// The line so far, up to [`LONGEST_LINE`].
    line: Vec<u8>,
    /// How many bytes of the line have been read so far.
    length: usize,
    /// Whether that line has been returned, so that the next byte starts another.
    is_returned: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// A reader of the lines of `stream`.
    pub fn new(stream: R) -> Lines<R> {
        let reader = BufReader::with_capacity(BUFFER, stream);
        Lines { reader, line: vec![], length: 0, is_returned: false }
    }

    /// Returns the next line without its newline, and its length in bytes. If it is longer than
    /// [`LONGEST_LINE`], only that many bytes of it are returned. Returns `None` at the end of the
    /// stream; the last line needs no newline.
    ///
    /// Fails if reading the stream fails. No byte is lost if the future is dropped.
    pub async fn next(&mut self) -> io::Result<Option<(&[u8], usize)>> {
        if std::mem::take(&mut self.is_returned) {
            self.line.clear();
            self.length = 0;
        }
        loop {
            let bytes = self.reader.fill_buf().await?;
            let newline = memchr(b'\n', bytes);
            let part = &bytes[..newline.unwrap_or(bytes.len())];
            let room = LONGEST_LINE - self.line.len();
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            self.length += part.len();
            let is_end = bytes.is_empty();
            let used = part.len() + usize::from(newline.is_some());
            self.reader.consume(used);
            if newline.is_some() || is_end {
                self.is_returned = true;
                let is_line = newline.is_some() || self.length > 0;
                return Ok(is_line.then_some((self.line.as_slice(), self.length)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test]
    async fn lines_end_at_newlines_and_at_the_end_of_the_stream() {
        for text in [&b"first\n\nlast"[..], b"first\n\nlast\n"] {
            let mut lines = Lines::new(text);
            for line in [&b"first"[..], b"", b"last"] {
                assert_eq!(lines.next().await.unwrap(), Some((line, line.len())));
            }
            assert_eq!(lines.next().await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn only_the_beginning_of_a_very_long_line_is_kept() {
        let length = 3 * LONGEST_LINE;
        let long = tokio::io::repeat(b'x').take(length as u64);
        let mut lines = Lines::new(long.chain(&b"\nnext\n"[..]));
        let (line, said) = lines.next().await.unwrap().unwrap();
        assert_eq!((line.len(), said), (LONGEST_LINE, length));
        assert!(lines.line.capacity() <= 2 * LONGEST_LINE);
        assert_eq!(lines.next().await.unwrap(), Some((&b"next"[..], 4)));
    }

    #[tokio::test]
    async fn a_cancelled_read_loses_nothing() {
        let (reader, mut writer) = tokio::io::simplex(64);
        let mut lines = Lines::new(reader);
        for part in [&b"in ma"[..], b"ny pa", b"rts\n"] {
            let waited = tokio::time::timeout(Duration::ZERO, lines.next()).await;
            assert!(waited.is_err(), "{waited:?}");
            writer.write_all(part).await.unwrap();
        }
        assert_eq!(lines.next().await.unwrap(), Some((&b"in many parts"[..], 13)));
    }
}

//! Lines of a stream: bytes up to a newline, however many they are, in bounded memory.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt};

/// A read of 16 MiB is no message any more.
const LONGEST: usize = 16 * 1024 * 1024;

/// Reads lines from a stream.
#[derive(Debug)]
pub struct Lines<R> {
    reader: R,
    line: Vec<u8>,
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// The lines of `reader`.
    pub fn new(reader: R) -> Lines<R> {
        Lines { reader, line: Vec::new() }
    }

    /// The next line, without its newline, and how many bytes it had: more than are given if it
    /// was longer than 16 MiB, of which only the beginning is kept. None at the end of the stream.
    pub async fn next(&mut self) -> io::Result<Option<(&[u8], usize)>> {
        self.line.clear();
        let mut length = 0;
        loop {
            let bytes = self.reader.fill_buf().await?;
            if bytes.is_empty() {
                return Ok((length > 0).then_some((self.line.as_slice(), length)));
            }
            let newline = bytes.iter().position(|&byte| byte == b'\n');
            let part = &bytes[..newline.unwrap_or(bytes.len())];
            let room = LONGEST.saturating_sub(self.line.len());
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            length += part.len();
            let used = part.len() + usize::from(newline.is_some());
            self.reader.consume(used);
            if newline.is_some() {
                return Ok(Some((&self.line, length)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;

    use super::*;

    #[tokio::test]
    async fn lines_end_at_newlines_and_at_the_end_of_the_stream() {
        let mut lines = Lines::new(BufReader::with_capacity(3, &b"first\n\nlast"[..]));
        assert_eq!(lines.next().await.unwrap(), Some((&b"first"[..], 5)));
        assert_eq!(lines.next().await.unwrap(), Some((&b""[..], 0)));
        assert_eq!(lines.next().await.unwrap(), Some((&b"last"[..], 4)));
        assert_eq!(lines.next().await.unwrap(), None);
    }

    #[tokio::test]
    async fn of_a_very_long_line_only_the_beginning_is_kept() {
        let mut text = vec![b'x'; LONGEST + 10];
        text.extend(b"\nnext\n");
        let mut lines = Lines::new(BufReader::new(&text[..]));
        let (line, length) = lines.next().await.unwrap().unwrap();
        assert_eq!((line.len(), length), (LONGEST, LONGEST + 10));
        assert_eq!(lines.next().await.unwrap(), Some((&b"next"[..], 4)));
    }
}

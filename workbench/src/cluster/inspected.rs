//! A stream whose bytes are also shown to somebody else as they are read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

/// A stream that calls a function with all bytes that are read from it; with none at its end.
pub struct Inspected<R, F> {
    stream: R,
    inspect: F,
}

impl<R, F: FnMut(&[u8])> Inspected<R, F> {
    /// Inspects the bytes of `stream`.
    pub fn new(stream: R, inspect: F) -> Inspected<R, F> {
        Inspected { stream, inspect }
    }
}

impl<R: AsyncRead + Unpin, F: FnMut(&[u8]) + Unpin> AsyncRead for Inspected<R, F> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let start = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if read.is_ready() {
            (self.inspect)(&buffer.filled()[start..]);
        }
        read
    }
}

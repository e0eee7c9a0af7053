//! A node as a process: messages on stdin and stdout, the log on stderr.

use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::io::AsyncRead;
use tokio::net::unix::pipe;
use tokio::task::coop;

use crate::outbox::{Outbox, OutputBuffer};
use crate::serve::{Init, NodeState};
use crate::server;
use crate::{Handler, LONGEST_LINE, Lines, excerpt_of};

/// How many buffered bytes are written at once: 64 KiB, the capacity of a pipe on Linux.
const BATCH: usize = 64 * 1024;

/// Runs a node on stdin and stdout until stdin ends (Maelstrom protocol, Nodes and Networks).
///
/// Returns success when stdin has ended and all output is written (see [`serve`](crate::serve)), and
/// also when stdout is closed by its reader. Returns failure, and logs the reason to stderr, if the
/// node cannot be started or stdout fails in any other way. See [`serve_streams`] for how lines are
/// read and written.
///
/// Return its result from `main` at once: a thread may still be reading stdin, and ends only with
/// the process.
pub fn run<H: Handler>() -> ExitCode {
    run_server(server::init::<H>)
}

fn run_server(init: Init) -> ExitCode {
    match run_until_end(init) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            log(&format!("the node ends, as it cannot run or cannot write to stdout: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run_until_end(init: Init) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let buffer = Arc::new(OutputBuffer::default());
    let state = NodeState::new(init, Outbox::lines(buffer.clone(), log), rand::random());
    let ended =
        runtime.block_on(async { serve_lines(state, buffer, stdin(), io::stdout().lock()).await });
    // A thread that still reads stdin must not delay the exit.
    runtime.shutdown_background();
    ended
}

/// The process's stdin. A pipe, which is what Maelstrom provides, is polled; anything else is read
/// in a thread.
fn stdin() -> Box<dyn AsyncRead + Unpin> {
    let descriptor = io::stdin().as_fd().try_clone_to_owned();
    match descriptor.and_then(pipe::Receiver::from_owned_fd) {
        Ok(pipe) => Box::new(pipe),
        Err(_) => Box::new(tokio::io::stdin()),
    }
}

/// Runs a node on any streams, until `input` ends: messages in and out, one a line.
///
/// A line that is not a message, or is longer than [`LONGEST_LINE`], goes to `log`, with its
/// beginning and its length, and the node goes on. Output is flushed whenever there is
/// nothing else to do at once. A slow reader cannot make a node buffer without bound: while `output`
/// blocks, no input is read.
///
/// `seed` is as for [`serve`](crate::serve). Fails if `output` does.
pub async fn serve_streams<H: Handler>(
    input: impl AsyncRead + Unpin,
    output: impl Write,
    log: impl Fn(&str) + Send + Sync + 'static,
    seed: u64,
) -> io::Result<()> {
    let buffer = Arc::new(OutputBuffer::default());
    let state = NodeState::new(server::init::<H>, Outbox::lines(buffer.clone(), log), seed);
    serve_lines(state, buffer, input, output).await
}

/// Feeds the lines of `input` to the node, and writes its messages to `output`.
async fn serve_lines(
    mut state: NodeState,
    buffer: Arc<OutputBuffer>,
    input: impl AsyncRead + Unpin,
    mut output: impl Write,
) -> io::Result<()> {
    let mut lines = Lines::new(input);
    loop {
        tokio::select! {
            biased;
            line = lines.next() => match line {
                Ok(Some((line, length))) if length > LONGEST_LINE => {
                    let line = excerpt_of(line, length);
                    state.log(format!("this line is not a message (longer than 16 MiB): {line}"));
                }
                Ok(Some((line, _))) => state.receive_line(line).await,
                Ok(None) => break,
                Err(error) => {
                    state.log(format!("the input cannot be read: {error}"));
                    break;
                }
            },
            // Only when no line is ready to be read.
            () = buffer.wait_nonempty() => buffer.write(&mut output)?,
        }
        // Even under a flood of input, output is written and tasks get their turn.
        coop::consume_budget().await;
        if buffer.is_full() || !coop::has_budget_remaining() {
            buffer.write(&mut output)?;
        }
    }
    let mut finish = pin!(state.finish());
    loop {
        tokio::select! {
            biased;
            () = &mut finish => return buffer.write(&mut output),
            () = buffer.wait_nonempty() => buffer.write(&mut output)?,
        }
    }
}

impl OutputBuffer {
    /// Waits until there is something to write.
    async fn wait_nonempty(&self) {
        while self.lines.lock().is_empty() {
            self.added.notified().await;
        }
    }

    /// Whether it is worth writing before the input pauses.
    fn is_full(&self) -> bool {
        self.lines.lock().len() >= BATCH
    }

    /// Writes and flushes the whole buffer.
    fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let mut lines = self.lines.lock();
        output.write_all(&lines)?;
        lines.clear();
        output.flush()
    }
}

/// Writes a line to stderr. A closed stderr does not end the node.
fn log(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

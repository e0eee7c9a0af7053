//! A node as a process: messages on stdin and stdout, the log on stderr.

use std::io::{self, ErrorKind, Write};
use std::os::fd::AsFd;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::io::AsyncRead;
use tokio::net::unix::pipe;
use tokio::task::coop;

use crate::outbox::{Outbox, Said};
use crate::serve::{Init, Life};
use crate::server;
use crate::{Handler, LONGEST_LINE, Lines, excerpt_of};

/// How many bytes are written at a time, if there are as many: what a pipe holds on Linux.
const BATCH: usize = 64 * 1024;

/// Runs a node on stdin and stdout until stdin ends (Maelstrom protocol, Nodes and Networks).
///
/// Gives success when stdin has ended and everything is said (see [`serve`](crate::serve)), and
/// also when nobody reads stdout any more. Gives failure, and says why on stderr, if stdout fails
/// in another way. How lines are read and written is said at [`serve_streams`].
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
    let said = Arc::new(Said::default());
    let life = Life::new(init, Outbox::of_lines(said.clone(), log), rand::random());
    let ended =
        runtime.block_on(async { serve_lines(life, said, stdin(), io::stdout().lock()).await });
    // What still reads stdin must not hold up the end.
    runtime.shutdown_background();
    ended
}

/// The process's stdin. A pipe, as Maelstrom gives one, is waited for as timers are; anything else
/// takes a thread that reads it.
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
/// beginning and its length, and the node goes on. What is said is flushed whenever there is
/// nothing more to do at once. Nobody who reads slowly can make a node hold more than it has been
/// asked for: while `output` takes nothing, nothing is read.
///
/// `seed` is as for [`serve`](crate::serve). Fails if `output` does.
pub async fn serve_streams<H: Handler>(
    input: impl AsyncRead + Unpin,
    output: impl Write,
    log: impl Fn(&str) + Send + Sync + 'static,
    seed: u64,
) -> io::Result<()> {
    let said = Arc::new(Said::default());
    let life = Life::new(server::init::<H>, Outbox::of_lines(said.clone(), log), seed);
    serve_lines(life, said, input, output).await
}

/// Lives on lines of `input`, and writes what is said to `output`.
async fn serve_lines(
    mut life: Life,
    said: Arc<Said>,
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
                    life.log(format!("this line is not a message (longer than 16 MiB): {line}"));
                }
                Ok(Some((line, _))) => life.receive_line(line).await,
                Ok(None) => break,
                Err(error) => {
                    life.log(format!("the input cannot be read: {error}"));
                    break;
                }
            },
            // Nothing waits in a buffer for more to come.
            () = said.something() => said.write(&mut output)?,
        }
        // However much there is to read, what was said goes out, and then tasks have their turn.
        coop::consume_budget().await;
        if said.is_much() || !coop::has_budget_remaining() {
            said.write(&mut output)?;
        }
    }
    let mut finish = pin!(life.finish());
    loop {
        tokio::select! {
            biased;
            () = &mut finish => return said.write(&mut output),
            () = said.something() => said.write(&mut output)?,
        }
    }
}

impl Said {
    /// Waits until there is something to write.
    async fn something(&self) {
        while self.text.lock().is_empty() {
            self.news.notified().await;
        }
    }

    fn is_much(&self) -> bool {
        self.text.lock().len() >= BATCH
    }

    /// Writes all of it at once.
    fn write(&self, output: &mut impl Write) -> io::Result<()> {
        let mut text = self.text.lock();
        output.write_all(&text)?;
        text.clear();
        output.flush()
    }
}

/// Writes a line to stderr. If nobody reads it, that is no reason to end.
fn log(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

//! A node as a process: messages on stdin and stdout, the log on stderr.

use std::io::{self, BufRead, BufWriter, ErrorKind, Write};
use std::process::ExitCode;
use std::thread;

use tokio::sync::mpsc::{self, Sender, UnboundedReceiver};

use crate::outbox::{Outbox, Output};
use crate::{Handler, Message, serve};

/// How many messages are read ahead. A sender who is faster than the node then has to wait.
const READ_AHEAD: usize = 1024;

/// Runs a node on stdin and stdout until stdin ends (Maelstrom protocol, Nodes and Networks).
///
/// Gives success when stdin has ended and everything is said (see [`serve`]), and also when nobody
/// reads stdout any more. Gives failure, and says why on stderr, if stdout fails in another way.
/// A line that is not a message is logged, and the node goes on.
///
/// Return its result from `main` at once: a thread may still be reading stdin, and ends only with
/// the process.
pub fn run<H: Handler>() -> ExitCode {
    match run_until_end::<H>() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            log(&format!("the node ends, as it cannot run or cannot write to stdout: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run_until_end<H: Handler>() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let (inbox, messages) = mpsc::channel(READ_AHEAD);
    let (sender, mut outputs) = mpsc::unbounded_channel();
    // What is said when nobody writes it any more is lost.
    let outbox = move |output| drop(sender.send(output));
    // Reading stdin through tokio would keep the runtime from ending; a thread of our own does not.
    let reader_outbox = Outbox::new(outbox.clone());
    thread::Builder::new()
        .name("stdin".to_string())
        .spawn(move || read_lines(io::stdin().lock(), &inbox, &reader_outbox))?;

    runtime.block_on(async {
        let mut stdout = BufWriter::new(io::stdout().lock());
        tokio::select! {
            biased;
            result = write_lines(&mut outputs, &mut stdout) => result?,
            () = serve::<H>(messages, outbox, rand::random()) => {}
        }
        write_rest(&mut outputs, &mut stdout)
    })
}

/// Reads messages until the input ends or nobody wants them any more.
fn read_lines(mut input: impl BufRead, inbox: &Sender<Message>, outbox: &Outbox) {
    let mut line = Vec::new();
    loop {
        line.clear();
        match input.read_until(b'\n', &mut line) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) => return outbox.log(format!("stdin cannot be read: {error}")),
        }
        match Message::parse(&line) {
            Ok(message) => {
                if inbox.blocking_send(message).is_err() {
                    return;
                }
            }
            Err(error) => outbox.log(error.text),
        }
    }
}

/// Writes what the node says for as long as it may say more. Ends only if stdout fails.
async fn write_lines(
    outputs: &mut UnboundedReceiver<Output>,
    stdout: &mut impl Write,
) -> io::Result<()> {
    while let Some(output) = outputs.recv().await {
        write(output, stdout)?;
        write_rest(outputs, stdout)?;
    }
    Ok(())
}

/// Writes what was said by now, and flushes: nothing waits in a buffer for more to come.
fn write_rest(outputs: &mut UnboundedReceiver<Output>, stdout: &mut impl Write) -> io::Result<()> {
    while let Ok(output) = outputs.try_recv() {
        write(output, stdout)?;
    }
    stdout.flush()
}

fn write(output: Output, stdout: &mut impl Write) -> io::Result<()> {
    match output {
        Output::Message(message) => {
            serde_json::to_writer(&mut *stdout, &message)?;
            stdout.write_all(b"\n")
        }
        Output::Log(line) => {
            log(&line);
            Ok(())
        }
    }
}

/// Writes a line to stderr. If nobody reads it, that is no reason to end.
fn log(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

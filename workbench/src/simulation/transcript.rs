//! Transcripts: a conversation with one node in virtual time, for tests.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use common::{Handler, Message, Mutex, Output, serve};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

/// A conversation with one node, whose clock moves only in [`advance`](Transcript::advance).
///
/// ```
/// # use common::{Handler, Node, Result};
/// # use serde_json::{Value, json};
/// # struct Server;
/// # impl Handler for Server {
/// #     type Request = Value;
/// #     type Response = Value;
/// #     fn init(_: Node) -> Self { Server }
/// #     async fn handle(&self, _: Value) -> Result<Value> { Ok(json!({"type": "pong"})) }
/// # }
/// let transcript = workbench::Transcript::new::<Server>(1)
///     .send(r#"{"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}"#)
///     .send(r#"{"src":"c1","dest":"n1","body":{"type":"ping","msg_id":2}}"#)
///     .finish();
/// assert_eq!(transcript, r#"
/// -> {"src":"c1","dest":"n1","body":{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}}
/// <- {"src":"n1","dest":"c1","body":{"type":"init_ok","in_reply_to":1}}
/// -> {"src":"c1","dest":"n1","body":{"type":"ping","msg_id":2}}
/// <- {"src":"n1","dest":"c1","body":{"type":"pong","in_reply_to":2}}
/// "#.trim_start());
/// ```
///
/// `->` is a line that the node receives, `<-` one that it sends, `--` one that it logs. When time has
/// passed since the line above, the time in seconds since the start is between the two.
pub struct Transcript {
    runtime: Runtime,
    /// Notified whenever the node has nothing left to do but wait.
    quiet: Arc<Notify>,
    inbox: mpsc::Sender<Message>,
    node: JoinHandle<()>,
    page: Arc<Mutex<Written>>,
}

/// The lines so far.
struct Written {
    text: String,
    start: Instant,
    /// The time of the last line, from the start.
    time: Duration,
}

impl Transcript {
    /// Starts a node; `seed` is for its random numbers. All methods panic on failure: they are for tests.
    pub fn new<H: Handler>(seed: u64) -> Transcript {
        let quiet = Arc::new(Notify::new());
        let idle = quiet.clone();
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            // A paused clock moves when there is nothing to do, which is when the thread parks.
            .on_thread_park(move || idle.notify_waiters())
            .build()
            .expect("a runtime on this thread");
        let (inbox, messages) = mpsc::channel(1);
        let start = runtime.block_on(async { Instant::now() });
        let page = Written { text: String::new(), start, time: Duration::ZERO };
        let page = Arc::new(Mutex::new(page));
        let written = page.clone();
        let outbox = move |output| written.lock().write_output(output);
        let node = runtime.spawn(serve::<H>(messages, outbox, seed));
        Transcript { runtime, quiet, inbox, node, page }
    }

    /// Sends the node one or more lines, each when the node is done with the one before.
    pub fn send(self, lines: &str) -> Transcript {
        for line in lines.trim().lines() {
            let now = self.runtime.block_on(async { Instant::now() });
            self.page.lock().write(now, "->", line.trim());
            self.runtime.block_on(async {
                match Message::parse(line.as_bytes()) {
                    Ok(message) => self.inbox.send(message).await.expect("a node that listens"),
                    Err(error) => self.page.lock().write_output(Output::Log(error.text)),
                }
                self.quiet.notified().await;
            });
        }
        self
    }

    /// Advances virtual time, in whole milliseconds. The node works meanwhile.
    pub fn advance(self, time: Duration) -> Transcript {
        self.runtime.block_on(async {
            sleep(time).await;
            self.quiet.notified().await;
        });
        self
    }

    /// Ends the node's input, waits until the node has ended, and gives the lines.
    ///
    /// Panics if that takes more than a minute of virtual time, or the node has panicked.
    pub fn finish(self) -> String {
        drop(self.inbox);
        let ended = async { timeout(Duration::from_secs(60), self.node).await };
        self.runtime
            .block_on(ended)
            .expect("a node that ends when its input does")
            .expect("a node that ends without a panic");
        std::mem::take(&mut self.page.lock().text)
    }
}

impl Written {
    fn write_output(&mut self, output: Output) {
        match output {
            Output::Message(message) => {
                let line = serde_json::to_string(&message).expect("a message is JSON");
                self.write(Instant::now(), "<-", &line);
            }
            Output::Log(line) => self.write(Instant::now(), "--", &line),
        }
    }

    fn write(&mut self, now: Instant, mark: &str, line: &str) {
        let time = now - self.start;
        if time != self.time {
            self.time = time;
            let _ = writeln!(self.text, "{:.3} s", time.as_secs_f64());
        }
        let _ = writeln!(self.text, "{mark} {line}");
    }
}

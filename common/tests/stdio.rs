//! A node that runs as a real process, over stdin, stdout and stderr. What it replies to which request is
//! tested in `protocol.rs`.
//!
//! This program is both the tests and, if `RUN_AS_NODE` is set, the node.

mod server;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Trial};
use server::Server;

/// Far longer than anything here takes: a node that is silent for so long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

macro_rules! tests {
    ($($name:ident),* $(,)?) => {
        vec![$(Trial::test(stringify!($name), || {
            $name();
            Ok(())
        })),*]
    };
}

fn main() -> ExitCode {
    if std::env::var_os("RUN_AS_NODE").is_some() {
        return common::run::<Server>();
    }
    let tests = tests![
        a_line_that_is_not_a_message_is_logged,
        after_a_panic_the_node_still_replies_to_reads,
        an_unexpected_reply_is_dropped,
        when_stdin_closes_handlers_finish,
        when_stdin_closes_slow_handlers_are_stopped_in_time,
        when_stdout_closes_the_node_exits_quietly,
        a_closed_stderr_does_not_end_the_node,
        a_flood_gets_replies_in_order,
        a_line_beyond_16_mib_is_skipped,
        a_reply_does_not_wait_for_the_next_line,
        the_node_stops_reading_while_stdout_is_not_read,
        stdin_may_be_a_file,
    ];
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}

fn a_line_that_is_not_a_message_is_logged() {
    let mut node = Process::initialised();
    node.write("hello\n");
    node.write("\n");
    node.write(b"{\"src\":\"\xff\xfe\"}\n");
    node.write(r#"{"src":"c2","dest":"n1"}"#.to_string() + "\n");
    node.write("x".repeat(1_000_000) + "\n");
    node.tell(r#"{"type":"read","msg_id":2}"#);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":2}"#));
    let log = node.end().log;
    let lines: Vec<&str> = log.lines().collect();
    assert_eq!(lines.len(), 5, "{log}");
    assert_eq!(lines[0], "this line is not a message (not a JSON object): hello");
    assert_eq!(lines[1], "this line is not a message (empty): ");
    assert!(lines[2].contains('\u{fffd}'), "{}", lines[2]);
    assert!(lines[3].contains("missing field `body`"), "{}", lines[3]);
    assert!(lines[4].ends_with("xxx… (1000000 bytes)"), "{}", lines[4]);
    assert!(lines[4].len() < 300, "{}", lines[4]);
}

fn after_a_panic_the_node_still_replies_to_reads() {
    let mut node = Process::initialised();
    node.tell(r#"{"type":"add","amount":3}"#);
    node.tell(r#"{"type":"panic","msg_id":2}"#);
    let error = r#"{"type":"error","code":13,"text":"the handler panicked: as asked, at 3""#;
    assert_eq!(node.line(), said(&format!(r#"{error},"in_reply_to":2}}"#)));
    node.tell(r#"{"type":"read","msg_id":3}"#);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":3,"in_reply_to":3}"#));
    let log = node.end().log;
    // The node logs one line. Rust's own message about a panic would be a second one.
    assert!(log.starts_with("the handler panicked at common/tests/server/mod.rs:"), "{log}");
    assert!(log.ends_with(": as asked, at 3\n") && log.lines().count() == 1, "{log}");
}

fn an_unexpected_reply_is_dropped() {
    let mut node = Process::initialised();
    node.tell(r#"{"type":"read_ok","sum":9,"in_reply_to":1}"#);
    node.tell(r#"{"type":"reed","in_reply_to":2,"msg_id":7}"#);
    node.tell(r#"{"type":"read","msg_id":3}"#);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":3}"#));
    assert_eq!(node.end().log, "");
}

fn when_stdin_closes_handlers_finish() {
    let mut node = Process::initialised();
    node.tell(r#"{"type":"tick","msg_id":2}"#);
    node.tell(r#"{"type":"slow","msg_id":3,"millis":200}"#);
    let end = node.end();
    let expected = [
        said(r#"{"type":"started","in_reply_to":2}"#),
        said(r#"{"type":"slow_ok","in_reply_to":3}"#),
    ];
    assert_eq!(end.lines, expected);
}

fn when_stdin_closes_slow_handlers_are_stopped_in_time() {
    let mut node = Process::initialised();
    node.tell(r#"{"type":"stuck","msg_id":2}"#);
    let closed = Instant::now();
    let end = node.end();
    let took = closed.elapsed();
    assert!(Duration::from_secs(1) <= took && took < Duration::from_secs(5), "{took:?}");
    assert!(end.lines.is_empty(), "{:?}", end.lines);
    assert_eq!(end.log, "gave up 1s after the last input; unanswered: 1\n");
}

fn when_stdout_closes_the_node_exits_quietly() {
    let mut child = spawn(Stdio::piped());
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("a piped stdin");
    let line = message(r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}"#);
    stdin.write_all(line.as_bytes()).expect("a node that reads");
    // stdin stays open, so that only stdout can end the node.
    let log = read_to_end(child.stderr.take().expect("a piped stderr"));
    assert_eq!(log.recv_timeout(PATIENCE).expect("the end of stderr"), "");
    assert!(wait(&mut child).success());
    drop(stdin);
}

fn a_closed_stderr_does_not_end_the_node() {
    let mut node = Process::initialised();
    drop(node.child.stderr.take());
    node.write("hello\n");
    node.tell(r#"{"type":"panic","msg_id":2}"#);
    assert!(node.line().contains(r#""code":13"#));
    node.tell(r#"{"type":"read","msg_id":3}"#);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":3}"#));
    node.end();
}

fn a_flood_gets_replies_in_order() {
    const COUNT: usize = 20_000;
    let mut node = Process::initialised();
    let flood: String =
        (2..COUNT).map(|id| message(&format!(r#"{{"type":"read","msg_id":{id}}}"#))).collect();
    // The node stops reading while its replies are not read, so write from another thread.
    let mut stdin = node.stdin.take().expect("an open stdin");
    let writer = thread::spawn(move || stdin.write_all(flood.as_bytes()).map(|()| stdin));
    for id in 2..COUNT {
        let reply = format!(r#"{{"type":"read_ok","sum":0,"in_reply_to":{id}}}"#);
        assert_eq!(node.line(), said(&reply));
    }
    node.stdin = writer.join().expect("a writer that does not panic").ok();
    node.end();
}

fn a_line_beyond_16_mib_is_skipped() {
    let mut node = Process::initialised();
    let ten_megabytes = "x".repeat(10_000_000);
    node.tell(&format!(r#"{{"type":"read","msg_id":2,"more":"{ten_megabytes}"}}"#));
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":2}"#));
    let before = node.resident_memory();
    node.write(ten_megabytes.repeat(10));
    // The last bytes may still be in the pipe.
    node.write("\n");
    node.tell(r#"{"type":"read","msg_id":3}"#);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":3}"#));
    let grown = node.resident_memory().saturating_sub(before);
    assert!(grown < 30_000, "100 MB in a line made the node grow by {grown} KiB");
    let log = node.end().log;
    assert!(log.starts_with("this line is not a message (longer than 16 MiB): xxx"), "{log}");
    assert!(log.ends_with("xxx… (100000000 bytes)\n") && log.len() < 300, "{log}");
}

fn a_reply_does_not_wait_for_the_next_line() {
    let mut node = Process::initialised();
    let next = message(r#"{"type":"read","msg_id":3}"#);
    let (beginning, rest) = next.split_at(20);
    node.write(message(r#"{"type":"read","msg_id":2}"#) + beginning);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":2}"#));
    node.write(rest);
    assert_eq!(node.line(), said(r#"{"type":"read_ok","sum":0,"in_reply_to":3}"#));
    node.end();
}

fn the_node_stops_reading_while_stdout_is_not_read() {
    let mut child = spawn(Stdio::inherit());
    let mut stdin = child.stdin.take().expect("a piped stdin");
    let init = message(r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}"#);
    stdin.write_all(init.as_bytes()).expect("a node that reads");
    let request = message(r#"{"type":"read","msg_id":2}"#);
    let (sender, taken) = channel();
    let writer = thread::spawn(move || {
        while stdin.write_all(request.as_bytes()).is_ok() && sender.send(request.len()).is_ok() {}
    });
    let mut bytes = 0;
    while let Ok(length) = taken.recv_timeout(Duration::from_millis(300)) {
        bytes += length;
        assert!(bytes < 2_000_000, "the node keeps reading, though its replies are not read");
    }
    let _ = child.kill();
    let _ = child.wait();
    writer.join().expect("a writer that ends with the node");
}

fn stdin_may_be_a_file() {
    let path = std::env::temp_dir().join(format!("common-stdin-{}", std::process::id()));
    let init = message(r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}"#);
    let read = message(r#"{"type":"read","msg_id":2}"#);
    std::fs::write(&path, init + &read).expect("a temporary file");
    let this = std::env::current_exe().expect("the path of this program");
    let file = std::fs::File::open(&path).expect("the same file");
    let output = Command::new(this).env("RUN_AS_NODE", "1").stdin(file).output();
    let _ = std::fs::remove_file(&path);
    let said_ok = [
        said(r#"{"type":"init_ok","in_reply_to":1}"#),
        said(r#"{"type":"read_ok","sum":0,"in_reply_to":2}"#),
    ];
    let stdout = String::from_utf8(output.expect("a node that ends").stdout).expect("UTF-8");
    assert_eq!(stdout.lines().collect::<Vec<_>>(), said_ok);
}

/// A node in a process of its own, killed if the test fails.
struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

/// The output of a node after its stdin was closed, and its whole log.
struct End {
    lines: Vec<String>,
    log: String,
}

impl Process {
    fn start() -> Process {
        let mut child = spawn(Stdio::piped());
        let stdout = BufReader::new(child.stdout.take().expect("a piped stdout"));
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        Process { stdin: child.stdin.take(), child, lines }
    }

    /// A node that has answered `init`.
    fn initialised() -> Process {
        let mut node = Process::start();
        node.tell(r#"{"type":"init","msg_id":1,"node_id":"n1","node_ids":["n1"]}"#);
        assert_eq!(node.line(), said(r#"{"type":"init_ok","in_reply_to":1}"#));
        node
    }

    fn write(&mut self, bytes: impl AsRef<[u8]>) {
        let stdin = self.stdin.as_mut().expect("an open stdin");
        stdin.write_all(bytes.as_ref()).expect("a node that reads");
    }

    fn tell(&mut self, body: &str) {
        self.write(message(body));
    }

    fn line(&mut self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("one more line on stdout")
    }

    /// The node's resident memory in KiB, according to `ps`.
    fn resident_memory(&self) -> u64 {
        let id = self.child.id().to_string();
        let output = Command::new("ps").args(["-o", "rss=", "-p", &id]).output().expect("`ps`");
        String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of KiB")
    }

    /// Closes stdin, and waits for the node to exit with success.
    fn end(mut self) -> End {
        drop(self.stdin.take());
        let log = self.child.stderr.take().map(read_to_end);
        let status = wait(&mut self.child);
        assert!(status.success(), "{status}");
        let log = log.map(|log| log.recv_timeout(PATIENCE).expect("the end of stderr"));
        End { lines: self.lines.iter().collect(), log: log.unwrap_or_default() }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(stderr: Stdio) -> Child {
    let this = std::env::current_exe().expect("the path of this program");
    Command::new(this)
        .env("RUN_AS_NODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(stderr)
        .spawn()
        .expect("this program, once more")
}

/// Reads a stream to its end in a thread, so that waiting for it can be bounded.
fn read_to_end(mut stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, text) = channel();
    thread::spawn(move || {
        let mut text = String::new();
        let _ = stream.read_to_string(&mut text);
        let _ = sender.send(text);
    });
    text
}

fn wait(child: &mut Child) -> std::process::ExitStatus {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child to wait for") {
            return status;
        }
        assert!(start.elapsed() < PATIENCE, "the node did not exit");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The line of a message from c1 to n1.
fn message(body: &str) -> String {
    format!("{{\"src\":\"c1\",\"dest\":\"n1\",\"body\":{body}}}\n")
}

/// The line that n1 answers with.
fn said(body: &str) -> String {
    format!(r#"{{"src":"n1","dest":"c1","body":{body}}}"#)
}

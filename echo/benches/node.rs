//! How fast a node is: echo requests through pipes, next to a bare loop that does the same JSON
//! work; and what it takes to start and to keep one.
//!
//!     cargo bench --package echo --bench node
//!
//! The bare loop is this very program, started again. Both sides are built by the bench profile,
//! asked by the same client, and measured in turns, so that whatever else the machine does falls
//! on both. Trust the ratios; the rates are this machine's, on this day.

#![expect(clippy::print_stdout, reason = "a benchmark speaks to people")]

mod bare_loop;

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// How often each side has its turn.
const ROUNDS: usize = 15;
/// How long a turn takes, about.
const TURN: Duration = Duration::from_millis(400);

const INIT: &str = r#"{"id":0,"src":"c0","dest":"n0","body":{"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]}}"#;

fn main() {
    if std::env::var_os("RUN_AS_BARE_LOOP").is_some() {
        return bare_loop::run();
    }
    let mut sides = [Side::node(), Side::bare_loop()];
    for in_flight in [1000, 1] {
        println!("\n{in_flight} in flight, requests a second:");
        compare(&mut sides, |side| side.rate(in_flight), 0);
    }
    println!("\nstart-up, from being started to `init_ok`, milliseconds:");
    compare(&mut [Side::node as fn() -> Side, Side::bare_loop], |start| start_up(*start), 3);

    println!("\nresident memory, KiB:");
    for mut side in [Side::node(), Side::bare_loop()] {
        let idle = side.resident_memory();
        side.ask(1_000_000, 1000);
        println!(
            "  {:9}  {idle} idle, {} after 1,000,000 requests",
            side.name,
            side.resident_memory()
        );
    }
}

/// Measures both sides in turns, and prints the medians and the median of the ratios.
fn compare<T>(sides: &mut [T; 2], measure: impl Fn(&mut T) -> f64, decimals: usize) {
    let rounds: Vec<[f64; 2]> = (0..ROUNDS).map(|_| sides.each_mut().map(&measure)).collect();
    let node = median(rounds.iter().map(|[node, _]| *node));
    let bare = median(rounds.iter().map(|[_, bare]| *bare));
    let ratio = median(rounds.iter().map(|[node, bare]| node / bare));
    println!("  node       {node:.decimals$}");
    println!("  bare loop  {bare:.decimals$}");
    println!("  ratio      {ratio:.2}");
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn start_up(start: fn() -> Side) -> f64 {
    let begin = Instant::now();
    start();
    begin.elapsed().as_secs_f64() * 1000.0
}

/// A process that answers echo requests.
struct Side {
    name: &'static str,
    child: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
}

impl Side {
    fn node() -> Side {
        Side::start("node", &mut Command::new(env!("CARGO_BIN_EXE_echo")))
    }

    fn bare_loop() -> Side {
        let this = std::env::current_exe().expect("the path of this program");
        Side::start("bare loop", Command::new(this).env("RUN_AS_BARE_LOOP", "1"))
    }

    /// Starts it, and waits until it has answered `init`.
    fn start(name: &'static str, command: &mut Command) -> Side {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn().expect("a process");
        let stdin = child.stdin.take().expect("a piped stdin");
        let stdout = child.stdout.take().expect("a piped stdout");
        let mut side = Side { name, child, stdin, stdout };
        side.write(format!("{INIT}\n").as_bytes());
        let mut answer = vec![0; 200];
        let length = side.stdout.read(&mut answer).expect("an answer");
        assert!(answer[..length].ends_with(b"\"in_reply_to\":1}}\n"), "{name} does not start");
        side
    }

    /// Requests a second, over one turn.
    fn rate(&mut self, in_flight: usize) -> f64 {
        let begin = Instant::now();
        let mut answered = 0;
        while begin.elapsed() < TURN {
            self.ask(10 * in_flight, in_flight);
            answered += 10 * in_flight;
        }
        answered as f64 / begin.elapsed().as_secs_f64()
    }

    /// Asks `count` requests, of which at most `in_flight` wait for their answer at any time: as
    /// many answers as have come make room for as many requests, which are written at once.
    fn ask(&mut self, count: usize, in_flight: usize) {
        let request = concat!(
            r#"{"id":12345,"src":"c1","dest":"n0","#,
            r#""body":{"type":"echo","msg_id":67890,"echo":"Please echo 35"}}"#,
            "\n"
        );
        let requests = request.repeat(in_flight);
        let mut answers = vec![0; 256 * 1024];
        let (mut asked, mut answered) = (0, 0);
        while answered < count {
            let more = (count - asked).min(in_flight - (asked - answered));
            if more > 0 {
                self.write(&requests.as_bytes()[..more * request.len()]);
                asked += more;
            }
            let length = self.stdout.read(&mut answers).expect("answers");
            assert!(length > 0, "{} has ended", self.name);
            answered += answers[..length].iter().filter(|byte| **byte == b'\n').count();
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.stdin.write_all(bytes).expect("a process that reads");
    }

    /// What it holds in memory, in KiB, as `ps` has it.
    fn resident_memory(&self) -> String {
        let id = self.child.id().to_string();
        let output = Command::new("ps").args(["-o", "rss=", "-p", &id]).output();
        output.map_or_else(
            |failure| format!("(unknown: `ps`: {failure})"),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_string(),
        )
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

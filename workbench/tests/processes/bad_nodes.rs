//! Bad nodes: plain loops over stdin and stdout that do what nodes should not.

use std::io::{self, BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc::channel;
use std::time::Duration;

use serde_json::{Value as Json, json};

/// Becomes the node of that name, with the arguments that the workbench passed on.
pub fn run(name: &str) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match (name, &arguments[..]) {
        ("exits", [when]) => exits(when),
        ("answers", [kind, body, times]) => answers(kind, body, times),
        ("prints", [line]) => prints(line),
        ("prints-100-MB", []) => prints(&"x".repeat(100_000_000)),
        ("floods", [when, line, megabytes]) => floods(when, line, megabytes),
        ("repeats-itself", []) => repeats_itself(),
        ("ends-when-idle", [how]) => ends_when_idle(how),
        ("ends-no-line", [kind]) => ends_no_line(kind),
        ("writes", [before, after]) => writes(before, after),
        ("logs-bytes", []) => logs_bytes(),
        ("tells-its-arguments", arguments) => tells(arguments),
        _ => {
            eprintln!("there is no node {name} with the arguments {arguments:?}");
            ExitCode::FAILURE
        }
    }
}

/// Writes lines to both streams, and then ends: at the `start`, on `init`, on the third `echo`, or
/// there by a `signal`.
fn exits(when: &str) -> ExitCode {
    let talk = || {
        for number in 1..=40 {
            print(&format!("out {number}"));
            eprintln!("err {number}");
        }
        ExitCode::from(7)
    };
    let mut echoes = 0;
    if when == "start" {
        return talk();
    }
    for request in requests() {
        let kind = request["body"]["type"].as_str().unwrap_or_default();
        echoes += usize::from(kind == "echo");
        match when {
            "init" if kind == "init" => return talk(),
            "echo" if echoes == 3 => return talk(),
            "signal" if echoes == 3 => std::process::abort(),
            _ => reply(&request, proper(&request)),
        }
    }
    ExitCode::SUCCESS
}

/// Answers the first `times` requests of a type with that body, or not at all if it is `null`.
fn answers(kind: &str, body: &str, times: &str) -> ExitCode {
    let body: Json = serde_json::from_str(body).expect("a body");
    let mut times: usize = times.parse().expect("a number");
    for request in requests() {
        if request["body"]["type"] == kind && times > 0 {
            times -= 1;
            reply(&request, body.clone());
        } else {
            reply(&request, proper(&request));
        }
    }
    ExitCode::SUCCESS
}

/// Prints an invalid line before it answers the first `echo`.
fn prints(line: &str) -> ExitCode {
    let mut line = Some(line);
    for request in requests() {
        if request["body"]["type"] == "echo"
            && let Some(line) = line.take()
        {
            print(line);
        }
        reply(&request, proper(&request));
    }
    ExitCode::SUCCESS
}

/// Prints a line again and again, `megabytes` in all, before it answers the first `init` or `echo`;
/// `PAD` in the line is a megabyte. A node other than `n0` stops reading after `init`.
fn floods(when: &str, line: &str, megabytes: &str) -> ExitCode {
    let line = line.replace("PAD", &"x".repeat(1_000_000)) + "\n";
    let megabytes: usize = megabytes.parse().expect("a number");
    let mut flood = Some(line.repeat((100_000 / line.len()).max(1)));
    for request in requests() {
        let is_n0 = request["dest"] == "n0";
        if request["body"]["type"] == when
            && is_n0
            && let Some(part) = flood.take()
        {
            let mut out = io::stdout().lock();
            for _ in 0..megabytes * 1_000_000 / part.len() {
                // The reader is gone when the run is over.
                if out.write_all(part.as_bytes()).is_err() {
                    return ExitCode::FAILURE;
                }
            }
        }
        reply(&request, proper(&request));
        if !is_n0 {
            std::thread::sleep(std::time::Duration::from_secs(1000));
        }
    }
    ExitCode::SUCCESS
}

/// Sends every reply twice, and replies to requests that were never sent.
fn repeats_itself() -> ExitCode {
    for request in requests() {
        let mut unexpected_replies = request.clone();
        unexpected_replies["body"]["msg_id"] = 1_000_000.into();
        reply(&unexpected_replies, proper(&unexpected_replies));
        reply(&request, proper(&request));
        reply(&request, proper(&request));
    }
    ExitCode::SUCCESS
}

/// Ends when it has been asked to echo something, and then nothing for 50 ms: in the main phase
/// requests come faster.
fn ends_when_idle(how: &str) -> ExitCode {
    let (sender, waiting) = channel();
    std::thread::spawn(move || requests().try_for_each(|request| sender.send(request)));
    let mut patience = Duration::from_secs(60);
    while let Ok(request) = waiting.recv_timeout(patience) {
        if request["body"]["type"] == "echo" {
            patience = Duration::from_millis(50);
        }
        reply(&request, proper(&request));
    }
    if how == "abort" { std::process::abort() } else { ExitCode::SUCCESS }
}

/// Answers requests of one type without a newline.
fn ends_no_line(kind: &str) -> ExitCode {
    for request in requests() {
        let text = reply_text(&request, proper(&request));
        let is_unfinished = request["body"]["type"] == kind;
        let newline = if is_unfinished { "" } else { "\n" };
        let mut out = io::stdout();
        let _ = out.write_all(format!("{text}{newline}").as_bytes()).and_then(|()| out.flush());
    }
    ExitCode::SUCCESS
}

/// Writes each answer with more at the beginning of its body, and more at the end of its line.
fn writes(before: &str, after: &str) -> ExitCode {
    for request in requests() {
        let text = reply_text(&request, proper(&request));
        print(&(text.replacen("\"body\":{", &format!("\"body\":{{{before}"), 1) + after));
    }
    ExitCode::SUCCESS
}

/// What [`logs_bytes`] writes to stderr after its number: no text, and no end of the last line.
pub const BYTES: &[u8] = b"plain\r\n\n\xff\xfe\0\x1b[31m\nno newline at the end";

fn logs_bytes() -> ExitCode {
    let _ = io::stderr().write_all(BYTES);
    answers("", "null", "0")
}

/// Prints its arguments and its folder to stderr.
fn tells(arguments: &[&str]) -> ExitCode {
    let folder = std::env::current_dir().expect("a folder");
    eprintln!("arguments {arguments:?}\nfolder {}", folder.display());
    answers("", "null", "0")
}

/// The messages on stdin, until it ends.
fn requests() -> impl Iterator<Item = Json> {
    let lines = io::stdin().lock().lines().map_while(Result::ok);
    lines.filter_map(|line| serde_json::from_str(&line).ok())
}

/// What a good node answers.
fn proper(request: &Json) -> Json {
    match request["body"]["type"].as_str().unwrap_or_default() {
        "echo" => json!({"type": "echo_ok", "echo": request["body"]["echo"]}),
        "read" => json!({"type": "read_ok", "messages": []}),
        kind => json!({"type": format!("{kind}_ok")}),
    }
}

fn reply(request: &Json, body: Json) {
    if !body.is_null() {
        print(&reply_text(request, body));
    }
}

/// The answer to a request, without a newline. An `in_reply_to` of the body's own is left alone.
fn reply_text(request: &Json, mut body: Json) -> String {
    if body.get("in_reply_to").is_none() {
        body["in_reply_to"] = request["body"]["msg_id"].clone();
    }
    let (src, dest) = (&request["dest"], &request["src"]);
    json!({"src": src, "dest": dest, "body": body}).to_string()
}

fn print(line: &str) {
    // The reader is gone when the run is over.
    let _ = writeln!(io::stdout(), "{line}");
}

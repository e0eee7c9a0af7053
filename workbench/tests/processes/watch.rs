//! `workbench watch` as make starts it: real files are saved, and the page and the terminal follow.
//!
//! Cargo is a script, and what it "builds" is this program, as the simulation that the source names.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rustix::process::Signal;
use serde_json::Value as Json;

use crate::bench::{Bench, Finished, Running, is_gone, wait_until};
use crate::simulated::RUN_AS_SIMULATION;

crate::tests![
    every_save_is_built_and_swept_and_shown,
    a_save_during_a_build_ends_the_build,
    a_sweep_that_does_not_end_well_is_shown,
    a_run_without_a_verdict_says_why,
    flags_without_effect_on_watch_are_refused,
];

/// A source that says `broken` does not compile; with one that says `slow`, that takes forever.
const CARGO: &str = "#!/bin/sh
echo $$ >>cargo.pids
source=$(cat my-stage/src/lib.rs)
case $source in
    broken) echo 'error: my-stage/src/lib.rs is broken' >&2; exit 101;;
    slow) sleep 100 & echo $! >>sleep.pids; wait;;
esac
echo $source >built
";

const FLAGS: &str = "-w broadcast --node-count 2 --time-limit 2";

/// A `workbench watch` in a folder of its own, and its page.
struct Watch {
    running: Running,
    folder: PathBuf,
    address: String,
}

/// The command, given the folder to watch in, with those flags of the runs.
fn bench(source: &str, flags: &str) -> Bench {
    Bench::of("good").without_program().with(|command, folder| {
        let this = std::env::current_exe().expect("the path of this program");
        let simulate = format!(
            "#!/bin/sh\n{RUN_AS_SIMULATION}=$(cat built) exec '{}' \"$@\"\n",
            this.display()
        );
        for path in ["my-stage/src", "common/src"] {
            fs::create_dir_all(folder.join(path)).expect("a folder");
        }
        fs::write(folder.join("my-stage/src/lib.rs"), source).expect("a file");
        for (name, script) in [("cargo", CARGO), ("simulate", &simulate)] {
            let path = folder.join(name);
            fs::write(&path, script).expect("a file");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("a file of ours");
        }
        *command = Command::new(env!("CARGO_BIN_EXE_workbench"));
        command.current_dir(folder).env("CARGO", folder.join("cargo"));
        command.args("watch my-stage --simulate ./simulate --port 0 --seeds 10 --".split(' '));
        command.args(flags.split(' '));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped())
    })
}

impl Watch {
    /// Starts it on a stage with that source.
    fn start(source: &str) -> Watch {
        let mut running = bench(source, FLAGS).start();
        let line = running.wait_for("The page is at http://");
        let address = line.split("http://").nth(1).and_then(|rest| rest.split(". ").next());
        let address = address.expect("an address").to_owned();
        let folder = running.folder().to_owned();
        Watch { running, folder, address }
    }

    fn save(&self, source: &str) {
        fs::write(self.folder.join("my-stage/src/lib.rs"), source).expect("a file");
    }

    /// What the server says to a request, without its head.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: watch\r\nConnection: close\r\n\r\n")
            .expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200 "), "{path}: {head}");
        body.to_owned()
    }

    /// Waits for the end of a round of that kind, and gives what the page knows then.
    fn wait_for(&self, kind: &str) -> Json {
        wait_until(kind, || {
            let state: Json = serde_json::from_str(&self.get("/state")).expect("JSON");
            (state["doing"].is_null() && state["kind"] == kind).then_some(state)
        })
    }

    /// The numbers of the processes that a script has written down.
    fn pids(&self, name: &str) -> Vec<i32> {
        let text = fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        text.lines().map(|line| line.parse().expect("a number")).collect()
    }

    /// Waits until cargo builds what takes forever for the nth time.
    fn wait_for_slow_build(&self, nth: usize) {
        wait_until("a slow build", || (self.pids("sleep.pids").len() == nth).then_some(()));
    }

    /// Presses Ctrl-C.
    fn end(self) -> Finished {
        self.running.signal(Signal::INT);
        let finished = self.running.finish();
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        finished
    }
}

fn every_save_is_built_and_swept_and_shown() {
    let watch = Watch::start("silent");
    let state = watch.wait_for("invalid");
    let headline = state["headline"].as_str().expect("a headline");
    assert!(
        headline.starts_with("10 of 10 runs are not valid; the first is seed 1. Built in "),
        "{headline}"
    );
    assert_eq!(state["text"], Json::Null, "the report says it");
    let invalid = watch.get("/report?1");
    assert!(invalid.contains("<title>Invalid: broadcast, seed 1</title>"), "{}", &invalid[..500]);

    watch.save("broken");
    let state = watch.wait_for("broken");
    assert_eq!(state["headline"], "It does not compile.");
    assert_eq!(state["text"], "error: my-stage/src/lib.rs is broken\n");
    assert_eq!(state["report_version"], Json::Null);

    // As editors do that never leave half a file: they write another one, and rename it.
    let (new, source) =
        (watch.folder.join("my-stage/new"), watch.folder.join("my-stage/src/lib.rs"));
    fs::write(&new, "forwards").and_then(|()| fs::rename(new, source)).expect("a file");
    let state = watch.wait_for("valid");
    let headline = state["headline"].as_str().expect("a headline");
    assert!(headline.starts_with("All runs are valid: 10 seeds. Built in "), "{headline}");
    assert!(watch.get("/report?3").contains("<title>Valid: broadcast, seed 1</title>"));
    assert!(watch.get("/").contains("<script src=\"watch.js\" defer>"));

    let round = |entry: &str| fs::read_dir(watch.folder.join(entry)).expect("a folder").count();
    assert_eq!(round("store/watch/my-stage/broadcast"), 2, "only the last run, and the link");
    assert_eq!(watch.pids("cargo.pids").len(), 3, "the compiler's reading is not a change");
    let finished = watch.end();
    let lines: Vec<&str> = finished.stdout.lines().collect();
    assert!(lines[0].contains("  10 of 10 runs are not valid; "), "{}", finished.stdout);
    assert!(finished.stdout.contains("\nWhy value 0 was lost\n"), "{}", finished.stdout);
    let broken = "  It does not compile.\n\nerror: my-stage/src/lib.rs is broken\n\n";
    assert!(finished.stdout.contains(broken), "{}", finished.stdout);
    let (_, valid) = finished.stdout.split_once("  All runs are valid: ").expect("a headline");
    for costs in ["\nMessages        per op, over", "\nStable latency  median in ms: min"] {
        assert!(valid.contains(costs), "{}", finished.stdout);
    }
}

fn a_save_during_a_build_ends_the_build() {
    let watch = Watch::start("slow");
    watch.wait_for_slow_build(1);
    watch.save("forwards");
    watch.wait_for("valid");
    watch.save("slow");
    watch.wait_for_slow_build(2);
    let pids = [watch.pids("cargo.pids"), watch.pids("sleep.pids")].concat();
    assert_eq!(pids.len(), 3 + 2);
    let finished = watch.end();
    wait_until("the end of all builds", || pids.iter().all(|&pid| is_gone(pid)).then_some(()));
    assert_eq!(finished.stdout.matches("All runs are valid").count(), 1, "{}", finished.stdout);
    assert!(!finished.stdout.contains("not valid"), "{}", finished.stdout);
}

fn a_sweep_that_does_not_end_well_is_shown() {
    let watch = Watch::start("no-such-server");
    let state = watch.wait_for("broken");
    assert_eq!(state["headline"], "The sweep did not end.");
    assert_eq!(state["text"], "there is no simulation of `no-such-server`\n");
    watch.save("forwards");
    watch.wait_for("valid");
    watch.end();
}

fn a_run_without_a_verdict_says_why() {
    // It replies to every request with an id.
    let watch = Watch::start("counts-in-lin-kv");
    let state = watch.wait_for("invalid");
    let stdout = watch.end().stdout;
    let headline = state["headline"].as_str().expect("a headline");
    assert!(headline.starts_with("10 of 10 runs are not valid; "), "{headline}");
    let why = "\nn0 did not answer with topology_ok: its type should be \"topology_ok\" and is ";
    for words in ["\na node failed: ", "\nThe scenario\n", why, "\nNo verdict. The seed was 1.\n"] {
        assert!(stdout.contains(words), "{words}: {stdout}");
    }
    assert!(!stdout.contains("shrinking, at most"), "{stdout}");
}

fn flags_without_effect_on_watch_are_refused() {
    for (flags, words) in [
        ("-w echo --store elsewhere", "watch keeps the last run in store/watch/my-stage"),
        ("-w echo --log-stderr", "are for a single run"),
        ("-w echo --strict", "--strict is about the values"),
        ("-w ehco", "invalid value 'ehco'"),
    ] {
        let finished = bench("forwards", flags).run().fails(254, &[words]);
        assert!(!finished.folder.path().join("cargo.pids").exists(), "{flags}: nothing is built");
    }
}

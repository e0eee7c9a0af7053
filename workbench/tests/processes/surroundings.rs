//! The environment of a run: closed pipes, its store, and what its nodes are given.

use std::process::Stdio;

use crate::bench::{Bench, Finished};
use crate::files;

crate::tests![
    a_low_limit_of_open_files_is_raised,
    output_may_be_closed_early,
    a_store_that_cannot_be_created_is_named,
    a_store_may_have_any_name,
    two_runs_at_once_share_a_store,
    each_log_flag_shows_its_messages,
    nodes_get_their_arguments_and_their_folder,
];

fn a_low_limit_of_open_files_is_raised() {
    let run = |limit: &str| {
        let bench = Bench::of("good").flags("-w echo --node-count 200");
        bench.after(&format!("ulimit -{limit} 100")).run()
    };
    files::check(&run("Sn").ends(0, &[]));
    let words = ["could not start n", "each node takes several files", "Too many open files"];
    run("n").fails(255, &words);
}

/// A pipe whose reader is gone.
fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer.into()
}

fn output_may_be_closed_early() {
    let bench = Bench::of("good").flags("-w echo --node-count 1");
    let finished = bench.with(|command, _| command.stdout(closed_pipe())).run();
    // The verdict is kept, and the store has it.
    let finished = finished.fails(0, &[]);
    assert!(!finished.stderr.contains("Broken pipe"), "{}", finished.stderr);
    files::check(&finished);

    let bench = Bench::of("good").flags("-w echo --node-count 1 --log-net-send");
    let finished = bench.with(|command, _| command.stderr(closed_pipe())).run();
    files::check(&finished.ends(0, &[]));

    let bench = Bench::of("exits").flags("-w echo --node-count 1").arguments(["start"]);
    let finished = bench.with(|command, _| command.stderr(closed_pipe())).run();
    assert_eq!(finished.code, Some(255), "the status of the failure, not that of a panic");
}

fn a_store_that_cannot_be_created_is_named() {
    let bench = Bench::of("good").flags("-w echo").with(|command, folder| {
        std::fs::write(folder.join("file"), "").expect("a file");
        command.arg("--store").arg(folder.join("file/store"))
    });
    bench.run().fails(255, &["could not create ", "file/store/echo: Not a directory"]);

    // Not even root can write there.
    let bench = Bench::of("good").flags("-w echo --store /dev/null");
    bench.run().fails(255, &["could not create /dev/null/echo: "]);

    let bench = Bench::of("good").flags("-w echo").with(|command, folder| {
        std::fs::create_dir_all(folder.join("store/latest/mine")).expect("a folder");
        command
    });
    bench.run().fails(255, &["could not write ", "store/latest: "]);
}

fn a_store_may_have_any_name() {
    let bench = Bench::of("good")
        .flags("-w echo --node-count 1")
        .with(|command, folder| command.arg("--store").arg(folder.join("mein schöner 商店")));
    let mut finished = bench.run().ends(0, &["mein schöner 商店/latest"]);
    finished.store.set_file_name("mein schöner 商店");
    files::check(&finished);

    // A relative one is the caller's, and what is missing is made.
    let bench = Bench::of("good").flags("-w echo --node-count 1 --store a/b/store");
    let mut finished = bench.with(|command, folder| command.current_dir(folder)).run();
    finished.store = finished.store.with_file_name("a/b/store");
    files::check(&finished.ends(0, &["Store           a/b/store/latest"]));
}

fn two_runs_at_once_share_a_store() {
    let shared = tempfile::tempdir().expect("a folder");
    let bench = |_| {
        let bench = Bench::of("good").flags("-w echo --node-count 1");
        bench.with(|command, _| command.arg("--store").arg(shared.path())).start()
    };
    let running: Vec<_> = (0..4).map(bench).collect();
    for running in running {
        running.finish().ends(0, &[]);
    }
    let runs = shared.path().join("echo").read_dir().expect("a folder").count();
    assert_eq!(runs, 4 + 1, "and the link to the latest");
    assert!(shared.path().join("latest/results.edn").exists());
}

fn each_log_flag_shows_its_messages() {
    let run = |flag: &str| -> Finished {
        let finished = Bench::of("good").flags("-w echo --node-count 1").flags(flag).run();
        finished.ends(0, &[])
    };
    let lines = |finished: &Finished, words: &str| {
        finished.stderr.lines().filter(|line| line.contains(words)).count()
    };
    for (flag, words) in [("--log-net-send", "sent"), ("--log-net-recv", "received")] {
        let finished = run(flag);
        let messages = finished.text("journal.jsonl").lines().count();
        assert_eq!(lines(&finished, &format!(" {words}: ")), messages, "{}", finished.stderr);
        assert_eq!(lines(&finished, &format!("#0 {words}: c0 -> n0 {{")), 1);
        assert_eq!(lines(&finished, &format!("#1 {words}: n0 -> c0 {{")), 1);
    }
    let finished = run("--log-stderr");
    assert_eq!(lines(&finished, &format!("n0: pid {}", finished.pids()[0])), 1);
    assert_eq!(lines(&finished, " sent: ") + lines(&finished, " received: "), 0);
    assert_eq!(lines(&run(""), "pid "), 0);
}

fn nodes_get_their_arguments_and_their_folder() {
    let bench = Bench::of("tells-its-arguments").flags("-w echo --node-count 1");
    let finished = bench.arguments(["--rate", "two words", "", "-w"]).run().ends(0, &[]);
    let log = finished.text("node-logs/n0.log");
    assert!(log.contains(r#"arguments ["--rate", "two words", "", "-w"]"#), "{log}");
    // As under Maelstrom, those without a dash need no `--`.
    let plain = Bench::of("tells-its-arguments").flags("one -w echo --node-count 1 two three");
    let log_of_plain = plain.run().ends(0, &[]).text("node-logs/n0.log");
    assert!(log_of_plain.contains(r#"arguments ["one", "two", "three"]"#), "{log_of_plain}");
    let folder = std::env::temp_dir().canonicalize().expect("the temporary folder");
    assert!(log.contains(&format!("folder {}\n", folder.display())), "{log}");
}

//! What `--bin` may name, and what it may not.

use std::path::Path;
use std::process::Command;

use crate::bench::Bench;

crate::tests![
    programs_that_cannot_run_are_named_with_a_hint,
    a_relative_path_is_relative_to_the_caller,
    a_name_is_looked_up_on_the_path,
    a_link_leads_to_a_script_and_is_itself_for_other_programs,
];

/// Writes an executable file. A process of its own does it, and closes it: a file that is open for
/// writing, be it in a child that another test has just forked, cannot be run.
fn write_program(path: &Path, text: &str) {
    let script = r#"printf '%s' "$1" > "$2" && chmod +x "$2""#;
    let status = Command::new("sh").args(["-c", script, "sh", text]).arg(path).status();
    assert!(status.expect("sh").success());
}

fn programs_that_cannot_run_are_named_with_a_hint() {
    let folder = tempfile::tempdir().expect("a folder");
    let in_folder = |name: &str| folder.path().join(name);
    std::fs::write(in_folder("plain"), "#!/bin/sh\n").expect("a file");
    write_program(&in_folder("without-a-first-line"), "read line\n");
    write_program(&in_folder("of-no-interpreter"), "#!/nowhere/python\n");
    std::fs::create_dir(in_folder("folder")).expect("a folder");
    for (name, hint) in [
        ("missing", "does it exist? has it been built?"),
        ("plain", "A script needs `chmod +x`"),
        ("without-a-first-line", "a script needs a first line such as `#!/usr/bin/env python3`"),
        ("of-no-interpreter", "its first line, `#!…`, names a program that does not exist"),
        ("folder", "it is a folder: name the program in it"),
    ] {
        let path = in_folder(name);
        let words = format!("could not start n1: run {} (", path.display());
        let finished = Bench::of_program(path).flags("-w echo").run();
        finished.fails(255, &[&words, &format!("{hint})"), "No verdict."]);
    }
    let missing = "could not start n1: run no-such-program (does it exist?";
    Bench::of_program("no-such-program").flags("-w echo").run().fails(255, &[missing]);
    let two_words = Bench::of_program("python3 here.py --fast").flags("-w echo");
    let finished = two_words.with(|command, folder| {
        std::fs::write(folder.join("here.py"), "").expect("a file");
        command.current_dir(folder)
    });
    let finished = finished.run();
    let whole = finished.folder.path().canonicalize().expect("a folder").join("here.py");
    let words = format!("come after --: `--bin python3 -- {} --fast`)", whole.display());
    finished.fails(255, &[&words]);
    let bench = Bench::of("good")
        .flags("-w echo")
        .with(|command, folder| command.env("TMPDIR", folder.join("nowhere")));
    bench.run().fails(
        255,
        &["nodes run in the system's temporary folder, and TMPDIR names one that does not exist"],
    );
}

/// A wrapper finds its neighbours; a program that is not a script keeps the name it was called by.
fn a_link_leads_to_a_script_and_is_itself_for_other_programs() {
    let this = std::env::current_exe().expect("the path of this program");
    let run = |link: &str, arguments: &[&str]| {
        let folder = tempfile::tempdir().expect("a folder");
        let real = folder.path().join("real");
        std::fs::create_dir(&real).expect("a folder");
        write_program(&real.join("wrapper"), "#!/bin/sh\nexec \"$(dirname \"$0\")/neighbour\"\n");
        std::os::unix::fs::symlink(&this, real.join("neighbour")).expect("a link");
        std::os::unix::fs::symlink("real/wrapper", folder.path().join("wrapper")).expect("a link");
        std::os::unix::fs::symlink("/bin/sh", folder.path().join("shell")).expect("a link");
        let bench = Bench::of_program(folder.path().join(link)).flags("-w echo --node-count 1");
        let bench = bench
            .arguments(arguments.iter().copied())
            .with(|command, _| command.env("RUN_AS_NODE", "good").env("NODE", &this));
        bench.run().ends(0, &["every reply returned"])
    };
    run("wrapper", &[]);
    let finished = run("shell", &["-c", "echo called $0 >&2; exec \"$NODE\""]);
    let log = finished.text("node-logs/n0.log");
    assert!(log.starts_with("called /") && log.contains("/shell\n"), "{log}");
}

const NODE: &str = "#!/bin/sh\necho pid $$ >&2\nread line\necho '{\"src\":\"n0\",\"dest\":\"c0\",\
                    \"body\":{\"type\":\"init_ok\",\"in_reply_to\":1}}'\nexit 3\n";

fn a_relative_path_is_relative_to_the_caller() {
    for name in ["node", "./node", "../here/node"] {
        let bench = Bench::of_program(name).flags("-w echo --node-count 1");
        let bench = bench.with(|command, folder| {
            let here = folder.join("here");
            std::fs::create_dir(&here).expect("a folder");
            write_program(&here.join("node"), NODE);
            command.current_dir(here)
        });
        bench.run().fails(255, &["n0 exited with status 3"]);
    }
}

fn a_name_is_looked_up_on_the_path() {
    let bench = Bench::of_program("node-on-the-path").flags("-w echo --node-count 1");
    let bench = bench.with(|command, folder| {
        write_program(&folder.join("node-on-the-path"), NODE);
        let path = std::env::var("PATH").expect("a PATH");
        command.env("PATH", format!("{}:{path}", folder.display()))
    });
    bench.run().fails(255, &["n0 exited with status 3"]);
}

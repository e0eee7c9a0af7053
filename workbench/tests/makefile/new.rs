//! `make new`: a reader's own stage. Here cargo is the real one, offline.

use std::process::Command;

use crate::workspace::{Workspace, assert_contains};

/// Where the crate's name stands in Rust, and where the same word means something else.
const RUST: &str = "use echo::Server;
use workbench::workload::echo::Check;

/// An echo server.
fn main() {
    common::run::<echo::Server>();
    let bin = env!(\"CARGO_BIN_EXE_echo\");
    send(\"echo\", bin);
}
";

/// A snapshot that speaks of echo above and below its header.
const SNAPSHOT: &str = "---
source: echo/tests/protocol.rs
expression: transcript
---
source: echo/tests/protocol.rs
{\"type\":\"echo\"}
";

/// A workspace with one stage, `echo`, that has all that a stage may have.
fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.stage("echo", "", "-w echo --node-count 1");
    let root = "[workspace]\nresolver = \"3\"\nmembers = [\n    \"echo\",\n]\n";
    workspace.write("Cargo.toml", root);
    let lock = "version = 4\n\n[[package]]\nname = \"echo\"\nversion = \"0.1.0\"\n";
    workspace.write("Cargo.lock", lock);
    let manifest = workspace.read("echo/Cargo.toml") + "\n[[example]]\nname = \"simulate-echo\"\n";
    workspace.write("echo/Cargo.toml", &(manifest + "path = \"examples/simulate.rs\"\n"));
    for source in ["src/main.rs", "tests/protocol.rs", "examples/simulate.rs"] {
        workspace.write(&format!("echo/{source}"), RUST);
    }
    workspace.write("echo/tests/snapshots/protocol__echo__floats.snap", SNAPSHOT);
    workspace.write("echo/tests/snapshots/protocol__echo__floats.snap.new", SNAPSHOT);
    workspace.write("echo/src/snapshots/echo__tests__echo__floats.snap", SNAPSHOT);
    workspace.write("echo/src/snapshots/echo__tests__bytes.snap.bin", "echo");
    workspace
}

#[test]
fn it_copies_a_stage_and_renames_what_is_its_name() {
    let workspace = workspace();
    let text = workspace.make(&["new", "MODULE=my-stage", "FROM=echo/"]).succeeds();
    assert_contains(&text, "make run MODULE=my-stage");

    let renamed = RUST
        .replace("use echo::Server", "use my_stage::Server")
        .replace("<echo::Server>", "<my_stage::Server>")
        .replace("CARGO_BIN_EXE_echo", "CARGO_BIN_EXE_my-stage");
    for source in ["src/main.rs", "tests/protocol.rs", "examples/simulate.rs"] {
        assert_eq!(workspace.read(&format!("my-stage/{source}")), renamed);
    }
    let snapshot = SNAPSHOT.replacen("source: echo/", "source: my-stage/", 1);
    for path in [
        "my-stage/tests/snapshots/protocol__echo__floats.snap",
        "my-stage/src/snapshots/my_stage__tests__echo__floats.snap",
    ] {
        assert_eq!(workspace.read(path), snapshot);
    }
    let bytes = "my-stage/src/snapshots/my_stage__tests__bytes.snap.bin";
    assert_eq!(workspace.read(bytes), "echo");
    let strange = |path: &&String| path.starts_with("my-stage/") && path.ends_with(".new");
    assert_eq!(workspace.listing().iter().find(strange), None);

    let manifest = workspace.read("my-stage/Cargo.toml");
    for line in ["name = \"my-stage\"", "name = \"simulate-my-stage\"", "previous = \"echo\""] {
        assert_contains(&manifest, &format!("\n{line}\n"));
    }
    assert_contains(&manifest, "\nflags = \"-w echo --node-count 1\"\n");
    let members = "members = [\n    \"echo\",\n    \"my-stage\",\n]\n";
    assert_contains(&workspace.read("Cargo.toml"), members);
    assert_contains(&workspace.read("Cargo.lock"), "name = \"my-stage\"\n");
}

#[test]
fn make_knows_the_new_stage() {
    let workspace = workspace();
    workspace.make(&["new", "MODULE=my-stage", "FROM=echo"]).succeeds();
    assert_contains(&workspace.make(&[]).succeeds(), "my-stage        A stage of your own");
    let run = workspace.make(&["-n", "run", "MODULE=my-stage"]).succeeds();
    assert_contains(&run, "test -w echo --node-count 1 --bin target/debug/my-stage --repeat-as");
    let difference = workspace.make(&["diff", "MODULE=my-stage"]).succeeds();
    assert_eq!(difference, "echo -> my-stage: 0 lines added, 0 removed\n");
}

/// Every stage of this repository can be copied, and cargo takes the lock file as it is.
#[test]
fn it_begins_from_each_stage_there_is() {
    let whole = Workspace::empty();
    whole.copy("Cargo.toml");
    whole.copy("Cargo.lock");
    let manifest = whole.read("Cargo.toml");
    let (_, members) = manifest.split_once("members = [").expect("members");
    let (members, _) = members.split_once(']').expect("an end of the members");
    let members: Vec<_> = members.split('"').skip(1).step_by(2).collect();
    members.iter().for_each(|member| whole.copy(member));

    let stages = members.iter().filter(|member| {
        let manifest = whole.read(&format!("{member}/Cargo.toml"));
        manifest.contains("\n[package.metadata.stage]\n")
    });
    for stage in stages {
        let (copy, old) = (format!("copy-of-{stage}"), stage.replace('-', "_"));
        let arguments = ["new", &format!("MODULE={copy}"), &format!("FROM={stage}")];
        whole.make(&arguments).succeeds();
        let is_source = |path: &&String| path.starts_with(&copy) && path.ends_with(".rs");
        for path in whole.listing().iter().filter(is_source) {
            let source = whole.read(path);
            let words = [format!(" {old}::Server"), format!("CARGO_BIN_EXE_{stage}\"")];
            for word in words {
                assert!(!source.contains(&word), "{path} still speaks of {word}");
            }
        }
    }
    let cargo = Command::new(env!("CARGO"))
        .args(["update", "--workspace", "--offline", "--locked"])
        .current_dir(whole.path(""))
        .output()
        .expect("cargo starts");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
}

#[test]
fn it_refuses_names_that_would_not_work() {
    let workspace = workspace();
    workspace.write("notes", "");
    let lock = workspace.read("Cargo.lock");
    workspace.write("Cargo.lock", &(lock + "\n[[package]]\nname = \"serde_json\"\n"));
    let before = workspace.listing();
    let letters = "made of lower case letters, digits and hyphens, and starts with a letter";
    for (name, reason) in [
        ("echo", "echo is there already"),
        ("notes", "notes is there already"),
        ("My-stage", letters),
        ("3d", letters),
        ("-stage", letters),
        ("my_stage", letters),
        ("my stage", letters),
        ("my/stage", letters),
        ("", letters),
        ("common", "taken"),
        ("book", "taken"),
        ("target", "taken"),
        ("test", "cargo's"),
        ("loop", "a word of the Rust language"),
        ("serde-json", "a crate of that name is used here already"),
    ] {
        let text = workspace.make(&["new", &format!("MODULE={name}"), "FROM=echo"]).fails();
        assert_contains(&text, &format!("MODULE={name}: "));
        assert_contains(&text, reason);
    }
    assert_eq!(workspace.listing(), before);
}

#[test]
fn what_cannot_be_finished_is_not_begun() {
    let workspace = workspace();
    workspace.program("bin/cargo", "#!/bin/sh\necho no network >&2\nexit 101\n");
    let before = (workspace.listing(), workspace.read("Cargo.toml"), workspace.read("Cargo.lock"));
    let text = workspace.make(&["new", "MODULE=my-stage", "FROM=echo"]).fails();
    assert_contains(&text, "no network");
    assert_contains(&text, "all is as it was");
    let after = (workspace.listing(), workspace.read("Cargo.toml"), workspace.read("Cargo.lock"));
    assert_eq!(after, before);
}

//! `make new` and `make remove`: stages of a reader's own.

use std::process::{Command, Output};

use crate::makefile::workspace::{RECORDER, Workspace, assert_contains, repository};

/// Where the crate's name occurs in Rust, and where the same word means something else.
const RUST: &str = "use echo::Server;
use workbench::workload::echo::Check;

/// An echo server.
fn main() {
    common::run::<echo::Server>();
    send(\"echo\");
}
";

const MANIFEST: &str = "[package]
name = \"echo\"
description = \"Sends every message back unchanged.\"

[dependencies]
common.workspace = true

[[example]]
name = \"simulate-echo\"
path = \"examples/simulate.rs\"

[[bench]]
name = \"node\"
harness = false

[lints]
workspace = true
";

/// A workspace with one stage, `echo`, that has all that a stage may have.
fn workspace() -> Workspace {
    let workspace = Workspace::empty();
    workspace.stage("echo", "-w echo --node-count 1");
    workspace.write("Cargo.lock", "version = 4\n\n[[package]]\nname = \"serde_json\"\n");
    workspace.write("echo/Cargo.toml", MANIFEST);
    for source in ["src/main.rs", "examples/simulate.rs", "tests/protocol.rs", "benches/node.rs"] {
        workspace.write(&format!("echo/{source}"), RUST);
    }
    workspace.write("echo/src/snapshots/echo__tests__floats.snap", "---\n---\n1.0\n");
    workspace
}

/// Runs the workbench's own command in the workspace.
fn workbench(workspace: &Workspace, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_workbench"));
    command.args(arguments).current_dir(workspace.path("")).output().expect("the workbench starts")
}

#[track_caller]
fn succeeds(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = workbench(workspace, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[track_caller]
fn fails(workspace: &Workspace, arguments: &[&str]) -> String {
    let output = workbench(workspace, arguments);
    assert_eq!(output.status.code(), Some(254), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr).expect("text")
}

#[test]
fn make_new_asks_the_workbench_and_then_updates_the_lock_file() {
    let workspace = Workspace::new();
    workspace.stage("mine", "$(echo)");
    for (arguments, call) in [
        (["new", "MODULE=my-stage", "FROM=echo/"].as_slice(), "new my-stage --from echo"),
        (&["new", "MODULE=my-stage", "WORKLOAD=echo"], "new my-stage --workload echo"),
        (
            &["new", "MODULE=my-stage", "FROM=second-stage", "WORKLOAD=echo"],
            "new my-stage --from second-stage --workload echo",
        ),
        (&["remove", "MODULE=mine/"], "remove mine"),
    ] {
        workspace.program("bin/cargo", &RECORDER.replace(">\"", ">>\""));
        workspace.make(arguments).succeeds();
        assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(call));
        let calls = "build --package workbench --bins update --workspace --offline --quiet";
        assert_eq!(workspace.called("bin/cargo").as_deref(), Some(calls));
    }
    let text = workspace.make(&["new", "MODULE=my-stage", "FROM=ehco", "WORKLOAD=echo"]).fails();
    assert_contains(&text, "FROM=ehco: there is no such stage");
    let text = workspace.make(&["new", "MODULE=my-stage"]).fails();
    assert_contains(&text, "name a stage to copy with FROM=, or a challenge with WORKLOAD=");
    assert_contains(&text, "Stages: echo second-stage mine. Challenges: echo ");
    let text = workspace.make(&["new", "MODULE=my-stage", "WORKLOAD=ehco"]).fails();
    assert_contains(&text, "WORKLOAD=ehco: there is no such challenge");
    let text = workspace.make(&["remove", "MODULE=echo"]).fails();
    assert_contains(&text, "there is no such stage of your own. There are: mine");
    let text = Workspace::new().make(&["remove", "MODULE=echo"]).fails();
    assert_contains(&text, "there is no such stage of your own. There are none");
}

#[test]
fn a_new_stage_is_a_renamed_server_with_a_test_of_its_challenge() {
    let workspace = workspace();
    let text = succeeds(&workspace, &["new", "my-stage", "--from", "echo"]);
    assert_contains(&text, "make watch MODULE=my-stage");

    let renamed = RUST
        .replace("use echo::Server", "use my_stage::Server")
        .replace("<echo::Server>", "<my_stage::Server>");
    for source in ["src/main.rs", "examples/simulate.rs"] {
        assert_eq!(workspace.read(&format!("my-stage/{source}")), renamed);
    }
    let test = workspace.read("my-stage/tests/challenge.rs");
    assert_contains(&test, "use my_stage::Server;");
    let manifest = MANIFEST
        .replace("\"echo\"", "\"my-stage\"")
        .replace("simulate-echo", "simulate-my-stage")
        .replace("Sends every message back unchanged.", "A stage of your own, begun as echo.")
        .replace("[[bench]]\nname = \"node\"\nharness = false\n\n", "");
    assert_eq!(workspace.read("my-stage/Cargo.toml"), manifest);
    let files: Vec<String> = workspace.listing();
    let files: Vec<&str> = files.iter().filter_map(|path| path.strip_prefix("my-stage/")).collect();
    let expected = [
        "Cargo.toml",
        "examples",
        "examples/simulate.rs",
        "src",
        "src/lib.rs",
        "src/main.rs",
        "tests",
        "tests/challenge.rs",
    ];
    assert_eq!(files, expected, "no test and no benchmark of echo");
    let challenges = workspace.read("workbench/challenges.mk");
    assert!(challenges.ends_with("\necho = -w echo --node-count 1\nmy-stage = $(echo)\n"));
}

#[test]
fn a_copy_may_face_another_challenge() {
    let workspace = workspace();
    let challenges = workspace.read("workbench/challenges.mk") + "counter = -w g-counter\n";
    workspace.write("workbench/challenges.mk", &challenges);
    let arguments = ["new", "mine", "--from", "echo", "--workload", "counter"];
    let text = succeeds(&workspace, &arguments);
    assert_contains(&text, "mine/ begins as a copy of echo. Next:");
    assert_contains(&text, "whether it meets the challenge of counter.");
    assert_contains(&text, "make diff MODULE=mine FROM=echo\n");
    assert_eq!(workspace.read("workbench/challenges.mk"), challenges + "mine = $(counter)\n");
    let text = fails(&workspace, &["new", "other", "--from", "echo", "--workload", "conter"]);
    assert_contains(&text, "there is no challenge `conter`. There are: echo, counter, mine");
}

#[test]
fn a_stage_from_scratch_is_the_starter_with_the_challenge_that_was_named() {
    let workspace = workspace();
    workspace.copy("workbench/templates/starter");
    let challenges = workspace.read("workbench/challenges.mk") + "counter = -w g-counter\n";
    workspace.write("workbench/challenges.mk", &challenges);
    for (name, challenge, diff) in
        [("my-echo", "echo", true), ("my-counter", "counter", false), ("more", "my-echo", true)]
    {
        let text = succeeds(&workspace, &["new", name, "--workload", challenge]);
        assert_contains(&text, &format!("{name}/ answers `init`, and nothing else yet"));
        assert_eq!(text.contains("make diff"), diff, "{text}");
        let manifest = workspace.read(&format!("{name}/Cargo.toml"));
        assert_contains(&manifest, &format!("name = \"{name}\"\n"));
        assert_contains(&manifest, "description = \"A stage of your own.\"");
        assert_contains(&manifest, &format!("name = \"simulate-{name}\"\n"));
        let server = workspace.read(&format!("{name}/src/lib.rs"));
        assert_eq!(server, workspace.read("workbench/templates/starter/src/lib.rs"));
        assert_contains(
            &workspace.read(&format!("{name}/src/main.rs")),
            &format!("use {}::Server;", name.replace('-', "_")),
        );
    }
    let all = "my-echo = $(echo)\nmy-counter = $(counter)\nmore = $(my-echo)\n";
    assert_eq!(workspace.read("workbench/challenges.mk"), challenges + all);

    let text = fails(&workspace, &["new", "mine", "--workload", "conter"]);
    assert_contains(&text, "there is no challenge `conter`. There are: echo, counter, my-echo");
}

#[test]
fn a_new_stage_can_be_removed() {
    let workspace = workspace();
    let before = (workspace.listing(), workspace.read("workbench/challenges.mk"));
    succeeds(&workspace, &["new", "my-stage", "--from", "echo"]);
    workspace.write("my-stage/src/lib.rs", "//! A day's work.\n");
    let text = succeeds(&workspace, &["remove", "my-stage"]);
    assert_eq!(
        text,
        "my-stage is removed. Until `make clean` it is in target/removed/my-stage-1.\n"
    );
    assert_eq!(workspace.read("target/removed/my-stage-1/src/lib.rs"), "//! A day's work.\n");
    let mut listing = workspace.listing();
    listing.retain(|path| !path.starts_with("target"));
    assert_eq!((listing, workspace.read("workbench/challenges.mk")), before);

    // Also when its folder was deleted by hand.
    succeeds(&workspace, &["new", "my-stage", "--from", "echo"]);
    std::fs::remove_dir_all(workspace.path("my-stage")).expect("a folder of ours");
    assert_eq!(succeeds(&workspace, &["remove", "my-stage"]), "my-stage is removed.\n");
    assert_eq!(workspace.read("workbench/challenges.mk"), before.1);
}

#[test]
fn a_stage_that_others_need_is_not_removed() {
    let workspace = workspace();
    succeeds(&workspace, &["new", "first", "--from", "echo"]);
    succeeds(&workspace, &["new", "second", "--from", "first"]);
    let before = workspace.listing();
    for (name, why) in [
        ("echo", "it belongs to the tutorial"),
        ("third", "there is no stage of that name"),
        ("first", "`second` began as it, so remove second first"),
    ] {
        let text = fails(&workspace, &["remove", name]);
        assert_contains(&text, &format!("`{name}` is not removed: {why}"));
    }
    assert_eq!(workspace.listing(), before);
}

#[test]
fn unusable_names_are_refused() {
    let workspace = workspace();
    workspace.write("notes", "");
    workspace.stage("gone", "-w echo");
    std::fs::remove_dir_all(workspace.path("gone")).expect("a folder of ours");
    let before = (workspace.listing(), workspace.read("workbench/challenges.mk"));
    let letters = "use lower-case letters, digits and hyphens, and begin with a letter";
    for (name, why) in [
        ("echo", "a file or folder of that name exists already"),
        ("notes", "a file or folder of that name exists already"),
        ("My-stage", letters),
        ("3d", letters),
        ("my_stage", letters),
        ("my stage", letters),
        ("my/stage", letters),
        ("", letters),
        ("common", "the workspace needs that name itself"),
        ("book", "the workspace needs that name itself"),
        ("test", "cargo needs that name itself"),
        ("loop", "that is a keyword of Rust"),
        ("serde-json", "a crate of that name is in use here"),
    ] {
        let text = fails(&workspace, &["new", name, "--from", "echo"]);
        assert_contains(&text, &format!("a stage cannot be called `{name}`: {why}"));
    }
    let text = fails(&workspace, &["new", "gone", "--from", "echo"]);
    assert_contains(&text, "`gone` is a line of workbench/challenges.mk already");
    let text = fails(&workspace, &["new", "mine", "--from", "ehco"]);
    assert_contains(&text, "there is no stage `ehco`. There are: echo");
    assert_eq!((workspace.listing(), workspace.read("workbench/challenges.mk")), before);
}

#[test]
fn a_stage_that_cannot_be_copied_leaves_nothing_behind() {
    let workspace = workspace();
    std::fs::write(workspace.path("echo/examples/picture"), [0xff]).expect("a file");
    let before = (workspace.listing(), workspace.read("workbench/challenges.mk"));
    let output = workbench(&workspace, &["new", "my-stage", "--from", "echo"]);
    assert_eq!(output.status.code(), Some(255));
    assert_contains(&String::from_utf8_lossy(&output.stderr), "echo/examples/picture");
    assert_eq!((workspace.listing(), workspace.read("workbench/challenges.mk")), before);
}

/// Every stage of this repository can be copied, and cargo takes the copies as members.
#[test]
fn every_stage_can_be_copied() {
    let whole = Workspace::empty();
    for path in ["Cargo.toml", "Cargo.lock", "common", "workbench", "book"] {
        whole.copy(path);
    }
    let challenges = whole.read("workbench/challenges.mk");
    let stages: Vec<&str> = challenges
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .filter(|name| repository().join(name).is_dir())
        .collect();
    stages.iter().for_each(|stage| whole.copy(stage));
    for stage in &stages {
        succeeds(&whole, &["new", &format!("copy-of-{stage}"), "--from", stage]);
    }
    succeeds(&whole, &["new", "from-scratch", "--workload", stages[0]]);
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--no-deps", "--format-version", "1"])
        .current_dir(whole.path(""))
        .output()
        .expect("cargo starts");
    let metadata = String::from_utf8_lossy(&cargo.stdout);
    assert_contains(&metadata, "\"name\":\"from-scratch\"");
    for stage in &stages {
        assert_contains(&metadata, &format!("\"name\":\"copy-of-{stage}\""));
        let sources = whole.listing();
        let is_source = |path: &&String| path.starts_with(&format!("copy-of-{stage}/"));
        for path in sources.iter().filter(is_source).filter(|path| path.ends_with(".rs")) {
            let old = format!(" {}::Server", stage.replace('-', "_"));
            assert!(!whole.read(path).contains(&old), "{path} still speaks of{old}");
        }
    }
    assert!(!stages.is_empty());
}

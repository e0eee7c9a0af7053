//! What make does, in small copies of a workspace: nothing is compiled, and the programs that make
//! calls are scripts that write down how they were called.

mod maelstrom;
mod manifests;
mod new;
mod workspace;

use std::os::unix::fs::symlink;

use workspace::{RECORDER, Workspace, assert_contains, search_path};

#[test]
fn alone_it_prints_help_and_the_stages_in_order() {
    let workspace = Workspace::new();
    workspace.stage("a-readers-own", "second-stage", "-w echo");
    let text = format!("\n{}", workspace.make(&[]).succeeds());
    for target in "run diff new build test lint clean maelstrom".split(' ') {
        assert_contains(&text, &format!("\nmake {target} "));
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "wider than a terminal: {text}");
    let (_, stages) = text.split_once("Stages:\n").expect("a list of stages");
    let names: Vec<_> = stages.lines().map(|line| line.trim().split(' ').next()).collect();
    assert_eq!(names, [Some("echo"), Some("second-stage"), Some("a-readers-own")]);
    assert_contains(stages, "The a-readers-own server.");
}

#[test]
fn a_stage_runs_under_its_own_flags() {
    let workspace = Workspace::new();
    workspace.make(&["run", "MODULE=second-stage"]).succeeds();
    let build = "build --locked --bins --package second-stage --package workbench";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(build));
    let test = "test -w broadcast --rate 10 --bin target/debug/second-stage \
                --repeat-as make run MODULE=second-stage";
    assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(test));

    workspace.make(&["run"]).succeeds();
    let test =
        "test -w echo --node-count 1 --bin target/debug/echo --repeat-as make run MODULE=echo";
    assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(test));
}

#[test]
fn workload_lends_its_flags_then_come_the_seed_and_more_flags() {
    let workspace = Workspace::new();
    workspace.program("target/debug/workbench", "#!/bin/sh\nprintf '<%s>' \"$@\"\n");
    let flags = "FLAGS=--rate 20 -- --name 'two words'";
    // With a slash, as the shell completes a folder's name.
    let arguments = ["run", "MODULE=echo/", "WORKLOAD=second-stage/", "SEED=7", flags];
    let expected = "<test><-w><broadcast><--rate><10><--bin><target/debug/echo><--seed><7>\
                    <--repeat-as><make run MODULE=echo WORKLOAD=second-stage \
                    FLAGS=\"--rate 20 -- --name 'two words'\"><--rate><20><--><--name><two words>";
    assert_contains(&workspace.make(&arguments).succeeds(), expected);
}

#[test]
fn an_unknown_stage_is_refused_with_those_there_are() {
    let workspace = Workspace::new();
    for (arguments, wrong) in [
        ("run MODULE=third", "MODULE=third"),
        ("run MODULE=workbench", "MODULE=workbench"),
        ("run MODULE=echo WORKLOAD=third", "WORKLOAD=third"),
        ("run BIN=node.py WORKLOAD=third", "WORKLOAD=third"),
        ("diff MODULE=third", "MODULE=third"),
        ("diff MODULE=echo FROM=third", "FROM=third"),
        ("new MODULE=fourth FROM=third", "FROM=third"),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let expected = format!("{wrong}: there is no such stage. There are: echo second-stage.");
        assert_contains(&workspace.make(&arguments).fails(), &expected);
    }
    let text = workspace.make(&["new", "MODULE=fourth"]).fails();
    assert_contains(&text, "FROM=: name a stage. There are: echo second-stage.");
    assert_eq!(workspace.called("bin/cargo"), None);
}

#[test]
fn a_program_in_any_language_is_judged_and_no_stage_is_built() {
    let workspace = Workspace::new();
    workspace.write("mine/node.py", "");
    workspace.make(&["run", "WORKLOAD=echo", "BIN=mine/node.py"]).succeeds();
    let build = "build --locked --bins --package workbench";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(build));
    let program = workspace.path("mine/node.py").canonicalize().expect("a file");
    let test = format!(
        "test -w echo --node-count 1 --bin {} --repeat-as make run BIN=mine/node.py WORKLOAD=echo",
        program.display()
    );
    assert_eq!(workspace.called("target/debug/workbench"), Some(test));

    workspace.make(&["run", "BIN=/opt/my node"]).succeeds();
    let test = "test -w echo --node-count 1 --bin /opt/my node \
                --repeat-as make run BIN=\"/opt/my node\" WORKLOAD=echo";
    assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(test));
}

#[test]
fn a_relative_program_is_relative_to_the_caller() {
    let workspace = Workspace::new();
    let elsewhere = Workspace::empty();
    elsewhere.write("node.py", "");
    let folder = workspace.path("");
    let arguments = ["-C", folder.to_str().expect("a plain name"), "run", "BIN=node.py"];
    let caller = elsewhere.path("");
    workspace
        .make_changed(&arguments, |make| make.current_dir(&caller).env("PWD", &caller))
        .succeeds();
    let test = workspace.called("target/debug/workbench").expect("a call");
    assert!(test.contains(&format!(" --bin {}/node.py ", caller.display())), "{test}");
}

#[test]
fn soak_runs_the_last_stage_with_every_fault_and_the_long_tests() {
    let workspace = Workspace::new();
    let simulate = "target/debug/examples/simulate-second-stage";
    workspace.program(simulate, RECORDER);
    workspace.program("bin/cargo", &RECORDER.replace(">\"", ">>\""));
    workspace.make(&["soak"]).succeeds();
    let calls = workspace.called("bin/cargo").expect("calls of cargo");
    assert_contains(&calls, "test --locked --package workbench --test processes -- --ignored");
    let faults = "--loss 0.2 --duplicate 0.2 --latency 50 --latency-dist exponential";
    let call = workspace.called(simulate).expect("a sweep");
    assert!(call.starts_with(&format!("sweep -w broadcast --rate 10 {faults} ")), "{call}");
    assert!(call.ends_with(" --seeds 100000"), "{call}");

    workspace.make(&["soak", "SEEDS=5"]).succeeds();
    assert!(workspace.called(simulate).expect("a sweep").ends_with(" --seeds 5"));
    workspace.program(simulate, "#!/bin/sh\nexit 1\n");
    workspace.make(&["soak"]).fails();
}

#[test]
fn a_failed_build_or_verdict_fails_the_run() {
    let workspace = Workspace::new();
    workspace.program("target/debug/workbench", "#!/bin/sh\necho the verdict\nexit 1\n");
    assert_contains(&workspace.make(&["run"]).fails(), "the verdict");
    workspace.program("bin/cargo", "#!/bin/sh\necho does not compile\nexit 101\n");
    let text = workspace.make(&["run"]).fails();
    assert_contains(&text, "does not compile");
    assert!(!text.contains("the verdict"), "{text}");
}

#[test]
fn programs_are_run_from_where_cargo_puts_them() {
    let workspace = Workspace::new();
    workspace.program("else where/debug/workbench", RECORDER);
    workspace.make(&["run", "CARGO_TARGET_DIR=else where"]).succeeds();
    let test = "test -w echo --node-count 1 --bin else where/debug/echo \
                --repeat-as make run MODULE=echo";
    assert_eq!(workspace.called("else where/debug/workbench").as_deref(), Some(test));
}

/// A workspace whose second stage changes two lines of the first and adds one.
fn with_servers() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("echo/src/lib.rs", "//! One.\n\nfn both() {}\nfn old() {}\n");
    let second = "//! Two.\n\nfn both() {}\nfn new() {}\nfn more() {}\n";
    workspace.write("second-stage/src/lib.rs", second);
    workspace
}

#[test]
fn diff_shows_and_counts_what_changed() {
    let workspace = with_servers();
    let text = workspace.make(&["diff", "MODULE=second-stage"]).succeeds();
    assert_contains(&text, "\n fn both() {}\n-fn old() {}\n+fn new() {}\n+fn more() {}\n");
    assert!(text.ends_with("\necho -> second-stage: 3 lines added, 2 removed\n"), "{text}");
    let text = workspace.make(&["diff", "MODULE=echo", "FROM=second-stage"]).succeeds();
    assert!(text.ends_with("\nsecond-stage -> echo: 2 lines added, 3 removed\n"), "{text}");
}

#[test]
fn diff_has_nothing_to_compare_the_first_stage_with() {
    let text = with_servers().make(&["diff", "MODULE=echo"]).fails();
    assert_contains(&text, "echo is the first stage");
    assert_contains(&text, "FROM=");
}

#[test]
fn diff_does_without_git() {
    let workspace = with_servers();
    for tool in ["awk", "diff", "make", "sed", "sh", "tsort"] {
        let places = search_path().into_iter().map(|folder| folder.join(tool));
        let place = places.into_iter().find(|place| place.exists()).expect(tool);
        symlink(place, workspace.path("bin").join(tool)).expect("a link");
    }
    let path = workspace.path("bin");
    let text = workspace
        .make_changed(&["diff", "MODULE=second-stage"], |make| make.env("PATH", path))
        .succeeds();
    assert_contains(&text, "\n fn both() {}\n-fn old() {}\n+fn new() {}\n+fn more() {}\n");
    assert!(text.ends_with("\necho -> second-stage: 3 lines added, 2 removed\n"), "{text}");
}

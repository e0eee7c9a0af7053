//! BENCH=maelstrom, and how Maelstrom is fetched.

use crate::makefile::workspace::{RECORDER, Workspace, assert_contains};

#[test]
fn maelstrom_gets_the_same_flags() {
    let workspace = Workspace::new();
    // Each is preferred to those before it.
    for (path, variable) in [
        ("bin/maelstrom", None),
        ("maelstrom/maelstrom", None),
        ("my own/maelstrom", Some("MAELSTROM=my own/maelstrom")),
    ] {
        workspace.program(path, RECORDER);
        let mut arguments = vec!["run", "BENCH=maelstrom", "MODULE=echo", "FLAGS=--rate 1"];
        arguments.extend(variable);
        workspace.make(&arguments).succeeds();
        let test = "test -w echo --node-count 1 --bin target/debug/echo --rate 1";
        assert_eq!(workspace.called(path).as_deref(), Some(test));
    }
    let build = "build --package echo --bins";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(build));
    assert_eq!(workspace.called("target/debug/workbench"), None);
}

#[test]
fn maelstrom_judges_another_program_without_building_anything() {
    let workspace = Workspace::new();
    workspace.program("bin/maelstrom", RECORDER);
    workspace.make(&["run", "BENCH=maelstrom", "WORKLOAD=echo", "BIN=/opt/node"]).succeeds();
    let test = "test -w echo --node-count 1 --bin /opt/node";
    assert_eq!(workspace.called("bin/maelstrom").as_deref(), Some(test));
    assert_eq!(workspace.called("bin/cargo"), None);
}

#[test]
fn without_maelstrom_nothing_is_built() {
    let workspace = Workspace::new();
    let text =
        workspace.make(&["run", "MODULE=echo", "BENCH=maelstrom", "MAELSTROM=no/such"]).fails();
    let parts = ["no program no/such", "`make maelstrom`", "Java 11", "gnuplot", "MAELSTROM=/"];
    parts.iter().for_each(|part| assert_contains(&text, part));
    let text = workspace.make(&["run", "MODULE=echo", "BENCH=jepsen"]).fails();
    assert_contains(&text, "BENCH=jepsen: there is no such bench. There are: workbench maelstrom");
    assert_eq!(workspace.called("bin/cargo"), None);
}

#[test]
fn maelstrom_is_downloaded_completely_or_not_at_all() {
    let workspace = Workspace::new();
    let archive = "maelstrom.part/maelstrom.tar.bz2";
    let address = "https://github.com/jepsen-io/maelstrom/releases/download/v0.2.4/\
                   maelstrom.tar.bz2";
    workspace.program("other/README", "");
    workspace.program("bin/curl", "");
    let before = workspace.listing();
    for (curl, message) in [
        ("exit 22".to_owned(), "Could not fetch"),
        (format!("echo half >{archive}"), "Could not unpack"),
        (format!("tar -cf {archive} other"), "does not hold what it should"),
    ] {
        workspace.program("bin/curl", &format!("#!/bin/sh\n{curl}\n"));
        let text = workspace.make(&["maelstrom"]).fails();
        assert_contains(&text, message);
        assert_contains(&text, address);
        assert_eq!(workspace.listing(), before);
    }

    workspace.program("release/maelstrom/maelstrom", RECORDER);
    let curl = format!("#!/bin/sh\ntar -cf {archive} -C release maelstrom\n");
    workspace.program("bin/curl", &curl);
    assert_contains(&workspace.make(&["maelstrom"]).succeeds(), "BENCH=maelstrom");
    workspace.make(&["run", "MODULE=echo", "BENCH=maelstrom"]).succeeds();
    assert!(workspace.called("maelstrom/maelstrom").is_some());
}

#[test]
fn maelstrom_is_downloaded_once() {
    let workspace = Workspace::new();
    workspace.program("bin/curl", "#!/bin/sh\nexit 22\n");
    workspace.write("maelstrom/README", "");
    assert_contains(&workspace.make(&["maelstrom"]).fails(), "Remove the folder");
    workspace.program("maelstrom/maelstrom", RECORDER);
    assert_contains(&workspace.make(&["maelstrom"]).succeeds(), "already there");
}

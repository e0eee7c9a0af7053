//! What make does, in small copies of a workspace: nothing is compiled, and the programs that make
//! calls are scripts that write down how they were called.

mod maelstrom;
mod new;
mod workspace;

use self::workspace::{RECORDER, Workspace, assert_contains};

#[test]
fn make_alone_fits_a_terminal_and_lists_the_stages_in_order() {
    let workspace = Workspace::new();
    workspace.stage("a-readers-own", "$(echo)");
    let text = format!("\n{}", workspace.make(&[]).succeeds());
    let targets = "run simulate sweep shrink watch report diff compare new remove test book help";
    for target in targets.split(' ') {
        assert_contains(&text, &format!("\nmake {target} "));
    }
    assert!(text.lines().count() < 24, "it scrolls away: {text}");
    let all = format!("\n{}", workspace.make(&["help"]).succeeds());
    for target in
        "prune build book-serve test-browser lint bench fuzz soak maelstrom clean".split(' ')
    {
        assert_contains(&all, &format!("\nmake {target} "));
    }
    assert!(all.lines().all(|line| line.chars().count() <= 80), "wider than a terminal: {all}");
    assert!(text.ends_with("\nStages: echo second-stage a-readers-own\n"), "{text}");
}

#[test]
fn a_stage_faces_its_own_challenge() {
    let workspace = Workspace::new();
    workspace.make(&["run", "MODULE=second-stage"]).succeeds();
    let build = "build --package workbench --package second-stage --bins";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(build));
    let test = "test -w broadcast --rate 10 --bin target/debug/second-stage \
                --reproduce-with make run MODULE=second-stage";
    assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(test));
}

#[test]
fn a_readers_own_stage_faces_the_challenge_of_the_stage_it_began_as() {
    let workspace = Workspace::new();
    workspace.stage("mine", "$(second-stage)");
    workspace.make(&["run", "MODULE=mine"]).succeeds();
    let test = workspace.called("target/debug/workbench").expect("a run");
    assert!(test.starts_with("test -w broadcast --rate 10 --bin target/debug/mine "), "{test}");
}

#[test]
fn targets_are_for_the_workbench_also_where_a_line_refers_to_another() {
    let workspace = Workspace::new();
    workspace.stage("mine", "$(second-stage)");
    let lines = workspace.read("workbench/challenges.mk");
    let targets = "second-stage_targets = --max-msgs-per-op 30\n";
    workspace.write("workbench/challenges.mk", &format!("{lines}{targets}"));
    for stage in ["second-stage", "mine"] {
        workspace.make(&["run", &format!("MODULE={stage}")]).succeeds();
        let test = workspace.called("target/debug/workbench").expect("a run");
        let flags = "test -w broadcast --rate 10 --max-msgs-per-op 30 --bin ";
        assert!(test.starts_with(flags), "{test}");
    }
    workspace.stage("yours", "$(mine) --rate 20 --loss 0.1");
    workspace.make(&["run", "MODULE=yours"]).succeeds();
    let test = workspace.called("target/debug/workbench").expect("a run");
    let flags = "test -w broadcast --rate 10 --max-msgs-per-op 30 --rate 20 --loss 0.1 --bin ";
    assert!(test.starts_with(flags), "{test}");
    workspace.program("bin/maelstrom", RECORDER);
    workspace.make(&["run", "MODULE=second-stage", "BENCH=maelstrom"]).succeeds();
    let test = "test -w broadcast --rate 10 --bin target/debug/second-stage";
    assert_eq!(workspace.called("bin/maelstrom").as_deref(), Some(test));
}

#[test]
fn a_challenge_needs_no_stage() {
    let workspace = Workspace::new();
    let lines = workspace.read("workbench/challenges.mk");
    workspace.write("workbench/challenges.mk", &format!("{lines}harder = -w echo --rate 99\n"));
    let named = "\nStages: echo second-stage\nChallenges that have no stage yet: harder\n";
    assert_contains(&workspace.make(&[]).succeeds(), named);
    workspace.make(&["run", "MODULE=second-stage", "WORKLOAD=harder"]).succeeds();
    let test = workspace.called("target/debug/workbench").expect("a run");
    assert!(test.starts_with("test -w echo --rate 99 --bin target/debug/second-stage "), "{test}");
    assert_contains(&workspace.make(&["run", "MODULE=harder"]).fails(), "no such stage");
}

#[test]
fn workload_is_another_challenge_then_come_the_seed_and_more_flags() {
    let workspace = Workspace::new();
    workspace.program("target/debug/workbench", "#!/bin/sh\nprintf '<%s>' \"$@\"\n");
    let flags = "FLAGS=--rate 20 -- --name 'two words'";
    // With a slash, as the shell completes a folder's name.
    let arguments = ["run", "MODULE=echo/", "WORKLOAD=second-stage/", "SEED=7", flags];
    let expected = "<test><-w><broadcast><--rate><10><--bin><target/debug/echo><--reproduce-with>\
                    <make run MODULE=echo WORKLOAD=second-stage FLAGS=\"--rate 20 -- --name \
                    'two words'\"><--seed><7><--rate><20><--><--name><two words>";
    assert_contains(&workspace.make(&arguments).succeeds(), expected);
}

#[test]
fn a_scenario_takes_the_place_of_the_challenge() {
    let workspace = Workspace::new();
    workspace.make(&["run", "MODULE=echo", "SCENARIO=two words.toml"]).succeeds();
    let test = "test --scenario two words.toml --bin target/debug/echo \
                --reproduce-with make run MODULE=echo SCENARIO=\"two words.toml\"";
    assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(test));
    let both = ["run", "MODULE=echo", "SCENARIO=cut.toml", "WORKLOAD=second-stage"];
    assert_contains(&workspace.make(&both).fails(), "WORKLOAD= has no effect with SCENARIO=");
    let maelstrom = ["run", "MODULE=echo", "SCENARIO=cut.toml", "BENCH=maelstrom"];
    assert_contains(&workspace.make(&maelstrom).fails(), "Maelstrom has no scenarios");
}

#[test]
fn watch_is_told_where_cargo_puts_the_simulation() {
    let workspace = Workspace::new();
    workspace.make(&["watch", "MODULE=echo/", "WORKLOAD=second-stage", "SEED=7"]).succeeds();
    let build = "build --package workbench --bins";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(build), "watch builds the stage");
    let simulate = "--simulate target/debug/examples/simulate-echo -- -w broadcast --rate 10 \
                    --reproduce-with make simulate MODULE=echo WORKLOAD=second-stage --seed 7";
    let watch = format!("watch echo --seeds 100 --port 3001 {simulate}");
    assert_eq!(workspace.called("target/debug/workbench"), Some(watch));
    workspace.make(&["watch", "MODULE=echo", "SEEDS=5", "PORT=80"]).succeeds();
    let watch = workspace.called("target/debug/workbench").expect("a call");
    assert!(watch.starts_with("watch echo --seeds 5 --port 80 "), "{watch}");
}

#[test]
fn a_variable_without_effect_is_refused() {
    let workspace = Workspace::new();
    workspace.program("bin/maelstrom", RECORDER);
    for (arguments, variable, reason) in [
        (
            "run modul=echo",
            "modul=",
            "which takes MODULE= WORKLOAD= SEED= FLAGS= SCENARIO= BIN= BENCH=",
        ),
        ("simulate BIN=node.py WORKLOAD=echo", "BIN=", "no effect on `make simulate`"),
        ("simulate MODULE=echo SEEDS=5", "SEEDS=", "no effect on `make simulate`"),
        ("sweep MODULE=echo BENCH=maelstrom", "BENCH=", "no effect on `make sweep`"),
        ("lint MODULE=echo", "MODULE=", "which takes no variables"),
        ("MODULE=echo", "MODULE=", "no effect on `make`"),
        ("run BIN=node.py MODULE=echo", "BIN=", "takes the place of MODULE="),
        ("run BENCH=maelstrom MODULE=echo SEED=7", "SEED=", "Maelstrom has no seeds"),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let text = workspace.make(&arguments).fails();
        assert_contains(&text, variable);
        assert_contains(&text, reason);
    }
    assert_eq!(workspace.called("bin/cargo"), None);
    workspace.make(&["build", "CARGO_TARGET_DIR=elsewhere", "RUST_BACKTRACE=1"]).succeeds();
}

#[test]
fn an_unknown_stage_is_refused_with_those_there_are() {
    let workspace = Workspace::new();
    for (arguments, wrong) in [
        ("run MODULE=third", "MODULE=third: there is no such stage"),
        ("run MODULE=workbench", "MODULE=workbench: there is no such stage"),
        ("run", "MODULE=: name a stage"),
        ("run MODULE=echo WORKLOAD=third", "WORKLOAD=third: there is no such challenge"),
        ("run BIN=node.py WORKLOAD=third", "WORKLOAD=third: there is no such challenge"),
        ("run BIN=node.py", "WORKLOAD=: name a challenge"),
        ("simulate MODULE=third", "MODULE=third: there is no such stage"),
        ("diff MODULE=third", "MODULE=third: there is no such stage"),
        ("diff MODULE=echo FROM=third", "FROM=third: there is no such stage"),
        ("compare MODULE=echo FROM=third", "FROM=third: there is no such stage"),
        ("new MODULE=fourth FROM=third", "FROM=third: there is no such stage"),
        ("test MODULE=third", "MODULE=third: there is no such stage"),
    ] {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let expected = format!("{wrong}. There are: echo second-stage.");
        assert_contains(&workspace.make(&arguments).fails(), &expected);
    }
    assert_eq!(workspace.called("bin/cargo"), None);
}

#[test]
fn a_program_in_any_language_is_judged_and_no_stage_is_built() {
    let workspace = Workspace::new();
    workspace.write("mine/node.py", "");
    workspace.make(&["run", "WORKLOAD=echo", "BIN=mine/node.py"]).succeeds();
    let build = "build --package workbench --bins";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(build));
    let program = workspace.path("mine/node.py").canonicalize().expect("a file");
    let test = format!("test -w echo --node-count 1 --bin {} ", program.display());
    let called = workspace.called("target/debug/workbench").expect("a run");
    assert!(called.starts_with(&test), "{called}");
    assert!(
        called.ends_with("--reproduce-with make run BIN=mine/node.py WORKLOAD=echo"),
        "{called}"
    );

    workspace.make(&["run", "WORKLOAD=echo", "BIN=/opt/my node"]).succeeds();
    let test = "test -w echo --node-count 1 --bin /opt/my node \
                --reproduce-with make run BIN=\"/opt/my node\" WORKLOAD=echo";
    assert_eq!(workspace.called("target/debug/workbench").as_deref(), Some(test));
}

#[test]
fn a_relative_program_is_relative_to_the_caller() {
    let workspace = Workspace::new();
    let elsewhere = Workspace::empty();
    elsewhere.write("node.py", "");
    let folder = workspace.path("");
    let arguments =
        ["-C", folder.to_str().expect("a plain name"), "run", "WORKLOAD=echo", "BIN=node.py"];
    let caller = elsewhere.path("");
    workspace
        .make_changed(&arguments, |make| make.current_dir(&caller).env("PWD", &caller))
        .succeeds();
    let test = workspace.called("target/debug/workbench").expect("a call");
    assert_contains(&test, &format!(" --bin {}/node.py ", caller.display()));
}

#[test]
fn soak_runs_the_last_stage_with_every_fault_and_the_long_tests() {
    let workspace = Workspace::new();
    let simulate = "target/debug/examples/simulate-second-stage";
    workspace.program(simulate, RECORDER);
    workspace.program("bin/cargo", &RECORDER.replace(">\"", ">>\""));
    workspace.make(&["soak"]).succeeds();
    let calls = workspace.called("bin/cargo").expect("calls of cargo");
    assert_contains(&calls, "test --package workbench --test processes -- --ignored");
    let invalid_output = "--loss 0.2 --duplicate 0.2 --latency 50 --latency-dist exponential";
    let call = workspace.called(simulate).expect("a sweep");
    assert!(call.starts_with("sweep --seeds 100000 -w broadcast --rate 10 "), "{call}");
    assert!(call.ends_with(invalid_output), "{call}");

    workspace.make(&["soak", "SEEDS=5"]).succeeds();
    assert_contains(&workspace.called(simulate).expect("a sweep"), "sweep --seeds 5 ");
    workspace.program(simulate, "#!/bin/sh\nexit 1\n");
    workspace.make(&["soak"]).fails();
}

#[test]
fn a_failed_build_or_verdict_fails_the_run() {
    let workspace = Workspace::new();
    workspace.program("target/debug/workbench", "#!/bin/sh\necho the verdict\nexit 1\n");
    assert_contains(&workspace.make(&["run", "MODULE=echo"]).fails(), "the verdict");
    workspace.program("bin/cargo", "#!/bin/sh\necho does not compile\nexit 101\n");
    let text = workspace.make(&["run", "MODULE=echo"]).fails();
    assert_contains(&text, "does not compile");
    assert!(!text.contains("the verdict"), "{text}");
}

#[test]
fn programs_are_run_from_where_cargo_puts_them() {
    let workspace = Workspace::new();
    workspace.program("else where/debug/workbench", RECORDER);
    workspace.make(&["run", "MODULE=echo", "CARGO_TARGET_DIR=else where"]).succeeds();
    let test = workspace.called("else where/debug/workbench").expect("a run");
    assert_contains(&test, " --bin else where/debug/echo ");
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
    let count = "\necho -> second-stage: 1 file changed, 3 insertions(+), 2 deletions(-)\n";
    assert!(text.ends_with(count), "{text}");
    let text = workspace.make(&["diff", "MODULE=echo", "FROM=second-stage"]).succeeds();
    let count = "\nsecond-stage -> echo: 1 file changed, 2 insertions(+), 3 deletions(-)\n";
    assert!(text.ends_with(count), "{text}");
}

#[test]
fn a_readers_own_stage_is_compared_with_the_one_it_began_as() {
    let workspace = with_servers();
    workspace.stage("mine", "$(echo)");
    workspace.write("mine/src/lib.rs", &workspace.read("echo/src/lib.rs"));
    let text = workspace.make(&["diff", "MODULE=mine"]).succeeds();
    assert_eq!(text, "echo -> mine: no difference\n");
}

#[test]
fn diff_has_nothing_to_compare_the_first_stage_with() {
    let text = with_servers().make(&["diff", "MODULE=echo"]).fails();
    assert_contains(&text, "echo is the first stage");
    assert_contains(&text, "FROM=");
}

#[test]
fn diff_asks_what_to_compare_a_stage_with_whose_challenge_is_no_stage() {
    let workspace = with_servers();
    workspace.stage("mine", "$(broadcast-3d)");
    let text = workspace.make(&["diff", "MODULE=mine"]).fails();
    assert_contains(&text, "mine faces broadcast-3d and no stage here does: say with FROM=");
    workspace.make(&["diff", "MODULE=mine", "FROM=echo"]).succeeds();
}

#[test]
fn compare_gives_both_stages_the_same_flags_and_a_command_each() {
    let workspace = Workspace::new();
    workspace.program("bin/cargo", &RECORDER.replace(">\"", ">>\""));
    workspace.program("target/debug/workbench", "#!/bin/sh\nprintf '<%s>' \"$@\"\n");
    let arguments = ["compare", "MODULE=second-stage", "SEED=7", "FLAGS=--latency 9"];
    let expected = "<compare><--seeds><200><--reproduce-with>\
                    <make simulate MODULE=echo WORKLOAD=second-stage FLAGS=\"--latency 9\">\
                    <make simulate MODULE=second-stage FLAGS=\"--latency 9\">\
                    <target/debug/examples/simulate-echo><target/debug/examples/simulate-second-stage>\
                    <-w><broadcast><--rate><10><--seed><7><--latency><9>";
    assert_contains(&workspace.make(&arguments).succeeds(), expected);
    let built = workspace.called("bin/cargo").expect("calls of cargo");
    let examples = "build --package echo --package second-stage \
                    --example simulate-echo --example simulate-second-stage";
    assert_contains(&built, examples);
    assert_contains(
        &workspace.make(&["compare", "MODULE=echo"]).fails(),
        "echo is the first stage",
    );
}

#[test]
fn the_projects_own_tests_do_not_wait_for_a_readers_stage() {
    let workspace = Workspace::new();
    workspace.stage("mine", "$(echo)");
    workspace.make(&["test"]).succeeds();
    let tests = "test --no-fail-fast --doc --workspace --exclude browser-tests --exclude mine";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(tests));
    workspace.make(&["test", "MODULE=mine"]).succeeds();
    let tests = "test --no-fail-fast --lib --test * --package mine";
    assert_eq!(workspace.called("bin/cargo").as_deref(), Some(tests));
}

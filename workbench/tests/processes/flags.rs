//! Flags that are wrong: exit status 254, and what would be right.

use crate::bench::Bench;

crate::tests![
    wrong_flags_are_refused,
    help_exits_successfully,
    flags_without_effect_are_reported_and_accepted,
    each_run_of_a_series_has_a_seed_and_a_store_and_the_worst_decides,
];

fn wrong_flags_are_refused() {
    for (flags, words) in [
        ("-w echo --fast", "unexpected argument '--fast'"),
        ("", "--workload <NAME>"),
        (
            "-w gossip",
            "[possible values: echo, unique-ids, broadcast, g-counter, pn-counter, g-set]",
        ),
        ("-w echo --nemesis flood", "[possible values: partition]"),
        ("-w echo --nemesis partition,flood", "'flood'"),
        ("-w echo --topology ring", "[possible values: grid, line, tree, tree3, tree4, total]"),
        ("-w echo --latency-dist normal", "[possible values: constant, uniform, exponential]"),
        ("-w echo --rate -5", "'--rate <HZ>': give a number from 0"),
        ("-w echo --rate NaN", "'--rate <HZ>': give a number from 0"),
        ("-w echo --time-limit 0", "'--time-limit <SECONDS>': give a number above 0"),
        ("-w echo --nemesis-interval inf", "'--nemesis-interval <SECONDS>': give a number"),
        ("-w echo --concurrency 0", "give a number of workers such as 10, or a multiple"),
        ("-w echo --concurrency x", "give a number of workers such as 10, or a multiple"),
        ("-w echo --concurrency 0n", "give a number of workers such as 10, or a multiple"),
        ("-w echo --node-count 0", "give a number of nodes from 1"),
        ("-w echo --node-count 1001", "give a number of nodes from 1"),
        ("-w echo --latency -1", "'--latency <MS>': give a whole number of milliseconds"),
        ("-w echo --latency 1.5", "'--latency <MS>': give a whole number of milliseconds"),
        ("-w echo --availability 2", "give `total`, or a fraction"),
        ("-w echo --availability 3/2", "give `total`, or a fraction"),
        ("-w echo --seed x", "'--seed <NUMBER>'"),
        ("-w echo --test-count 0", "'--test-count <N>'"),
        ("-w echo --node-count 2 --nodes a,b", "leave one of them out"),
        ("-w echo --nodes a,c1", "a node cannot be called `c1`"),
        ("-w echo --store=", "a value is required for '--store <FOLDER>'"),
        ("-w echo --rte 5", "unexpected argument '--rte'"),
    ] {
        let finished = Bench::of("good").flags(flags).run().fails(254, &["error: ", words]);
        assert_eq!(finished.stdout, "", "{flags}");
        assert!(!finished.store.exists(), "{flags}: nothing has run");
    }
    let words = "--strict is about the values that clients hand to the cluster: echo has none";
    let finished = Bench::of("good").flags("-w echo --strict").run().fails(254, &[words]);
    assert!(!finished.store.exists());
    let bench = Bench::of("good").flags("-w echo").without_program();
    bench.run().fails(254, &["--bin <PROGRAM>"]);
}

/// Maelstrom takes them.
fn flags_without_effect_are_reported_and_accepted() {
    let flags =
        "-w echo --node-count 1 --nemesis-interval 3 --topology line --latency-dist uniform";
    let finished = Bench::of("good").flags(flags).run().ends(0, &[]);
    for words in [
        "--nemesis-interval has no effect without --nemesis\n",
        "--topology has no effect on echo: ",
        "--latency-dist has no effect without --latency\n",
    ] {
        assert!(finished.stderr.contains(words), "{words}: {}", finished.stderr);
    }
    let flags = "-w unique-ids --node-count 3 --latency-dist uniform --latency 1 --nemesis";
    let bench = Bench::of("good")
        .flags(flags)
        .with(|command, _| command.args(["partition, partition", "--nemesis-interval", "3"]));
    let finished = bench.run().ends(0, &["Partitions "]);
    assert!(!finished.stderr.contains("no effect"), "{}", finished.stderr);
}

fn each_run_of_a_series_has_a_seed_and_a_store_and_the_worst_decides() {
    let flags = "-w echo --node-count 1 --seed 5 --test-count 3";
    let finished = Bench::of_script(SECOND_RUN_IS_WRONG).flags(flags).with(|command, folder| {
        command.env("NODE", std::env::current_exe().expect("the path of this program"));
        command.env("RUNS", folder.join("runs"))
    });
    let finished = finished.run();
    assert_eq!(finished.code, Some(1), "{}{}", finished.stdout, finished.stderr);
    let last = finished.stdout.lines().last();
    assert_eq!(last, Some("3 runs: 2 valid, 1 invalid (seed 6)"), "{}", finished.stdout);
    for seed in 5..8 {
        assert!(finished.stdout.contains(&format!("\nSeed            {seed}\n")));
    }
    let runs = finished.store.join("echo").read_dir().expect("a folder").count();
    assert_eq!(runs, 3 + 1, "and the link to the latest");
}

/// Counts the runs in a file; in the second one, it answers the first echo wrongly.
const SECOND_RUN_IS_WRONG: &str = r#"
    echo run >> "$RUNS"
    case $(wc -l < "$RUNS") in
        *2) RUN_AS_NODE=answers exec "$NODE" echo '{"type":"echo_ok","echo":"no"}' 1 ;;
        *) RUN_AS_NODE=good exec "$NODE" ;;
    esac
"#;

fn help_exits_successfully() {
    let finished = Bench::of("good").flags("--help").run().fails(0, &[]);
    // clap does not break the line of usage.
    let is_narrow = |line: &str| line.starts_with("Usage: ") || line.chars().count() <= 80;
    assert!(finished.stdout.lines().all(is_narrow), "wider than a terminal:\n{}", finished.stdout);
    for flag in ["--workload", "--bin", "--nemesis-interval", "--log-net-recv", "--seed"] {
        assert!(finished.stdout.contains(flag), "{flag} is not in:\n{}", finished.stdout);
    }
}

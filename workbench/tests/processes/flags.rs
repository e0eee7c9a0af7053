//! Flags that are wrong: exit status 254, and what would be right.

use crate::Test;
use crate::bench::Bench;

pub const TESTS: &[Test] = &[
    ("wrong_flags_are_refused", wrong_flags_are_refused),
    ("help_is_no_failure", help_is_no_failure),
];

fn wrong_flags_are_refused() {
    for (flags, words) in [
        ("-w echo --fast", "unexpected argument '--fast'"),
        ("", "--workload <NAME>"),
        ("-w gossip", "[possible values: echo, unique-ids, broadcast]"),
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
        ("-w echo --seed x", "'--seed <NUMBER>'"),
    ] {
        let finished = Bench::of("good").flags(flags).run().fails(254, &["error: ", words]);
        assert_eq!(finished.stdout, "", "{flags}");
        assert!(!finished.store.exists(), "{flags}: nothing has run");
    }
    let bench = Bench::of("good").flags("-w echo").without_program();
    bench.run().fails(254, &["--bin <PROGRAM>"]);
}

fn help_is_no_failure() {
    let finished = Bench::of("good").flags("--help").run().fails(0, &[]);
    // clap does not break the line of usage.
    let is_narrow = |line: &str| line.starts_with("Usage: ") || line.chars().count() <= 80;
    assert!(finished.stdout.lines().all(is_narrow), "wider than a terminal:\n{}", finished.stdout);
    for flag in ["--workload", "--bin", "--nemesis-interval", "--log-net-recv", "--seed"] {
        assert!(finished.stdout.contains(flag), "{flag} is not in:\n{}", finished.stdout);
    }
}

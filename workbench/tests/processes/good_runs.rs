//! Good nodes: verdicts, files and exact numbers.

use crate::bad_nodes::BYTES;
use crate::bench::Bench;
use crate::files;

crate::tests![
    forwarding_a_value_costs_20_messages,
    acknowledging_a_value_costs_40_messages,
    without_forwarding_values_are_lost,
    every_echo_comes_back,
    the_verdict_has_colour_where_it_is_wanted,
    a_run_that_lags_behind_still_reads_every_reply,
    ids_are_unique_through_partitions,
    node_logs_hold_every_byte,
];

fn every_echo_comes_back() {
    let finished = Bench::of("good").flags("-w echo --seed 7").run();
    let finished = finished.ends(0, &["every reply returned what was sent", "Seed            7"]);
    files::check(&finished);
    let latest = finished.store.join("latest").canonicalize().expect("a link to a folder");
    let printed = finished.stdout.lines().find_map(|line| line.strip_prefix("Store "));
    let printed = std::fs::canonicalize(printed.expect("a path").trim()).expect("a folder");
    assert_eq!(printed, latest);
    assert_eq!(finished.json("results.json")["seed"], 7);
    assert_eq!(finished.pids().len(), 5, "each node has a log");
    let events = files::check_history(&finished);
    assert_eq!(files::count(&events, "ok"), events.len() / 2);
}

fn the_verdict_has_colour_where_it_is_wanted() {
    let valid = "Everything looks good! ヽ(‘ー`)ノ\n";
    let flags = "-w echo --node-count 1";
    let said = |variables: &[&str]| {
        let bench = Bench::of("good")
            .flags(flags)
            .with(|command, _| command.envs(variables.iter().map(|name| (name, "1"))));
        bench.run().stdout
    };
    assert!(
        said(&["CLICOLOR_FORCE"]).ends_with(&format!("\n\u{1b}[32m{}\u{1b}[0m\n", valid.trim()))
    );
    for variables in [&[][..], &["NO_COLOR"]] {
        let said = said(variables);
        assert!(said.ends_with(valid) && !said.contains('\u{1b}'), "{said}");
        assert!(said.contains("store/latest/report.html\n") && !said.contains("file:"), "{said}");
    }
}

fn a_run_that_lags_behind_still_reads_every_reply() {
    let flags = "-w echo --node-count 2 --rate 1000000 --concurrency 20n";
    let finished = Bench::of("good").flags(flags).run();
    let finished = finished.ends(0, &[" 0 fail, 0 info"]);
    files::check_long_run(&finished);
    let asked = finished.json("results.json")["stats"]["count"].as_u64().expect("a number");
    assert!(asked > 100, "only {asked} operations");
}

fn ids_are_unique_through_partitions() {
    let flags = "-w unique-ids --node-count 3 --rate 500 --availability total \
                 --nemesis partition --nemesis-interval 0.1";
    let finished = Bench::of("good").flags(flags).run();
    let finished = finished.ends(0, &["no two equal", "Partitions      0.000 s to "]);
    files::check(&finished);
    let cuts = &finished.json("results.json")["partitions"];
    assert!(!cuts.as_array().expect("partitions").is_empty());
}

fn forwarding_a_value_costs_20_messages() {
    a_value_costs("forwards", 20);
}

fn acknowledging_a_value_costs_40_messages() {
    a_value_costs("acknowledges", 40);
}

fn a_value_costs(node: &str, messages: u64) {
    let finished = Bench::of(node).flags("-w broadcast --rate 100").run();
    let finished = finished.ends(0, &[" 0 lost, 0 never read"]);
    files::check(&finished);
    let results = finished.json("results.json");
    let values = results["workload"]["attempt-count"].as_u64().expect("a number of values");
    assert!(values >= 5, "{values} values say little");
    for count in ["msg-count", "send-count", "recv-count"] {
        assert_eq!(results["net"]["servers"][count], messages * values, "{count}");
    }
    assert_eq!(results["workload"]["stable-count"], values);
}

fn without_forwarding_values_are_lost() {
    let finished = Bench::of("good").flags("-w broadcast --rate 100 --log-net-recv").run();
    let finished = finished.ends(1, &["Lost ", "Incomplete      n1 lacked "]);
    files::check(&finished);
    assert_eq!(finished.json("results.json")["net"]["servers"]["msg-count"], 0);
}

fn node_logs_hold_every_byte() {
    let flags = "-w echo --node-count 1 --log-stderr";
    let finished = Bench::of("logs-bytes").flags(flags).run().ends(0, &[]);
    let pid = finished.pids()[0];
    let expected = [format!("pid {pid}\n").as_bytes(), BYTES].concat();
    assert_eq!(finished.file("node-logs/n0.log"), expected);
    assert!(finished.stderr.contains("n0: no newline at the end\n"), "{}", finished.stderr);
}

//! The rules of every check but set-full, one test a rule.

use serde_json::{Value as Json, json};
use workbench::checker::{Availability, OddReads, Targets, Verdict};
use workbench::record::history::{Failure, Kind, MessageCounts, Value};
use workbench::workload::{EchoResults, UniqueIdsResults, WorkloadKind};

use crate::checks::run::Run;

fn echo(run: &Run) -> EchoResults {
    let results = run.check(WorkloadKind::Echo);
    results.workload.downcast::<EchoResults>().expect("echoes").clone()
}

fn unique_ids(ids: &[Json]) -> UniqueIdsResults {
    let mut run = Run::new();
    for id in ids {
        let generate = run.invoke(0, 0, "generate", Value::None);
        run.ok(0, generate, id.clone());
    }
    let results = run.check(WorkloadKind::UniqueIds);
    results.workload.downcast::<UniqueIdsResults>().expect("ids").clone()
}

fn refused() -> Failure {
    Failure::Reply { code: json!(11), text: "not now".to_owned() }
}

fn malformed(text: &str) -> Failure {
    let body = r#"{"type":"echo_ok"}"#.to_owned();
    Failure::Malformed { text: text.to_owned(), kind: text.to_owned(), body }
}

#[test]
fn stats_count_how_operations_ended() {
    let mut run = Run::new();
    for _ in 0..3 {
        run.broadcast_ok(0..1, 0);
    }
    let (broadcast, read, cut_off) = (run.broadcast(2, 0), run.read(2, 1), run.read(2, 2));
    run.info(3, broadcast, Failure::Timeout);
    run.fail(3, read, Failure::Timeout);
    run.history.nemesis(Default::default(), "start-partition", Value::None);
    let _ = cut_off;

    let stats = run.check(WorkloadKind::Broadcast).stats;

    let total = (stats.total.count(), stats.total.ok, stats.total.fail, stats.total.info);
    assert_eq!(total, (5, 3, 1, 1));
    let broadcasts = stats.by_f["broadcast"];
    assert_eq!((broadcasts.ok, broadcasts.fail, broadcasts.info), (3, 0, 1));
    assert_eq!(stats.by_f.keys().copied().collect::<Vec<_>>(), ["broadcast", "read"]);
}

#[test]
fn an_operation_that_was_never_ok_makes_the_run_invalid() {
    let mut run = Run::new();
    run.broadcast_ok(0..1, 0);
    let read = run.read(2, 0);
    run.fail(3, read, Failure::Timeout);

    let results = run.check(WorkloadKind::Broadcast);

    assert_eq!(results.stats.by_f["read"].verdict(), Verdict::Invalid);
    assert_eq!(results.stats.verdict, Verdict::Invalid);
    assert_eq!(results.workload.verdict(), Verdict::Unknown);
    assert_eq!(results.verdict, Verdict::Invalid);
}

#[test]
fn availability_is_ok_of_all_invoked() {
    let verdict = |demanded| {
        let mut run = Run::new();
        for _ in 0..9 {
            let echo = run.ask(0, 0, "echo", json!("a"));
            run.ok(1, echo, json!("a"));
        }
        run.ask(0, 0, "echo", json!("cut off"));
        run.availability = demanded;
        let results = run.check(WorkloadKind::Echo);
        assert_eq!(results.availability.ok_fraction, 0.9);
        assert_eq!(results.verdict, results.availability.verdict);
        results.verdict
    };
    assert_eq!(verdict(None), Verdict::Valid);
    assert_eq!(verdict(Some(Availability::Fraction(0.9))), Verdict::Valid);
    assert_eq!(verdict(Some(Availability::Fraction(0.91))), Verdict::Invalid);
    assert_eq!(verdict(Some(Availability::Total)), Verdict::Invalid);
}

#[test]
fn availability_without_operations_is_1() {
    let mut run = Run::new();
    run.availability = Some(Availability::Total);
    let availability = run.check(WorkloadKind::Echo).availability;
    assert_eq!(availability.ok_fraction, 1.0);
    assert_eq!(availability.verdict, Verdict::Valid);
}

#[test]
fn messages_are_counted_by_operation_invoked() {
    let traffic = MessageCounts { sent: 9, received: 8, messages: 5 };
    let mut run = Run::new();
    assert_eq!(run.check(WorkloadKind::Echo).net.messages_per_operation(&traffic), None);
    run.ask(0, 0, "echo", json!("never answered"));
    run.ask(0, 1, "echo", json!("never answered"));
    let net = run.check(WorkloadKind::Echo).net;
    assert_eq!(net.messages_per_operation(&traffic), Some(2.5));
}

#[test]
fn a_target_is_met_up_to_its_limit_and_unknown_where_nothing_was_measured() {
    let judged = |targets: Targets| {
        let mut run = Run::new().traffic(80, 10);
        for ms in [0, 100] {
            run.broadcast_ok(ms..ms + 10, 0);
        }
        for (ms, found) in [(250, &[][..]), (400, &[0, 1])] {
            run.read_ok(ms..ms + 10, 1, found);
        }
        run.targets = targets;
        let results = run.check(WorkloadKind::Broadcast);
        assert_eq!(results.targets.len(), 1);
        (results.targets[0].measured, results.verdict)
    };
    let messages = |limit| Targets { max_msgs_per_op: Some(limit), ..Targets::default() };
    assert_eq!(judged(messages(20.0)), (Some(20.0), Verdict::Valid));
    assert_eq!(judged(messages(19.9)), (Some(20.0), Verdict::Invalid));
    let median = |limit| Targets { max_median_latency: Some(limit), ..Targets::default() };
    assert_eq!(judged(median(240)), (Some(240.0), Verdict::Valid));
    assert_eq!(judged(median(239)), (Some(240.0), Verdict::Invalid));
    let max = |limit| Targets { max_latency: Some(limit), ..Targets::default() };
    assert_eq!(judged(max(240)), (Some(240.0), Verdict::Valid));
    assert_eq!(judged(max(239)), (Some(240.0), Verdict::Invalid));

    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    run.targets = max(1000);
    let results = run.check(WorkloadKind::Broadcast);
    assert_eq!((results.targets[0].measured, results.verdict), (None, Verdict::Unknown));
}

#[test]
fn the_maximum_latency_is_that_of_the_slowest_value() {
    let mut run = Run::new();
    for ms in 0..150 {
        run.broadcast_ok(ms..ms + 1, 0);
    }
    let values: Vec<usize> = (0..150).collect();
    run.read_ok(1000..1001, 1, &values[..149]);
    run.read_ok(2000..2001, 1, &values);
    let targets = |median, max| Targets {
        max_median_latency: Some(median),
        max_latency: Some(max),
        ..Targets::default()
    };
    run.targets = targets(0, 850);
    assert_eq!(run.check(WorkloadKind::Broadcast).verdict, Verdict::Valid);
    run.targets = targets(0, 849);
    assert_eq!(run.check(WorkloadKind::Broadcast).verdict, Verdict::Invalid);
}

#[test]
fn malformed_replies_are_grouped_and_do_not_change_the_verdict() {
    let mut run = Run::new();
    let echo = run.ask(0, 0, "echo", json!("a"));
    run.ok(1, echo, json!("a"));
    for (process, text) in [(0, "once"), (1, "twice"), (2, "twice")] {
        let echo = run.ask(2, process, "echo", json!("a"));
        run.info(3, echo, malformed(text));
    }

    let results = run.check(WorkloadKind::Echo);

    let groups: Vec<_> =
        results.exceptions.iter().map(|e| (e.count, &*e.message, &*e.node)).collect();
    assert_eq!(groups, [(2, "twice", "n1"), (1, "once", "n0")]);
    assert_eq!(results.verdict, Verdict::Valid);
}

/// The text of a bad reply may quote what differs from one reply to the next.
#[test]
fn bad_replies_that_differ_are_described_by_what_they_have_in_common() {
    let message = |texts: [&str; 2]| {
        let mut run = Run::new();
        for text in texts {
            let echo = run.ask(0, 0, "echo", json!("a"));
            let kind = "\"value\" should be a list".to_owned();
            let failure = Failure::Malformed { text: text.to_owned(), kind, body: "{}".to_owned() };
            run.info(1, echo, failure);
        }
        let exceptions = run.check(WorkloadKind::Echo).exceptions;
        assert_eq!(exceptions.len(), 1);
        exceptions[0].message.clone()
    };
    let [seven, eight] = [7, 8].map(|found| format!("\"value\" should be a list and is {found}"));
    assert_eq!(message([&seven, &seven]), seven);
    assert_eq!(message([&seven, &eight]), "\"value\" should be a list");
}

#[test]
fn an_echo_must_return_its_own_payload() {
    let mut run = Run::new();
    let (a, b) = (run.ask(0, 0, "echo", json!("a")), run.ask(0, 1, "echo", json!("b")));
    run.ok(1, b, json!("a"));
    run.ok(1, a, json!("a"));

    let results = echo(&run);

    assert_eq!(results.verdict, Verdict::Invalid);
    assert_eq!(results.errors.len(), 1);
    assert_eq!(results.errors[0].node, "n1");
    assert_eq!(results.errors[0].invocation.value, Value::Json(json!("b")));
    assert_eq!(results.errors[0].completion.value, Value::Json(json!("a")));
}

#[test]
fn a_refused_echo_is_an_error_and_one_of_unknown_outcome_is_not() {
    let mut run = Run::new();
    for process in 0..3 {
        let echo = run.ask(0, process, "echo", json!("a"));
        match process {
            0 => run.fail(1, echo, refused()),
            1 => run.info(1, echo, Failure::Timeout),
            _ => {} // cut off by the end of the run
        }
    }
    let results = echo(&run);
    assert_eq!(results.errors.len(), 1);
    assert_eq!(results.errors[0].completion.kind, Kind::Fail);
}

#[test]
fn no_two_ids_may_be_equal() {
    let distinct = unique_ids(&[json!("n0-10"), json!("n0-9"), json!("n1-1")]);
    assert_eq!(distinct.verdict, Verdict::Valid);
    assert_eq!(distinct.range, Some((json!("n0-10"), json!("n1-1"))));

    let repeated = unique_ids(&[json!(7), json!(3), json!(7), json!(7), json!(3), json!(5)]);
    assert_eq!(repeated.verdict, Verdict::Invalid);
    assert_eq!((repeated.attempted, repeated.acknowledged), (6, 6));
    assert_eq!(repeated.duplicated, [(json!(3), 2), (json!(7), 3)]);
    assert_eq!(repeated.range, Some((json!(3), json!(7))));
}

#[test]
fn ids_of_different_types_are_different_and_have_an_order() {
    let ids = [json!([1]), json!("1"), json!(1.0), json!(1), json!({"id": 1}), json!(null)];
    let mixed = unique_ids(&ids);
    assert_eq!(mixed.verdict, Verdict::Valid);
    assert_eq!(mixed.range, Some((json!(null), json!({"id": 1}))));
}

#[test]
fn an_id_without_a_reply_counts_as_attempted_only() {
    let mut run = Run::new();
    let generate = run.invoke(0, 0, "generate", Value::None);
    run.info(1, generate, Failure::Timeout);
    run.invoke(2, 0, "generate", Value::None);
    let results = run.check(WorkloadKind::UniqueIds);
    let ids = results.workload.downcast::<UniqueIdsResults>().expect("ids");
    assert_eq!((ids.attempted, ids.acknowledged), (2, 0));
    assert_eq!((ids.verdict, &ids.range), (Verdict::Valid, &None));
}

#[test]
fn a_node_is_incomplete_if_its_final_read_lacks_an_acknowledged_value() {
    let mut run = Run::new();
    let (known, doubtful) = (run.broadcast(0, 0), run.broadcast(0, 1));
    run.acknowledge(1, known);
    run.info(5_000, doubtful, Failure::Timeout);
    // Not final, though it is the last that n2 answered.
    run.read_ok(10_000..10_001, 2, &[]);
    let reads = [0, 1, 2].map(|process| run.final_read(20_000, process));
    // Acknowledged only while the final reads are under way: no read can be expected to have it.
    run.broadcast_ok(20_000..20_000, 3);
    run.found(20_001, reads[0], &[0]);
    run.found(20_001, reads[1], &[1]);
    run.fail(25_000, reads[2], Failure::Timeout);

    let results = run.check(WorkloadKind::Broadcast);
    let incomplete = results.workload.values().expect("values").incomplete.clone();

    assert_eq!(incomplete, [("n1".to_owned(), vec![0])]);
}

#[test]
fn a_value_is_never_issued_if_it_is_returned_before_a_client_hands_it_over() {
    let mut run = Run::new();
    let read = run.read(0, 0);
    run.returned(1, read, [json!(0)]);
    let read = run.read(0, 1);
    run.returned(1, read, [json!("0")]);
    run.broadcast_ok(2..3, 0);
    let read = run.read(4, 2);
    run.returned(5, read, [json!(0), json!(0)]);
    let results = run.check(WorkloadKind::Broadcast);
    let odd = |repeated: &[usize], mistyped: &[Json], never_issued: &[Json]| OddReads {
        repeated: repeated.iter().copied().collect(),
        mistyped: mistyped.to_vec(),
        never_issued: never_issued.to_vec(),
    };
    let expected = [
        ("n0".to_owned(), odd(&[], &[], &[json!(0)])),
        ("n1".to_owned(), odd(&[], &[json!("0")], &[])),
        ("n2".to_owned(), odd(&[0], &[], &[])),
    ];
    assert_eq!(results.workload.values().expect("values").odd_reads, expected);
}

#[test]
fn the_last_final_read_of_a_node_counts() {
    let mut run = Run::new();
    run.broadcast_ok(0..1, 0);
    let reads = [0, 3, 1, 4].map(|process| run.final_read(20_000, process));
    for (read, values) in reads.into_iter().zip([&[][..], &[0], &[0], &[]]) {
        run.found(20_001, read, values);
    }
    let results = run.check(WorkloadKind::Broadcast);
    let incomplete = results.workload.values().expect("values").incomplete.clone();
    assert_eq!(incomplete, [("n1".to_owned(), vec![0])]);
}

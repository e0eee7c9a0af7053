//! The rules of the counters and of the grow-only set, and what is said of a wrong sum.

use serde_json::{Value as Json, json};
use workbench::checker::Verdict::{self, Invalid, Unknown, Valid};
use workbench::output::summary::summary;
use workbench::record::history::{Failure, Value};
use workbench::record::value_set::ValueSet;
use workbench::time::Time;
use workbench::workload::WorkloadKind::{GCounter, GSet, PnCounter};
use workbench::workload::counter::{CounterResults, WrongRead};
use workbench::workload::{Results, WorkloadKind};

use crate::checks::run::{Run, nodes};

/// A process adds `delta` and is told that it is done.
fn add(run: &mut Run, ms: i64, process: u64, delta: i64) {
    let add = run.ask(ms, process, "add", json!(delta));
    run.ok(ms + 1, add, json!(delta));
}

/// A process adds `delta`, with an unknown outcome.
fn add_in_doubt(run: &mut Run, ms: i64, process: u64, delta: i64) {
    let add = run.ask(ms, process, "add", json!(delta));
    run.info(ms + 1, add, Failure::Timeout);
}

/// The node of that number is read in the end.
fn final_read(run: &mut Run, node: u64, value: i64) {
    let read = run.final_read(30_000, node);
    run.ok(30_001, read, json!(value));
}

fn verdict(run: &Run, workload: WorkloadKind) -> Verdict {
    run.check(workload).workload.verdict()
}

fn workload(results: &Results) -> String {
    results.workload.to_edn().to_string()
}

#[test]
fn every_final_read_must_be_the_sum_of_the_acknowledged_adds() {
    let mut run = Run::new();
    add(&mut run, 0, 0, 4);
    add(&mut run, 10, 1, 0);
    add(&mut run, 20, 2, 3);
    for node in 0..3 {
        final_read(&mut run, node, 7);
    }
    let results = run.check(GCounter);
    assert_eq!(results.verdict, Valid);
    let expected = "{:valid? true, :errors nil, :final-reads (7 7 7), :acceptable ([7 7])}";
    assert_eq!(workload(&results), expected);

    final_read(&mut run, 1, 4);
    let results = run.check(GCounter);
    assert_eq!(results.verdict, Invalid, "one wrong node suffices");
    let expected = "{:valid? false, :errors (#jepsen.history.Op{:index 13, :time 30001000000, \
                    :type :ok, :process 1, :f :read, :value 4, :final? true}), \
                    :final-reads (7 7 7 4), :acceptable ([7 7])}";
    assert_eq!(workload(&results), expected);
}

#[test]
fn an_add_in_doubt_counts_or_not_for_each_read_by_itself() {
    let run = |reads: [i64; 2]| {
        let mut run = Run::new();
        add(&mut run, 0, 0, 5);
        add_in_doubt(&mut run, 10, 1, 1);
        add_in_doubt(&mut run, 20, 2, -3);
        (0..).zip(reads).for_each(|(node, value)| final_read(&mut run, node, value));
        run
    };
    assert_eq!(verdict(&run([2, 6]), PnCounter), Valid, "they need not agree");
    assert_eq!(verdict(&run([3, 5]), PnCounter), Valid);
    assert_eq!(verdict(&run([5, 4]), PnCounter), Invalid);
    assert_eq!(verdict(&run([5, 7]), PnCounter), Invalid);
    let results = run([2, 6]).check(PnCounter);
    let expected = "{:valid? true, :errors nil, :final-reads (2 6), :acceptable ([2 3] [5 6])}";
    assert_eq!(workload(&results), expected);
}

#[test]
fn final_reads_are_listed_in_the_order_of_their_completion() {
    let mut run = Run::new();
    add_in_doubt(&mut run, 0, 0, 4);
    let reads = [0, 1].map(|process| run.final_read(30_000, process));
    run.ok(30_001, reads[1], json!(4));
    run.ok(30_002, reads[0], json!(0));
    let results = run.check(GCounter);
    let results = results.workload.downcast::<CounterResults>().unwrap();
    assert_eq!(results.final_reads, [4, 0]);
}

#[test]
fn what_is_read_before_the_end_is_not_checked_nor_what_nobody_could_read() {
    let mut run = Run::new();
    add(&mut run, 0, 0, 4);
    let read = run.ask(10, 1, "read", Json::Null);
    run.ok(11, read, json!(-100));
    assert_eq!(verdict(&run, GCounter), Valid);
    let read = run.final_read(30_000, 0);
    run.info(30_001, read, Failure::Timeout);
    let results = run.check(GCounter);
    assert_eq!(results.verdict, Valid);
    let results = results.workload.downcast::<CounterResults>().unwrap();
    assert!(results.final_reads.is_empty());
    assert_eq!(verdict(&Run::new(), GCounter), Valid, "nothing is the sum of nothing");
}

#[test]
fn a_set_is_checked_as_broadcast_values_are() {
    let mut run = Run::new();
    for element in 0..2 {
        let add = run.ask(0, element, "add", json!(element));
        run.ok(1, add, json!(element));
    }
    assert_eq!(verdict(&run, GSet), Unknown, "no read");
    let read = run.final_read(30_000, 0);
    let set = ValueSet::new([json!(0)], 2);
    run.history.complete(read, Time::from_millis(30_001), Ok(Value::Set(set)));
    let results = run.check(GSet);
    assert_eq!(results.verdict, Invalid);
    let words = summary(&results, &[]);
    assert!(words.contains("Values          2: 1 stable (0 of them stale), 1 lost"), "{words}");
    assert!(words.contains("Incomplete      n0 lacked 1 in its final read: 1"), "{words}");
}

/// A line of the journal.
fn line(id: u64, src: &str, dest: &str, ms: u64, body: Json) -> String {
    let time = ms * 1_000_000;
    let line =
        json!({"id": id, "src": src, "dest": dest, "sent": time, "delivered": time, "body": body});
    format!("{line}\n")
}

fn told(run: &Run, journal: &str) -> String {
    let explanation = run.check(GCounter).explain(&nodes(), &run.history, journal.as_bytes());
    let explanation = explanation.unwrap();
    explanation.in_words(&[])
}

/// A request to `seq-kv` and its reply, at once.
fn asked(id: u64, node: &str, ms: u64, mut request: Json, mut reply: Json) -> String {
    request["msg_id"] = id.into();
    reply["in_reply_to"] = id.into();
    line(id, node, "seq-kv", ms, request) + &line(id + 1, "seq-kv", node, ms, reply)
}

fn read_sum() -> Json {
    json!({"type": "read", "key": "sum"})
}

/// What a read is answered while there is no such key.
fn none() -> Json {
    json!({"type": "error", "code": 20})
}

fn write(key: &str, value: i64) -> Json {
    json!({"type": "write", "key": key, "value": value})
}

fn done() -> Json {
    json!({"type": "write_ok"})
}

#[test]
fn a_write_over_what_another_had_written_is_named() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 10, 1, 3);
    final_read(&mut run, 1, 3);
    final_read(&mut run, 0, 3);
    let (read, write) = (read_sum(), |value| write("sum", value));
    let journal = [
        asked(1, "n0", 11, read.clone(), none()),
        asked(3, "n1", 12, read, none()),
        asked(5, "n0", 13, write(2), done()),
        asked(7, "n1", 14, write(3), done()),
    ];
    insta::assert_snapshot!(told(&run, &journal.concat()).replace("seq-kv", "lin-kv"));
}

#[test]
fn an_add_that_is_counted_twice_is_named() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    final_read(&mut run, 1, 4);
    let count = json!({"type": "count", "delta": 2});
    let journal = line(1, "n0", "n1", 11, count.clone()) + &line(2, "n0", "n1", 900, count);
    insta::assert_snapshot!(told(&run, &journal));
}

#[test]
fn an_add_that_never_reached_a_node_is_named() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 0, 1);
    final_read(&mut run, 1, 2);
    let journal = line(1, "n0", "n1", 11, json!({"type": "count", "delta": 2}));
    insta::assert_snapshot!(told(&run, &journal));
}

#[test]
fn a_past_value_of_a_service_is_named() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 0, 1);
    final_read(&mut run, 1, 2);
    let cas = |from, to, number| json!({"type": "cas", "key": "sum", "from": from, "to": to, "msg_id": number});
    let done = |number| json!({"type": "cas_ok", "in_reply_to": number});
    let journal = [
        line(1, "n0", "seq-kv", 11, cas(0, 2, 1)),
        line(2, "seq-kv", "n0", 11, done(1)),
        line(3, "n0", "seq-kv", 21, cas(2, 3, 2)),
        line(4, "seq-kv", "n0", 21, done(2)),
        line(5, "n1", "seq-kv", 30_000, json!({"type": "read", "key": "sum", "msg_id": 9})),
        line(6, "seq-kv", "n1", 30_000, json!({"type": "read_ok", "value": 2, "in_reply_to": 9})),
    ];
    insta::assert_snapshot!(told(&run, &journal.concat()));
}

#[test]
fn a_node_may_lose_an_update_to_itself() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 10, 3, 3);
    final_read(&mut run, 0, 3);
    let journal = [
        asked(1, "n0", 11, read_sum(), none()),
        asked(3, "n0", 12, read_sum(), none()),
        asked(5, "n0", 13, write("sum", 2), done()),
        asked(7, "n0", 14, write("sum", 3), done()),
    ];
    let words = told(&run, &journal.concat());
    assert!(
        words.contains("over the 2 that n0\n    had written at 0.013 s: +2 was lost"),
        "{words}"
    );
}

/// The sum was 5 when n0 and n1 read it; n1's write of 8 takes 2 back. n0 kept an add of 1 for itself.
#[test]
fn a_change_is_the_difference_to_what_the_node_had_read() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 5);
    add(&mut run, 20, 0, 2);
    add(&mut run, 20, 1, 3);
    add(&mut run, 30, 0, 1);
    final_read(&mut run, 1, 8);
    let read = |value: i64| (read_sum(), json!({"type": "read_ok", "value": value}));
    let write = |value| (write("sum", value), done());
    let journal: String = [
        ("n0", read(0)),
        ("n0", write(5)),
        ("n0", read(5)),
        ("n1", read(5)),
        ("n0", write(7)),
        ("n1", write(8)),
    ]
    .into_iter()
    .zip(0..)
    .map(|((node, (request, reply)), place)| asked(2 * place, node, 11 + place, request, reply))
    .collect();
    let words = told(&run, &journal).replace("\n    ", " ");
    assert!(words.contains("over the 7 that n0 had written at 0.015 s: +2 was lost"), "{words}");
    assert!(
        words.contains("n0 acknowledged an add of 1 at 0.031 s, which never reached seq-kv"),
        "{words}"
    );
}

/// The last write adds 0 to the 4 that n0 read just before, not 2 to the 2 that it read for a client.
#[test]
fn a_write_that_adds_zero_overwrites_nothing() {
    let mut run = Run::new();
    add(&mut run, 10, 1, 2);
    add(&mut run, 20, 0, 2);
    add(&mut run, 30, 0, 0);
    final_read(&mut run, 1, 3);
    let read = |value: i64| {
        (json!({"type": "read", "key": "sum"}), json!({"type": "read_ok", "value": value}))
    };
    let write = |value: i64| {
        let request = json!({"type": "write", "key": "sum", "value": value});
        (request, json!({"type": "write_ok"}))
    };
    let journal: String = [
        ("n1", read(0)),
        ("n1", write(2)),
        ("n0", read(2)),
        ("n0", read(2)),
        ("n0", write(4)),
        ("n0", read(4)),
        ("n0", write(4)),
    ]
    .into_iter()
    .zip(0..)
    .map(|((node, (request, reply)), place)| asked(2 * place, node, 11 + place, request, reply))
    .collect();
    let words = told(&run, &journal);
    assert!(!words.contains("was lost"), "{words}");
}

/// A node that writes its own total needs no read, and wipes out nothing.
#[test]
fn a_node_that_counts_for_itself_loses_nothing() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 0, 3);
    final_read(&mut run, 1, 0);
    let stale = json!({"type": "read_ok", "value": 0});
    let journal = [
        asked(1, "n0", 9, json!({"type": "read", "key": "n0"}), stale.clone()),
        asked(3, "n0", 11, write("n0", 2), done()),
        asked(5, "n0", 21, write("n0", 5), done()),
        asked(7, "n1", 29_000, json!({"type": "read", "key": "n0"}), stale.clone()),
    ];
    let words = told(&run, &journal.concat());
    assert!(!words.contains("was lost"), "{words}");
    assert!(words.contains("the last that n1 read from seq-kv"), "{words}");
    let fresh = json!({"type": "read_ok", "value": 5});
    let fresh = asked(9, "n1", 29_500, json!({"type": "read", "key": "n0"}), fresh);
    let words = told(&run, &(journal.concat() + &fresh));
    assert!(!words.contains("the last that n1 read"), "it has read anew since: {words}");
}

#[test]
fn a_node_that_sends_sums_has_not_forgotten_its_adds() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 1);
    add(&mut run, 20, 0, 2);
    final_read(&mut run, 1, 0);
    let journal = line(1, "n0", "n1", 30, json!({"type": "count", "delta": 3}));
    let words = told(&run, &journal);
    assert!(
        words.contains("lacked the last 2 adds that n0 acknowledged, from 0.011 s on"),
        "{words}"
    );
}

#[test]
fn if_two_nodes_fit_none_is_blamed() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 2, 2);
    final_read(&mut run, 1, 2);
    let words = told(&run, "");
    assert!(words.contains("the messages do not tell which add it was"), "{words}");
}

#[test]
fn what_the_reads_alone_tell() {
    let mut run = Run::new();
    add(&mut run, 5, 1, 0);
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 0, 1);
    add(&mut run, 30, 2, 4);
    final_read(&mut run, 1, 6);
    insta::assert_snapshot!(told(&run, ""));

    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    let read = run.ask(15, 1, "read", Json::Null);
    run.ok(16, read, json!(2));
    final_read(&mut run, 1, 0);
    insta::assert_snapshot!(told(&run, ""));

    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    final_read(&mut run, 1, 3);
    insta::assert_snapshot!(told(&run, ""));
}

/// n0 tells n1 of its add of 2 so often, and never of its add of 1.
fn counted_often(times: u64, value: i64) -> (Run, String) {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 0, 1);
    final_read(&mut run, 1, value);
    let count = json!({"type": "count", "delta": 2});
    let journal = (0..times).map(|time| line(time, "n0", "n1", 100 * time, count.clone()));
    (run, journal.collect())
}

#[test]
fn a_sum_that_is_too_high_is_not_put_down_to_a_lost_add_nor_one_too_low_to_a_repeated_one() {
    let (too_high, journal) = counted_often(2, 4);
    let words = told(&too_high, &journal);
    assert!(words.contains("n0 added 2 to n1 at 0.100 s, once more"), "{words}");
    assert!(!words.contains("never reached"), "{words}");

    let (too_low, journal) = counted_often(2, 2);
    let words = told(&too_low, &journal);
    assert!(words.contains("an add of 1 at 0.021 s, which never reached n1"), "{words}");
    assert!(!words.contains("once more"), "{words}");

    // Where something is taken away, either can make a sum smaller.
    let (mut either, journal) = counted_often(2, 4);
    add(&mut either, 40, 2, -1);
    let words = told(&either, &journal);
    assert!(words.contains("once more") && words.contains("never reached"), "{words}");
}

#[test]
fn more_than_three_clues_are_only_counted() {
    let more = |times| {
        let (run, journal) = counted_often(times, 20);
        let words = told(&run, &journal);
        let more =
            words.lines().find(|line| line.contains("and so")).map(|line| line.trim().to_owned());
        (words.matches("once more").count(), more)
    };
    assert_eq!(more(4), (3, None));
    assert_eq!(more(5), (3, Some("and so 1 more time".into())));
}

/// n2 had returned more, and n1 exactly as much.
#[test]
fn only_a_node_that_had_returned_more_has_gone_back() {
    let mut run = Run::new();
    add(&mut run, 10, 0, 2);
    add(&mut run, 20, 2, 1);
    for (process, value) in [(2, 2), (1, 1)] {
        let read = run.ask(25, process, "read", Json::Null);
        run.ok(26, read, json!(value));
    }
    final_read(&mut run, 1, 1);
    let words = told(&run, "");
    assert!(!words.contains("had returned"), "{words}");
    assert!(words.contains("lacked the last add that n0 acknowledged, at 0.011 s"), "{words}");
}

#[test]
fn nodes_share_an_explanation_if_their_sums_and_their_clues_are_the_same() {
    let readers = |reads: &[(u64, i64)], journal: &str| -> Vec<String> {
        let mut run = Run::new();
        add(&mut run, 10, 0, 2);
        for (node, value) in reads {
            final_read(&mut run, *node, *value);
        }
        let explanation = run.check(GCounter).explain(&nodes(), &run.history, journal.as_bytes());
        let explanation = explanation.unwrap();
        let reads = explanation.of::<WrongRead>().into_iter();
        reads
            .map(|read| read.nodes.iter().map(|(node, _)| &**node).collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(readers(&[(2, 0), (1, 0)], ""), ["n1 n2"], "both lack the add");
    assert_eq!(readers(&[(1, 3), (2, 3)], ""), ["n1", "n2"], "they may have no cause in common");
    let count = json!({"type": "count", "delta": 2});
    let to =
        |node| line(1, "n0", node, 100, count.clone()) + &line(2, "n0", node, 200, count.clone());
    let twice = to("n1") + &to("n2");
    assert_eq!(readers(&[(1, 4), (2, 4)], &twice), ["n1", "n2"], "each counted for itself");
    let cas = |from: i64| json!({"type": "cas", "key": "sum", "from": from, "to": from + 2});
    let done = json!({"type": "cas_ok"});
    let at_service = asked(1, "n0", 100, cas(0), done.clone()) + &asked(3, "n0", 200, cas(2), done);
    assert_eq!(readers(&[(1, 4), (2, 4)], &at_service), ["n1 n2"], "both read what n0 wrote");
    assert_eq!(readers(&[(1, 4), (2, 6)], &at_service), ["n1", "n2"], "of different sums");
}

#[test]
fn the_moment_to_look_at_is_that_of_the_first_clue_or_else_of_the_read() {
    let moment = |value: i64| {
        let mut run = Run::new();
        add(&mut run, 10, 0, 2);
        final_read(&mut run, 1, value);
        let explanation = run.check(GCounter).explain(&nodes(), &run.history, &b""[..]).unwrap();
        let json = explanation.to_json();
        assert_eq!(json["reasons"][0]["value"], json!(value));
        explanation.paragraphs(&[]).next().unwrap().at
    };
    assert_eq!(moment(0), Time::from_millis(11), "n0 acknowledged what n1 lacks");
    assert_eq!(moment(3), Time::from_millis(30_001), "nothing points at a cause");
}

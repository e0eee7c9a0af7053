//! What the explanations of hand-made runs say, each with a journal made by hand.

use insta::assert_snapshot;
use serde_json::json;
use workbench::checker::Verdict;
use workbench::names::NodeNames;
use workbench::network::partition::{Partition, PartitionShape};
use workbench::output::summary::summary;
use workbench::random;
use workbench::record::history::Failure;
use workbench::record::partitions::{PartitionRecord, PartitionSpan};
use workbench::time::Time;
use workbench::workload::Explanation;
use workbench::workload::WorkloadKind::{self, Broadcast, Echo, GCounter, UniqueIds};
use workbench::workload::values::MissingValue;

use crate::checks::examples;
use crate::checks::run::{Run, nodes};

fn explained(run: &Run, workload: WorkloadKind, journal: &str) -> Explanation {
    run.check(workload).explain(&nodes(), &run.history, journal.as_bytes()).unwrap()
}

/// One partition of each shape, over three nodes.
fn partitions() -> Vec<PartitionRecord> {
    let shapes = [PartitionShape::One, PartitionShape::MajoritiesRing];
    let partition = |(number, shape)| {
        let mut rng = random::generator(1, "test");
        let partition = Partition::of_shape(number, shape, &NodeNames::numbered(3), &mut rng);
        PartitionRecord::from(&PartitionSpan { partition, from: Time::ZERO, until: None })
    };
    shapes.into_iter().enumerate().map(partition).collect()
}

/// What is said under the heading about a value that n0 acknowledged and n1 lacks.
fn told(run: &Run, journal: &str) -> Vec<String> {
    let words = explained(run, Broadcast, journal).in_words(&partitions());
    words.lines().skip(2).map(|line| line.trim_start().to_owned()).collect()
}

/// n0 acknowledges value 0, and n1 lacks it in its read at 30 s.
fn missing_from_n1() -> Run {
    let mut run = Run::new();
    run.broadcast_ok(100..101, 0);
    let reads = [0, 1, 2].map(|process| run.final_read(30_000, process));
    for (read, found) in reads.into_iter().zip([vec![0], vec![], vec![0]]) {
        run.found(30_001, read, &found);
    }
    run
}

/// A line of the journal: a broadcast of value 0 sent to n1 at `ms`.
fn copy(id: u64, src: &str, ms: u64, fate: &str) -> String {
    let sent = ms * 1_000_000;
    format!(
        r#"{{"id":{id},"src":"{src}","dest":"n1","sent":{sent}{fate},"body":{{"message":0}}}}{}"#,
        "\n"
    )
}

#[test]
fn each_fate_of_a_copy_is_described() {
    for (fate, words) in [
        (
            r#","dropped":4062000000,"partition":0"#,
            "n0 -> n1 at 4.000 s, dropped at 4.062 s by the partition n1 | n0 n2; never sent again",
        ),
        (
            r#","dropped":4062000000,"partition":1"#,
            "n0 -> n1 at 4.000 s, dropped at 4.062 s by a majorities-ring, in which n1 did not hear \
             n0; never sent again",
        ),
        (
            r#","lost":4100000000"#,
            "n0 -> n1 at 4.000 s, lost by the network at 4.100 s; never sent again",
        ),
        (
            r#","delivered":4100000000"#,
            "n0 -> n1 at 4.000 s, delivered at 4.100 s, and yet missing from n1's read at 30.000 s",
        ),
        (
            r#","delivered":4100000000,"duplicate":true"#,
            "n0 -> n1 at 4.000 s, doubled by the network, delivered at 4.100 s, and yet missing \
             from n1's read at 30.000 s",
        ),
        (
            r#","delivered":30000000000"#,
            "n0 -> n1 at 4.000 s, delivered at 30.000 s, just as n1 was read",
        ),
        (
            r#","delivered":30002000000"#,
            "n0 -> n1 at 4.000 s, delivered at 30.002 s, too late for n1's read at 30.000 s",
        ),
        ("", "n0 -> n1 at 4.000 s, still under way when the run ended"),
    ] {
        let told = told(&missing_from_n1(), &copy(7, "n0", 4_000, fate));
        assert_eq!(told[1..].join(" "), words);
        let arrived = fate.contains(r#""delivered":4"#);
        let first =
            ["n0 acknowledged it at 0.101 s; n1 never got it", "n0 acknowledged it at 0.101 s"];
        assert_eq!(told[0], first[usize::from(arrived)]);
    }
}

/// Messages from clients, to other nodes or of other values are not copies, nor are the protocol's own
/// numbers.
#[test]
fn only_messages_that_carry_the_value_count_as_copies() {
    let journal = [
        r#"{"id":0,"src":"c0","dest":"n1","sent":1,"delivered":1,"body":{"message":0}}"#,
        r#"{"id":1,"src":"n1","dest":"n0","sent":1,"delivered":1,"body":{"message":0}}"#,
        r#"{"id":2,"src":"n0","dest":"n1","sent":1,"delivered":1,"body":{"message":1,"msg_id":0}}"#,
        r#"{"id":3,"src":"n0","dest":"n1","sent":1,"delivered":1,"body":{"in_reply_to":0}}"#,
        r#"{"id":4,"src":"n0","dest":"n1","sent":1,"delivered":1,"body":{"type":"error","code":0}}"#,
        r#"{"id":5,"src":"n0","dest":"n1","sent":1,"delivered":1,"body":{"message":["0",0.0,10]}}"#,
    ];
    let told = told(&missing_from_n1(), &journal.join("\n"));
    let expected = ["n0 acknowledged it at 0.101 s; n1 never got it", "it was never sent to n1"];
    assert_eq!(told, expected);
}

#[test]
fn a_value_of_another_type_is_neither_forgotten_nor_unsent() {
    for (returned, words) in [(json!("0"), "\"0\""), (json!(0.0), "0.0")] {
        let mut run = Run::new();
        run.broadcast_ok(100..101, 0);
        for (process, values) in [(1, vec![json!(0)]), (0, vec![returned])] {
            let read = run.final_read(30_000, process);
            run.returned(30_001, read, values);
        }
        let words = format!(
            "n0's read at 30.001 s returned it as {words}, and 0 was sent: that is another type"
        );
        let expected = ["n0 acknowledged it at 0.101 s", &words];
        assert_eq!(told(&run, "")[..2], expected[..2]);
    }
}

#[test]
fn the_first_and_last_of_many_copies_are_shown() {
    let lost = |id: u64, src| copy(id, src, id * 100, &format!(r#","lost":{}"#, id * 100_000_000));
    let sender = |id| if id == 1 || id == 10 { "n2" } else { "n0" };
    let mut journal: Vec<String> = (1..=51).map(|id| lost(id, sender(id))).collect();
    // Fates come in an order of their own.
    journal.rotate_left(20);
    let explanation = explained(&missing_from_n1(), Broadcast, &journal.concat());
    let lacking = &explanation.of::<MissingValue>()[0].lacking[0];
    let ids: Vec<u64> = lacking.copies.iter().map(|copy| copy.id).collect();
    assert_eq!((lacking.sent, ids), (51, vec![1, 2, 3, 4, 48, 49, 50, 51]));
    assert_eq!(
        told(&missing_from_n1(), &journal.concat())[1..],
        [
            // Its second try is not among the copies kept: nothing is said of it.
            "n2 -> n1 at 0.100 s, lost by the network at 0.100 s",
            "49 more copies to n1 in between",
            "n0 -> n1 at 5.100 s, lost by the network at 5.100 s; never sent again",
        ]
    );
}

#[test]
fn four_copies_are_all_shown() {
    let journal = |copies| -> String {
        (1..=copies).map(|id| copy(id, "n0", id * 100, r#","lost":4000000000"#)).collect()
    };
    let lines = |copies| {
        let words = told(&missing_from_n1(), &journal(copies)).join(" ");
        (words.matches("n0 -> n1 at").count(), words.contains("more cop"))
    };
    assert_eq!(lines(4), (4, false));
    assert_eq!(lines(5), (2, true));
}

/// The second copy of a duplicated message is not a retry.
#[test]
fn a_node_that_retries_is_not_said_to_have_given_up() {
    let lost = r#","lost":4000000000"#;
    let journal = copy(1, "n0", 1_000, lost)
        + &copy(2, "n0", 2_000, lost)
        + &copy(2, "n0", 2_000, &format!(r#"{lost},"duplicate":true"#));
    assert_eq!(
        told(&missing_from_n1(), &journal)[1..],
        [
            "n0 -> n1 at 1.000 s, lost by the network at 4.000 s",
            "n0 -> n1 at 2.000 s, lost by the network at 4.000 s; never sent again",
            "n0 -> n1 at 2.000 s, doubled by the network, lost by the network at 4.000 s;",
            "never sent again",
        ]
    );
}

/// n2 is read for the last time before anybody knows the value.
#[test]
fn a_read_before_the_broadcast_proves_nothing() {
    let mut run = Run::new();
    run.read_ok(50..51, 2, &[]);
    run.broadcast_ok(100..101, 0);
    run.final_read_ok(30_000..30_001, 1, &[]);
    assert_eq!(told(&run, "")[0], "n0 acknowledged it at 0.101 s; n1 never got it");
}

/// n0 acknowledges value 0, and n1 returns it in two reads, and not in a third.
fn forgotten_by_n1() -> Run {
    let mut run = Run::new();
    run.broadcast_ok(100..101, 0);
    for (ms, found) in [(1_000, vec![0]), (2_000, vec![0]), (3_000, vec![])] {
        run.read_ok(ms..ms + 1, 1, &found);
    }
    run
}

#[test]
fn a_node_that_had_a_value_forgot_it() {
    assert_eq!(
        told(&forgotten_by_n1(), ""),
        [
            "n0 acknowledged it at 0.101 s",
            "n1 returned it in a read at 2.000 s, and not at 3.000 s: n1 forgot it",
        ]
    );
    let mut acknowledged = Run::new();
    acknowledged.broadcast_ok(100..101, 1);
    acknowledged.final_read_ok(30_000..30_001, 1, &[]);
    assert_eq!(
        told(&acknowledged, ""),
        [
            "n1 acknowledged it at 0.101 s",
            "and yet it is missing from n1's read at 30.000 s: n1 forgot it",
        ]
    );
}

/// n0 passes on what it was told, and neither acknowledges nor keeps it, unless it refused it.
#[test]
fn an_unacknowledged_value_can_be_lost() {
    let text = "no".to_owned();
    for (failure, is_definite) in
        [(Failure::Timeout, false), (Failure::Reply { code: json!(11), text }, true)]
    {
        let mut run = Run::new();
        let broadcast = run.broadcast(100, 0);
        match is_definite {
            true => run.fail(5_100, broadcast, failure),
            false => run.info(5_100, broadcast, failure),
        }
        for (ms, process, found) in [(6_000, 1, vec![0]), (7_000, 0, vec![])] {
            run.read_ok(ms..ms + 1, process, &found);
        }
        let never = "n0 received it at 0.100 s, and never acknowledged it";
        let expected = match is_definite {
            true => [format!("{never}; n0 never got it"), "it was never sent to n0".into()],
            false => [
                never.to_owned(),
                "and yet it is missing from n0's read at 7.000 s: n0 forgot it".into(),
            ],
        };
        assert_eq!(told(&run, ""), expected);
    }
}

#[test]
fn a_valid_run_needs_neither_explanation_nor_journal() {
    for (run, workload) in [
        (examples::valid_echo(), Echo),
        (examples::valid_unique_ids(), UniqueIds),
        (examples::valid_broadcast(), Broadcast),
    ] {
        let explanation = explained(&run, workload, "no journal at all");
        assert!(explanation.is_empty());
        assert_eq!(explanation.in_words(&[]), "");
    }
}

#[test]
fn a_broken_journal_is_an_error() {
    let run = missing_from_n1();
    let results = run.check(Broadcast);
    assert!(results.explain(&nodes(), &run.history, "{\"id\":0}\n".as_bytes()).is_err());
}

#[test]
fn an_explanation_for_people() {
    let ids = explained(&examples::invalid_unique_ids(), UniqueIds, "").in_words(&[]);
    let echo = explained(&examples::invalid_echo(), Echo, "").in_words(&[]);
    let broadcast = explained(&examples::invalid_broadcast(), Broadcast, "").in_words(&[]);
    assert_snapshot!(format!("{ids}{echo}{broadcast}"));
}

#[test]
fn an_explanation_for_programs() {
    let dropped = copy(7, "n0", 4_000, r#","dropped":4062000000,"partition":0"#);
    let late = copy(8, "n2", 29_000, r#","duplicate":true"#);
    let ids = explained(&examples::invalid_unique_ids(), UniqueIds, "");
    let echo = explained(&examples::invalid_echo(), Echo, "");
    let broadcast = explained(&missing_from_n1(), Broadcast, &(dropped + &late));
    let forgotten = explained(&forgotten_by_n1(), Broadcast, "");
    let all = json!([ids, echo, broadcast, forgotten].map(|explanation| explanation.to_json()));
    assert_snapshot!(serde_json::to_string_pretty(&all).unwrap());
}

#[test]
fn an_explanation_is_bounded() {
    let mut run = Run::new();
    for value in 0..1_100 {
        run.broadcast_ok(value..value, 0);
    }
    for node in 0..14 {
        let read = run.final_read_of(30_000, node, node as usize);
        // The last read has some, so that they are not lost.
        let found: Vec<usize> = if node == 13 { (0..20).collect() } else { vec![] };
        run.found(30_000, read, &found);
    }
    let explanation = explained(&run, Broadcast, "");
    assert_eq!(explanation.of::<MissingValue>().len(), 1_000);
    let value = &explanation.of::<MissingValue>()[0];
    assert_eq!((value.lacking.len(), value.more_lacking), (10, 4));
    let words = explanation.in_words(&[]);
    assert!(words.contains("and 4 more nodes lacked it\n"), "{words}");
    let not_shown = "Not shown: 1077 lost values and 20 incomplete values; results.json explains the\n  \
                     first 1000\n";
    assert!(words.ends_with(not_shown), "{words}");
}

#[test]
fn the_first_and_last_four_times_that_an_id_was_given_out_are_shown() {
    let lines = |times| -> Vec<String> {
        let mut run = Run::new();
        for ms in 0..times {
            let generate = run.ask(ms, 0, "generate", json!(null));
            run.ok(ms, generate, json!(7));
        }
        let explanation = explained(&run, UniqueIds, "");
        let paragraph = explanation.paragraphs(&[]).next().unwrap();
        assert_eq!(paragraph.heading, format!("Who gave out id 7 ({times} times)"));
        paragraph.lines
    };
    let eight = lines(8);
    assert_eq!((eight.len(), &*eight[4]), (8, "n0 at 0.004 s, to process 0"));
    let nine = lines(9);
    assert_eq!((nine.len(), &*nine[4]), (9, "1 more time"));
    let many = lines(100);
    assert_eq!((many.len(), &*many[4]), (9, "92 more times"));
    assert_eq!(many[8], "n0 at 0.099 s, to process 0");
}

#[test]
fn explanations_are_counted_in_the_words_of_their_workload() {
    for (run, workload, counts) in [
        (examples::invalid_echo(), Echo, "2 wrong echoes"),
        (examples::invalid_unique_ids(), UniqueIds, "2 duplicated ids"),
        (examples::invalid_counter(), GCounter, "1 wrong sum"),
    ] {
        let explanation = explained(&run, workload, "");
        assert!(!explanation.is_empty());
        assert_eq!(explanation.counts(0..usize::MAX), counts);
    }
}

#[test]
fn omitted_explanations_are_counted_by_kind() {
    let mut run = Run::new();
    for value in 0..4 {
        run.broadcast_ok(value..value, 0);
    }
    let reads = [0, 1].map(|process| run.final_read(30_000, process));
    run.found(30_000, reads[0], &[]);
    run.found(30_000, reads[1], &[3]);
    let explanation = explained(&run, Broadcast, "");
    let words = explanation.in_words(&[]);
    assert!(words.ends_with("\nNot shown: 1 incomplete value; see results.json\n"), "{words}");
    assert_eq!(explanation.counts(2..4), "1 lost value and 1 incomplete value");
    assert_eq!(explanation.not_shown(4), None);
}

#[test]
fn strict_makes_an_incomplete_run_invalid() {
    // n1's read comes before those that find the value, so that it is stable, and n1 lacks it.
    let mut run = missing_from_n1();
    let lenient = run.check(Broadcast);
    run.strict = true;
    let strict = run.check(Broadcast);
    assert_eq!((lenient.verdict, strict.verdict), (Verdict::Valid, Verdict::Invalid));
    assert!(!summary(&lenient, &[]).contains("--strict"));
    assert!(summary(&strict, &[]).contains("and that makes the run invalid (--strict)"));
}

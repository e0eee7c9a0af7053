//! The rules of set-full, one test a rule.

use workbench::checker::{Outcome, Verdict};
use workbench::record::history::Failure;

use crate::checks::run::Run;

#[test]
fn a_value_in_every_read_is_stable_at_once() {
    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    run.read_ok(500..510, 1, &[0]);

    let results = run.set_full();

    assert_eq!(results.verdict, Verdict::Valid);
    assert_eq!(results.with(Outcome::Stable), [0]);
    assert!(results.stale().is_empty());
    assert_eq!(results.stable_latencies, Some([0; 5]));
}

#[test]
fn a_value_missed_after_it_was_known_and_found_later_is_stale() {
    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    run.read_ok(1_510..1_600, 1, &[]);
    run.read_ok(2_000..2_001, 1, &[0]);

    let results = run.set_full();

    assert_eq!(results.verdict, Verdict::Valid);
    assert_eq!(results.stale(), [0]);
    // From the acknowledgement to the start of the read that missed it.
    assert_eq!(results.elements[0].latency, Some(1_500));
    let worst = &results.worst_stale[0];
    assert_eq!((worst.value, worst.latency), (0, 1_500));
    assert_eq!((worst.known.index, worst.last_absent.index), (1, 2));
}

#[test]
fn a_value_that_disappears_is_lost() {
    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    run.read_ok(310..320, 1, &[0]);
    run.read_ok(400..410, 1, &[]);

    let results = run.set_full();

    assert_eq!(results.verdict, Verdict::Invalid);
    assert_eq!(results.with(Outcome::Lost), [0]);
    // From the acknowledgement to the start of the last read with it.
    assert_eq!(results.lost_latencies, Some([300; 5]));
    assert_eq!(results.stable_latencies, None);
}

#[test]
fn a_value_that_was_seen_is_known_though_its_broadcast_never_ended() {
    let mut run = Run::new();
    run.broadcast(0, 0);
    run.read_ok(10..20, 1, &[0]);
    run.read_ok(30..40, 1, &[]);
    assert_eq!(run.set_full().with(Outcome::Lost), [0]);
}

#[test]
fn a_value_is_known_from_its_first_read_or_acknowledgement() {
    let mut run = Run::new();
    // The reads begin before the broadcast and end before its acknowledgement.
    let (slow, quick) = (run.read(0, 1), run.read(0, 2));
    let broadcast = run.broadcast(10, 0);
    run.found(20, quick, &[0]);
    run.found(30, slow, &[0]);
    run.acknowledge(40, broadcast);
    run.read_ok(120..130, 1, &[]);
    run.read_ok(140..150, 1, &[0]);

    let results = run.set_full();

    assert_eq!(results.elements[0].known, Some(3));
    assert_eq!(results.elements[0].latency, Some(100));
}

#[test]
fn a_value_that_was_never_known_cannot_be_lost() {
    let mut run = Run::new();
    let broadcast = run.broadcast(0, 0);
    run.info(5_000, broadcast, Failure::Timeout);
    run.read_ok(6_000..6_010, 1, &[]);

    let results = run.set_full();

    assert_eq!(results.with(Outcome::NeverRead), [0]);
    assert_eq!(results.verdict, Verdict::Unknown);
}

#[test]
fn a_read_that_began_before_a_value_was_known_may_miss_it() {
    let mut run = Run::new();
    let broadcast = run.broadcast(0, 0);
    let read = run.read(5, 1);
    run.acknowledge(10, broadcast);
    run.found(20, read, &[]);
    assert_eq!(run.set_full().with(Outcome::NeverRead), [0]);
}

#[test]
fn a_read_that_ended_before_a_broadcast_does_not_count_as_missing_it() {
    let mut run = Run::new();
    run.read_ok(0..1, 1, &[]);
    run.broadcast_ok(2..3, 0);
    assert_eq!(run.set_full().elements[0].last_absent, None);
}

#[test]
fn reads_are_ordered_by_their_start_not_their_end() {
    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    // The slow read began first: the quick one has the last word.
    let (slow, quick) = (run.read(20, 1), run.read(30, 2));
    run.found(40, quick, &[0]);
    run.found(900, slow, &[]);

    let results = run.set_full();

    assert_eq!(results.with(Outcome::Stable), [0]);
    assert_eq!(results.elements[0].latency, Some(10));
}

#[test]
fn failed_and_unfinished_reads_are_ignored() {
    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    run.read_ok(20..30, 1, &[0]);
    let failed = run.read(40, 1);
    run.fail(5_040, failed, Failure::Timeout);
    run.read(5_050, 1);
    assert_eq!(run.set_full().with(Outcome::Stable), [0]);
}

#[test]
fn the_final_reads_count_as_reads() {
    let mut run = Run::new();
    run.broadcast_ok(0..10, 0);
    run.final_read_ok(20_000..20_001, 1, &[]);
    assert_eq!(run.set_full().with(Outcome::Lost), [0]);
}

#[test]
fn five_latency_quantiles_and_the_eight_stalest_values_are_reported() {
    let mut run = Run::new();
    // Value v is acknowledged at v ms. The read at 100 ms misses them all, so that value v is
    // stale for 100 - v ms.
    for ms in 0..100 {
        run.broadcast_ok(ms..ms, 0);
    }
    run.read_ok(100..100, 1, &[]);
    run.read_ok(200..200, 1, &Vec::from_iter(0..100));

    let results = run.set_full();

    // Sorted, they are 1 to 100: places 0, 50, 95, 99, and the last.
    assert_eq!(results.stable_latencies, Some([1, 51, 96, 100, 100]));
    let worst: Vec<_> = results.worst_stale.iter().map(|stale| stale.value).collect();
    assert_eq!(worst, [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn equally_stale_values_are_listed_newest_first() {
    let mut run = Run::new();
    for _ in 0..10 {
        run.broadcast_ok(0..0, 0);
    }
    run.read_ok(100..100, 1, &[]);
    run.read_ok(200..200, 1, &Vec::from_iter(0..10));
    let results = run.set_full();
    let worst: Vec<_> = results.worst_stale.iter().map(|stale| stale.value).collect();
    assert_eq!(worst, [9, 8, 7, 6, 5, 4, 3, 2]);
}

/// `cargo test --package workbench --test all -- --ignored --nocapture large`
#[test]
#[ignore = "takes seconds: measures the check on a large history"]
fn a_large_history_is_checked_in_seconds() {
    let mut run = Run::new();
    for value in 0..10_000 {
        run.broadcast_ok(value..value, 0);
        for reader in 1..10 {
            let read = run.read(value, reader);
            let seen = usize::try_from(value).unwrap().saturating_sub(50);
            run.found(value, read, &Vec::from_iter(0..seen));
        }
    }
    let results = run.set_full();
    assert_eq!(results.with(Outcome::Stable).len(), 9_949);
}

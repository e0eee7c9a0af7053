//! The explanations of simulated runs are true, and name what did it.

use broadcast_3b::Server as Forwarder;
use insta::assert_snapshot;
use workbench::checker::{Outcome, Verdict};
use workbench::simulation::JudgedRun;
use workbench::workload::values::{CopyFate, MissingValue, Proof};

use crate::explain::servers::{DeafGossiper, Forgets};
use crate::explain::simulate;
use crate::known_bad::broadcast::Server;

fn lost(run: &JudgedRun) -> Vec<usize> {
    run.results.workload.values().expect("values").set_full.with(Outcome::Lost)
}

#[test]
fn explanations_name_the_partition_that_dropped_each_copy() {
    let mut explained_values = 0;
    for seed in 1..=20 {
        let (run, explanation) = simulate::<Forwarder>("--nemesis partition", seed);
        let cuts = &run.recording.partitions;
        let values = explanation.of::<MissingValue>();
        let of_lost: Vec<usize> = values.iter().filter(|v| v.lost).map(|v| v.value).collect();
        assert_eq!(of_lost, lost(&run), "seed {seed}");
        explained_values += values.len();
        for lacking in values.iter().flat_map(|value| &value.lacking) {
            assert_eq!((lacking.delivered, lacking.forgot), (0, None), "seed {seed}");
            assert!(lacking.sent > 0, "seed {seed}: a forwarder tries everyone");
            for copy in &lacking.copies {
                let CopyFate::Dropped { at, partition } = copy.fate else {
                    panic!("seed {seed}: nothing but a partition stops a copy: {copy:?}");
                };
                let cut = &cuts[partition];
                let [to, from] = [&lacking.node, &copy.from].map(|name| run.info.nodes.place(name));
                assert!(
                    !cut.partition.reachable_from(to.unwrap(), from.unwrap()),
                    "seed {seed}: {copy:?}"
                );
                assert!(cut.from <= at && cut.until.is_none_or(|until| at <= until));
            }
        }
    }
    assert!(explained_values > 0);
}

#[test]
fn why_a_forwarder_lost_values() {
    let (run, explanation) =
        simulate::<Forwarder>("--nemesis partition --latency 50 --loss 0.05", 2);
    assert_snapshot!(explanation.in_words(&run.info.partitions));
}

#[test]
fn a_batch_is_a_copy_of_each_of_its_values() {
    let (_, explanation) = simulate::<DeafGossiper>("--node-count 2", 1);
    let values = explanation.of::<MissingValue>();
    assert!(!values.is_empty());
    for lacking in values.iter().flat_map(|value| &value.lacking) {
        // Its own value is in every later batch, too.
        assert!(lacking.delivered >= 20, "{lacking:?}");
        assert_eq!(lacking.copies.len(), 8);
        assert_eq!(lacking.forgot, None);
    }
}

#[test]
fn a_node_forgets_what_it_acknowledged() {
    let (run, explanation) = simulate::<Server<Forgets>>("--node-count 1", 1);
    assert_eq!(run.results.verdict, Verdict::Invalid);
    let values = explanation.of::<MissingValue>();
    assert!(values.len() > 50);
    for value in values {
        let [lacking] = value.lacking.as_slice() else { panic!("one node: {value:?}") };
        let forgot = lacking.forgot;
        assert!(matches!(forgot, Some(Proof::Returned(_) | Proof::Acknowledged(_))), "{value:?}");
        assert_eq!(lacking.sent, 0);
    }
}

#[test]
fn a_healthy_run_needs_no_explanation() {
    let (run, explanation) = simulate::<Forwarder>("", 1);
    assert_eq!(run.results.verdict, Verdict::Valid);
    assert!(explanation.is_empty());
}

//! The stage's challenge in virtual time, with many seeds.

use std::time::Duration;

use broadcast_3c::Server;
use workbench::{Simulated, Stage, Verdict};

fn stage() -> Stage {
    Stage::named(env!("CARGO_PKG_NAME"))
}

/// A try dropped just before the heal times out after 1 s, and is retried at most 1 s later. The rest
/// is a margin for slower networks.
const CONVERGED: Duration = Duration::from_millis(3500);

#[track_caller]
fn assert_valid_and_complete(run: &Simulated) {
    assert_eq!(run.results.verdict, Verdict::Valid, "{run}");
    assert_eq!(run.results.findings(), [], "{run}");
}

#[test]
fn the_challenge_is_met_with_every_seed() {
    let stage = stage();
    for seed in 0..100 {
        let run = stage.simulate::<Server>(&stage.flags, seed);
        assert_valid_and_complete(&run);
        let heal = run.recording.partitions.last().and_then(|cut| cut.until).expect("a heal");
        let converged = run.recording.propagation.converged_after(heal);
        assert!(
            converged.is_some_and(|time| time <= CONVERGED),
            "{converged:?} after the heal; {run}"
        );
    }
}

#[test]
fn the_challenge_is_met_with_all_faults_together() {
    let stage = stage();
    let faults = "--loss 0.2 --duplicate 0.2 --latency 50 --latency-dist exponential";
    let flags = format!("{} {faults}", stage.flags);
    for seed in 0..60 {
        assert_valid_and_complete(&stage.simulate::<Server>(&flags, seed));
    }
}

#[test]
fn without_faults_each_value_is_sent_once_to_each_peer_and_acknowledged() {
    let stage = stage();
    let flags = stage.flags.replace("--nemesis partition", "");
    for seed in 0..30 {
        let run = stage.simulate::<Server>(&flags, seed);
        assert_valid_and_complete(&run);
        let values = run.recording.propagation.values() as u64;
        // Each of the five nodes sends it to each of the four others, which acknowledge it.
        assert_eq!(run.recording.traffic.servers.sent, 40 * values, "{run}");
    }
}

#[test]
fn the_results_and_first_messages_are_as_recorded() {
    let stage = stage();
    let run = stage.simulate::<Server>(&stage.flags, 1);
    insta::assert_snapshot!("results", run.results.to_edn().pretty());
    let journal: Vec<&str> = run.journal.lines().take(50).collect();
    insta::assert_snapshot!("journal", journal.join("\n"));
}

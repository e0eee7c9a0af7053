//! The stage's challenge in virtual time, with many seeds.

use broadcast_3b::Server;
use workbench::{Finding, Stage, Verdict};

fn stage() -> Stage {
    Stage::named(env!("CARGO_PKG_NAME"))
}

#[test]
fn the_challenge_is_met_with_every_seed() {
    let stage = stage();
    for seed in 0..100 {
        let run = stage.simulate::<Server>(&stage.flags, seed);
        assert_eq!(run.results.verdict, Verdict::Valid, "{run}");
        assert_eq!(run.results.findings(), [], "{run}");
        let values = run.recording.propagation.values() as u64;
        // Each of the five nodes sends it to each of the four others once.
        assert_eq!(run.recording.traffic.servers.sent, 20 * values, "{run}");
    }
}

/// A value that is sent only once does not cross a partition. Some runs pass nevertheless: their
/// partitions left another path, or the last node that was read had every value.
#[test]
fn a_partition_loses_values_in_most_runs() {
    let stage = stage();
    let flags = format!("{} --nemesis partition", stage.flags);
    let mut passed = vec![];
    for seed in 0..100 {
        let run = stage.simulate::<Server>(&flags, seed);
        if run.results.verdict == Verdict::Valid {
            passed.push(run.to_string());
        } else {
            let findings = [Finding::LOST, Finding::INCOMPLETE];
            assert_eq!(run.results.findings(), findings, "{run}");
        }
    }
    assert!(passed.len() < 50, "{} of 100 passed:\n{}", passed.len(), passed.join("\n"));
}

#[test]
fn the_results_and_first_messages_are_as_recorded() {
    let stage = stage();
    let run = stage.simulate::<Server>(&stage.flags, 1);
    insta::assert_snapshot!("results", run.results.to_edn().pretty());
    let journal: Vec<&str> = run.journal.lines().take(50).collect();
    insta::assert_snapshot!("journal", journal.join("\n"));
}

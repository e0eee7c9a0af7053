//! The stage's challenge in virtual time, with many seeds.

use broadcast_3b::Server;
use workbench::checker::{Finding, Verdict};
use workbench::stage::{Simulated, Stage};

fn stage() -> Stage {
    Stage::read(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_challenge_is_met_with_every_seed() {
    let stage = stage();
    for seed in 0..100 {
        let run = stage.simulate::<Server>(&stage.flags, seed);
        assert_eq!(run.results.verdict, Verdict::Valid, "{run}");
        assert_eq!(run.results.findings(), [], "{run}");
        let values = run.recording.spread.values() as u64;
        // Each of the five nodes tells each of the four others once.
        assert_eq!(run.recording.traffic.servers.sent, 20 * values, "{run}");
    }
}

/// Who says things only once is not heard through a partition. That some runs pass is luck, and
/// most of it bad luck of the check: see whether it knows all that was lost.
#[test]
fn a_partition_loses_values_in_most_runs() {
    let stage = stage();
    let flags = format!("{} --nemesis partition", stage.flags);
    let runs: Vec<Simulated> =
        (0..100).map(|seed| stage.simulate::<Server>(&flags, seed)).collect();
    for run in &runs {
        let findings = run.results.findings();
        let lost = findings.contains(&Finding::Lost);
        assert_eq!(run.results.verdict == Verdict::Invalid, lost, "{run}");
    }
    let invalid = runs.iter().filter(|run| run.results.verdict == Verdict::Invalid).count();
    assert!(invalid > 50, "{invalid} of 100 are invalid; among the others {}", runs[0]);
}

#[test]
fn what_a_run_comes_to_and_how_it_begins() {
    let stage = stage();
    let run = stage.simulate::<Server>(&stage.flags, 1);
    insta::assert_snapshot!("results", run.results.to_edn().pretty());
    let journal: Vec<&str> = run.journal.lines().take(50).collect();
    insta::assert_snapshot!("journal", journal.join("\n"));
}

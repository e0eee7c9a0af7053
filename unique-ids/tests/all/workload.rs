//! The stage's challenge in virtual time, with many seeds.

use unique_ids::Server;
use workbench::{Availability, Stage, Verdict};

fn stage() -> Stage {
    Stage::named(env!("CARGO_PKG_NAME"))
}

#[test]
fn the_challenge_is_met_with_every_seed() {
    let stage = stage();
    for seed in 0..5 {
        let run = stage.simulate::<Server>(&stage.flags, seed);
        assert_eq!(run.results.verdict, Verdict::Valid, "{run}");
        assert_eq!(run.results.findings(), [], "{run}");
        let availability = run.results.availability;
        assert_eq!(availability.demanded, Some(Availability::Total), "{run}");
        assert_eq!(
            availability.ok_fraction, 1.0,
            "all were answered, even during partitions: {run}"
        );
        assert_eq!(run.recording.traffic.servers.sent, 0, "no node sent a peer anything: {run}");
    }
}

#[test]
fn the_results_and_first_messages_are_as_recorded() {
    let stage = stage();
    let run = stage.simulate::<Server>(&stage.flags, 1);
    insta::assert_snapshot!("results", run.results.to_edn().pretty());
    let journal: Vec<&str> = run.journal.lines().take(16).collect();
    insta::assert_snapshot!("journal", journal.join("\n"));
}

//! The stage's challenge in virtual time, with many seeds.

use broadcast_3a::Server;
use workbench::{Stage, Verdict};

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
    }
}

#[test]
fn the_results_and_first_messages_are_as_recorded() {
    let stage = stage();
    let run = stage.simulate::<Server>(&stage.flags, 1);
    insta::assert_snapshot!("results", run.results.to_edn().pretty());
    let journal: Vec<&str> = run.journal.lines().take(12).collect();
    insta::assert_snapshot!("journal", journal.join("\n"));
}

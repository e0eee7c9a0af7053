//! The solutions of the exercises: what the workbench says of them, and what they say on the wire.

use common::Handler;
use exercises::make::Make;
use exercises::solutions::{ALL, counting_echo, ordered, restarted_ids};

use crate::keep;
use workbench::Transcript;

#[test]
fn what_the_workbench_says_of_them() {
    for solution in ALL {
        for (name, command) in solution.runs {
            let make: Make = command.parse().unwrap_or_else(|why| panic!("{why}"));
            assert_eq!(make.module(), solution.name);
            let printed = make.prints(&(solution.program)(), solution.from);
            keep(&format!("solution-{name}.txt"), &printed);
        }
    }
}

/// A node that has answered `init`, with randomness from `seed`.
fn start<H: Handler>(seed: u64) -> Transcript {
    Transcript::new::<H>(seed).send(
        r#"{"src":"c1","dest":"n0","body":{"type":"init","msg_id":1,"node_id":"n0","node_ids":["n0"]}}"#,
    )
}

#[test]
fn an_echo_that_counts_says_so_in_its_log() {
    let transcript = start::<counting_echo::Server>(1)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"echo","msg_id":2,"echo":"one"}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"echo","msg_id":3,"echo":"two"}}"#)
        .finish();
    keep("wire-counting-echo.txt", &transcript);
}

#[test]
fn values_are_read_in_the_order_in_which_they_came() {
    let transcript = start::<ordered::Server>(1)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":2,"message":7}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":3,"message":-1}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"broadcast","msg_id":4,"message":7}}"#)
        .send(r#"{"src":"c1","dest":"n0","body":{"type":"read","msg_id":5}}"#)
        .finish();
    keep("wire-ordered.txt", &transcript);
}

#[test]
fn a_node_that_starts_again_makes_other_ids() {
    let life = |seed| {
        start::<restarted_ids::Server>(seed)
            .send(r#"{"src":"c1","dest":"n0","body":{"type":"generate","msg_id":2}}"#)
            .finish()
    };
    let ids = [life(1), life(2)].map(|life| life.lines().last().expect("an answer").to_owned());
    assert!(ids[0].contains("generate_ok"), "{}", ids[0]);
    assert_ne!(ids[0], ids[1]);
    let stage = |seed| start::<unique_ids::Server>(seed);
    let generate = r#"{"src":"c1","dest":"n0","body":{"type":"generate","msg_id":2}}"#;
    assert_eq!(
        stage(1).send(generate).finish(),
        stage(2).send(generate).finish(),
        "the stage forgets"
    );
}

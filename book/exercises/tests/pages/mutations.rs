//! The mutations: what catches each.

use exercises::make::Make;
use exercises::mutations::ALL;

use crate::{keep, shortened};

fn run(names: impl Fn(&str) -> bool) {
    for mutation in ALL.iter().filter(|mutation| names(mutation.name)) {
        let make: Make = mutation.run.parse().unwrap_or_else(|why| panic!("{why}"));
        let printed = make.prints(&(mutation.program)(), mutation.stage);
        keep(&format!("mutation-{}.txt", mutation.name), &shortened(&printed));
    }
}

#[test]
fn what_catches_those_of_unique_ids() {
    run(|name| name.starts_with("ids-"));
}

#[test]
fn what_catches_all_others() {
    run(|name| !name.starts_with("ids-"));
}

#[test]
fn every_stage_has_some() {
    for stage in ["echo", "unique-ids", "broadcast-3a", "broadcast-3b", "broadcast-3c"] {
        assert!(ALL.iter().filter(|mutation| mutation.stage == stage).count() >= 2, "{stage}");
    }
}

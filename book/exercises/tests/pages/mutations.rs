//! The mutations: the workbench's output for each.

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
fn unique_ids_mutations_print_what_the_book_shows() {
    run(|name| name.starts_with("ids-"));
}

#[test]
fn all_other_mutations_print_what_the_book_shows() {
    run(|name| !name.starts_with("ids-"));
}

#[test]
fn every_stage_has_at_least_two_mutations() {
    for stage in ["echo", "unique-ids", "broadcast-3a", "broadcast-3b", "broadcast-3c"] {
        assert!(ALL.iter().filter(|mutation| mutation.stage == stage).count() >= 2, "{stage}");
    }
}

//! Every mutation whose run fails comes down to a handful of operations.

use exercises::make::Make;
use exercises::mutations::ALL;
use workbench::checker::Verdict;
use workbench::simulation::shrink::shrink;
use workbench::simulation::sweep::judge_seed;

/// Ids of a few random bits collide only among hundreds: with fewer operations it would need another seed,
/// and tens of thousands of them to choose from.
const NEED_MANY: [&str; 2] = ["ids-random-16-bits", "ids-random-32-bits"];

/// How many seeds are tried until one fails.
const SEEDS: u64 = 10;

#[test]
fn every_failing_mutation_shrinks_to_at_most_three_operations() {
    let mut shrunk = 0;
    for mutation in ALL.iter().filter(|mutation| !NEED_MANY.contains(&mutation.name)) {
        let make: Make = mutation.run.parse().unwrap_or_else(|why| panic!("{why}"));
        let program = (mutation.program)();
        // Fewer of the ids to ask for: a search has a time limit, and test machines are slow.
        let mut options = make.options(mutation.stage);
        options.rate = options.rate.min(100.0);
        // A run without a verdict takes long, and with another seed it does as well.
        let mut judged =
            (1..=SEEDS).map(|seed| (seed, judge_seed(&program, &options, seed).verdict));
        let decisive = judged.find(|(_, verdict)| *verdict != Some(Verdict::Valid));
        let Some((seed, Some(Verdict::Invalid))) = decisive else { continue };
        let small = shrink(&program, &options, seed, |_, _| true)
            .unwrap_or_else(|error| panic!("{}, seed {seed}: {error}", mutation.name));
        let (operations, size) = (small.case.operations().len(), small.case.size());
        assert!(operations <= 3, "{}, seed {seed}: {size}", mutation.name);
        shrunk += 1;
    }
    assert!(shrunk >= 10, "only {shrunk} of {} fail", ALL.len());
}

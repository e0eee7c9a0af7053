//! The chapter on the counter: how a counter that loses updates fails in the smallest run.

use exercises::make::Make;
use exercises::solutions::ALL;
use workbench::simulation::judge_run;
use workbench::simulation::shrink::shrink;

use crate::keep;

#[test]
fn the_smallest_run_that_loses_an_update() {
    let solution = ALL.iter().find(|solution| solution.name == "lossy-counter").expect("it");
    let program = (solution.program)();
    let make: Make = solution.runs[0].1.parse().unwrap_or_else(|why| panic!("{why}"));
    let options = make.options(solution.from);
    let shrunk = shrink(&program, &options, 1, |_, _| true).expect("a run that fails");
    let smallest = shrunk.options(&options, 1).expect("a scenario");
    let run = judge_run(program, &smallest, shrunk.case.seed).expect("a verdict");
    keep("turn-counter.txt", &(shrunk.in_words(0.0, Some(&run)).trim_end().to_owned() + "\n"));
}

//! Shrinking: what is left of a failing run, and that it still fails.

use workbench::Stage;
use workbench::checker::{Finding, Verdict};
use workbench::cluster::tasks::Program;
use workbench::error::Error;
use workbench::options::Options;
use workbench::plan::scenario::Action;
use workbench::simulation::judge_run;
use workbench::simulation::shrink::{FailureKind, MAX_RUNS, Shrunk, shrink, story};

fn shrunk(flags: &str, seed: u64) -> Result<Shrunk, Error> {
    shrink(&Program::of::<broadcast_3b::Server>(), &flags.parse().unwrap(), seed, |_, _| true)
}

/// The seeds among the first 30 whose run of 3b is invalid with those flags.
fn failing(flags: &str) -> Vec<u64> {
    let options: Options = flags.parse().unwrap();
    let is_invalid = |&seed: &u64| {
        let run = judge_run(Program::of::<broadcast_3b::Server>(), &options, seed).unwrap();
        run.results.verdict == Verdict::Invalid
    };
    (1..=30).filter(is_invalid).collect()
}

#[test]
fn a_lost_value_shrinks_to_one_broadcast_and_one_partition_of_few_nodes() {
    let flags = Stage::named("broadcast-3c").flags;
    let seeds = failing(&flags);
    assert!(seeds.len() >= 15, "{seeds:?}");
    for seed in seeds {
        let Shrunk { case, failure, is_cut_short, runs, .. } = shrunk(&flags, seed).unwrap();
        assert_eq!(failure, FailureKind::Found(Finding::LOST));
        assert!(!is_cut_short && runs < MAX_RUNS);
        let partitions =
            case.scenario.steps.iter().filter(|step| matches!(step.action, Action::Partition(_)));
        assert_eq!((case.operations().len(), partitions.count()), (1, 1), "seed {seed}");
        assert!(case.options.nodes.count() <= 3, "seed {seed}: {}", case.size());
    }
}

#[test]
fn a_lossy_network_shrinks_to_the_messages_that_matter() {
    let flags = "-w broadcast --node-count 3 --time-limit 10 --rate 10 --loss 0.2 --duplicate 0.3 \
                 --latency 80 --latency-dist exponential --strict";
    let seed = failing(flags)[0];
    let Shrunk { case, .. } = shrunk(flags, seed).unwrap();
    assert_eq!((case.options.loss, case.options.duplicate), (0.0, 0.0));
    assert!(case.options.latency.is_zero(), "{}", case.size());
    assert_eq!(case.size(), "1 operation, 2 nodes and 1 message fault");
}

/// A reader can check it by hand, and the README shows it.
#[test]
fn the_story_of_the_smallest_run() {
    let flags = Stage::named("broadcast-3c").flags;
    let shrunk = shrunk(&flags, failing(&flags)[0]).unwrap();
    let options = shrunk.options(&flags.parse().unwrap(), 1).unwrap();
    let program = Program::of::<broadcast_3b::Server>();
    let run = judge_run(program, &options, shrunk.case.seed).unwrap();
    let file = options.render_scenario(&shrunk.case.scenario, shrunk.case.seed);
    let story = story(&run.scene_of_all(), &run.recording.history);
    insta::assert_snapshot!(format!("{}\n\n{story}\n{file}", shrunk.case.size()));

    let readme = include_str!("../../README.md");
    let indented: String =
        file.lines().map(|line| format!("  {line}").trim_end().to_owned() + "\n").collect();
    let result = format!("  -> {}; {} runs", shrunk.case.size(), shrunk.runs);
    for part in [&result, &story, &indented] {
        assert!(readme.contains(part), "README.md does not have:\n{part}");
    }
}

#[test]
fn the_smallest_run_is_reproduced_by_shrinking_the_first_one() {
    let flags = Stage::named("broadcast-3c").flags;
    let seed = failing(&flags)[0];
    let mut options: Options = flags.parse().unwrap();
    options.reproduce_with = Some("make simulate MODULE=mine".into());
    let small = shrunk(&flags, seed).unwrap().options(&options, seed).unwrap();
    assert_eq!(small.reproduce(7), format!("make shrink MODULE=mine SEED={seed}"));
}

#[test]
fn a_valid_run_is_not_shrunk() {
    let error = shrunk("-w broadcast --node-count 3 --time-limit 5", 1).unwrap_err();
    assert!(error.to_string().starts_with("this run is valid"), "{error}");
}

#[test]
fn a_search_that_is_stopped_gives_the_smallest_run_so_far() {
    let flags = Stage::named("broadcast-3c").flags;
    let seed = failing(&flags)[0];
    let options: Options = flags.parse().unwrap();
    let program = Program::of::<broadcast_3b::Server>();
    for limit in [1, 2, 5, 20] {
        let stopped = shrink(&program, &options, seed, |_, runs| runs < limit).unwrap();
        assert_eq!((stopped.runs, stopped.is_cut_short), (limit, true));
        let small = stopped.options(&options, seed).unwrap();
        let judged = judge_run(program.clone(), &small, stopped.case.seed).unwrap();
        assert_eq!(FailureKind::of(&judged.results), Some(stopped.failure), "after {limit} runs");
    }
}

#[test]
fn a_seed_is_shrunk_to_the_same_run_each_time() {
    let flags = Stage::named("broadcast-3c").flags;
    let seed = failing(&flags)[1];
    let [first, second] = [(); 2].map(|()| shrunk(&flags, seed).unwrap());
    assert_eq!((first.case.scenario, first.runs), (second.case.scenario, second.runs));
}

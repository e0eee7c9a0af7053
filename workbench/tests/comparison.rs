//! Two stages side by side: made by hand, and as they are simulated.

use broadcast_3b as forwards;
use broadcast_3c as retries;
use common::Handler;
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::output::seed_outcome::SeedOutcome;
use workbench::simulation::comparison::{ComparedStage, Comparison};
use workbench::simulation::sweep::judge_seed;

/// An outcome as a sweep stores it.
fn outcome(seed: u64, verdict: &str, more: &str) -> SeedOutcome {
    let line = format!(
        "{{\"seed\":{seed},\"verdict\":{verdict},\"findings\":[],\"operations\":200,\"ok\":200,\
         \"incomplete\":0,\"partitions\":[],{more}}}"
    );
    serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

/// An outcome of a run with values.
fn of_values(seed: u64, verdict: &str, lost: u64, converged: &str, msgs: f64) -> SeedOutcome {
    let more = format!(
        "\"values\":100,\"lost\":{lost},\"stable_median_millis\":0,\"stable_max_millis\":{},\
         \"msgs_per_op\":{msgs},\"converged_millis\":{converged}",
        seed * 100
    );
    outcome(seed, verdict, &more)
}

const ECHO: &str = "\"values\":0,\"lost\":0,\"msgs_per_op\":2.1";

/// A run that did not finish.
fn unfinished(seed: u64) -> SeedOutcome {
    let more =
        "\"values\":0,\"lost\":0,\"msgs_per_op\":0,\"error\":\"a storm of messages\\n\\nMore\"";
    SeedOutcome { operations: 0, ok: 0, ..outcome(seed, "null", more) }
}

fn stage(name: &str, outcomes: Vec<SeedOutcome>) -> ComparedStage {
    ComparedStage { name: name.into(), outcomes }
}

fn text(from: ComparedStage, to: ComparedStage) -> String {
    let commands = [&from.name, &to.name].map(|name| format!("make simulate MODULE={name}"));
    let [from_command, to_command] =
        commands.each_ref().map(|command| move |seed: u64| format!("{command} SEED={seed}"));
    let comparison = Comparison::new([from, to]).unwrap_or_else(|error| panic!("{error}"));
    let text = comparison.text([&from_command, &to_command]);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "wider than a terminal: {text}");
    text
}

#[test]
fn stages_are_compared_row_by_row_and_their_verdicts_seed_by_seed() {
    let before = vec![
        of_values(4, "\"invalid\"", 7, "null", 9.0),
        of_values(2, "\"invalid\"", 1, "null", 10.5),
        of_values(1, "\"valid\"", 0, "12", 11.25),
        unfinished(3),
        of_values(5, "\"unknown\"", 0, "7", 9.0),
    ];
    let before = before.into_iter().map(|run| match run.seed {
        2 => SeedOutcome { ok: 199, ..run },
        _ => run,
    });
    let after = (1..=5).map(|seed| of_values(seed, "\"valid\"", 0, "1100", 30.0));
    insta::assert_snapshot!(text(
        stage("forwards", before.collect()),
        stage("retries", after.collect())
    ));
}

#[test]
fn a_stage_compared_with_itself_shows_no_difference() {
    let runs: Vec<_> = (1..=4).map(|seed| of_values(seed, "\"valid\"", 0, "3", 9.5)).collect();
    let text = text(stage("same", runs.clone()), stage("same", runs));
    for line in text.lines().take_while(|line| !line.is_empty()) {
        let cells: Vec<&str> =
            line.split("   ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let [.., from, to] = cells.as_slice() else { panic!("two columns: {line}") };
        assert_eq!(from, to, "{line}");
    }
    assert!(text.ends_with("\nThe verdicts are the same with every seed.\n"), "{text}");
}

#[test]
fn rows_about_values_are_left_out_where_there_are_none() {
    let runs = || vec![outcome(1, "\"valid\"", ECHO)];
    let text = text(stage("echo", runs()), stage("my-echo", runs()));
    let labels: Vec<&str> = text
        .lines()
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split("   ").next())
        .collect();
    assert_eq!(labels, ["Valid", "Messages per op", "Operations ok", "Availability"]);
    assert!(!text.contains("Stable latency"), "{text}");
}

#[test]
fn a_stage_without_any_verdict_has_no_numbers() {
    let text = text(stage("storm", vec![unfinished(1)]), stage("calm", vec![unfinished(1)]));
    assert!(text.contains("Without verdict   1 of 1 run   1 of 1 run\n"), "{text}");
    assert!(text.contains("Messages per op   -            -\n"), "{text}");
}

#[test]
fn long_names_and_large_numbers_fit_a_terminal() {
    let runs = || {
        let run = of_values(599, "\"invalid\"", 9_999_999, "59999", 1234.56);
        vec![run, of_values(2, "\"invalid\"", 0, "59998", 1000.25)]
    };
    let name = "a-stage-with-a-name-that-is-longer-than-any-column";
    text(stage(name, runs()), stage(name, runs()));
}

#[test]
fn unequal_seeds_are_refused_and_the_missing_one_is_named() {
    let runs = |seeds: &[u64]| {
        seeds.iter().map(|&seed| outcome(seed, "\"valid\"", ECHO)).collect::<Vec<_>>()
    };
    for (from, to, lacking) in [(&[1, 2][..], &[1, 2, 3][..], "from"), (&[3, 4], &[4], "to")] {
        let stages = [stage("from", runs(from)), stage("to", runs(to))];
        let error = Comparison::new(stages).expect_err("unequal seeds").to_string();
        assert_eq!(
            error,
            format!("{lacking} has no run with seed 3: compare runs with the same seeds")
        );
    }
}

fn judged<H: Handler>(flags: &str, seeds: u64) -> Vec<SeedOutcome> {
    let options: Options = flags.parse().expect("flags");
    (1..=seeds).map(|seed| judge_seed(&Program::of::<H>(), &options, seed)).collect()
}

/// The challenge of the stage that retries.
const PARTITIONED: &str =
    "-w broadcast --node-count 5 --time-limit 20 --rate 10 --nemesis partition";

#[test]
fn a_seed_gives_both_stages_the_same_plan_and_only_retries_keep_all_values() {
    let [from, to] =
        [judged::<forwards::Server>(PARTITIONED, 12), judged::<retries::Server>(PARTITIONED, 12)];
    for (from, to) in from.iter().zip(&to) {
        assert_eq!((from.operations, from.values), (to.operations, to.values), "seed {}", to.seed);
        let plan = |run: &SeedOutcome| -> Vec<_> {
            run.partitions.iter().map(|cut| (cut.sides.clone(), cut.from, cut.until)).collect()
        };
        assert_eq!(plan(from), plan(to), "seed {}", to.seed);
        let stored = serde_json::to_string(to).expect("JSON");
        let read: SeedOutcome = serde_json::from_str(&stored).expect("an outcome");
        assert_eq!(serde_json::to_string(&read).expect("JSON"), stored);
    }
    let lost = from.iter().filter(|run| run.lost > 0).count();
    assert!(lost > 0 && to.iter().all(SeedOutcome::is_valid));
    let text = text(stage("forwards", from), stage("retries", to));
    assert!(text.contains("12 of 12 runs"), "{text}");
    assert!(text.contains(&format!("The verdicts differ with {lost} of 12 seeds")), "{text}");
}

//! What readers see in "Your turn": the run that `make watch` shows them before they begin, made as small
//! as it gets.

use exercises::mutations;
use workbench::Stage;
use workbench::cluster::tasks::Program;
use workbench::options::Options;
use workbench::simulation::judge_run;
use workbench::simulation::shrink::shrink;

use crate::keep;
use crate::runs::stage;

/// The smallest run of `program` that fails in the challenge of that name as its first one does.
fn smallest(program: &Program, challenge: &str) -> String {
    let options: Options = Stage::named(challenge).flags.parse().expect("flags");
    let shrunk = shrink(program, &options, 1, |_, _| true);
    let shrunk = shrunk.unwrap_or_else(|error| panic!("{challenge}: {error}"));
    let small = shrunk.options(&options, 1).expect("a scenario");
    let run = judge_run(program.clone(), &small, shrunk.case.seed).expect("a verdict");
    shrunk.in_words(0.0, Some(&run)).trim_end().to_owned() + "\n"
}

fn mutation(name: &str) -> Program {
    let mutation = mutations::ALL.iter().find(|mutation| mutation.name == name);
    (mutation.expect("a mutation").program)()
}

#[test]
fn the_starter_fails_as_the_chapter_on_echo_shows() {
    keep("turn-echo.txt", &smallest(&Program::of::<starter::Server>(), "echo"));
}

#[test]
fn counting_alone_fails_as_the_chapter_on_ids_shows() {
    keep("turn-unique-ids.txt", &smallest(&mutation("ids-counter-alone"), "unique-ids"));
}

#[test]
fn forgetting_fails_as_the_chapter_on_3a_shows() {
    keep("turn-3a.txt", &smallest(&mutation("forgets"), "broadcast-3a"));
}

#[test]
fn a_stage_that_forwards_nothing_fails_as_the_chapter_on_3b_shows() {
    keep("turn-3b.txt", &smallest(&stage("broadcast-3a"), "broadcast-3b"));
}

/// Each chapter of a stage lets its readers write it before it shows how.
#[test]
fn every_stage_is_written_by_its_readers_first() {
    for page in
        ["05-echo", "06-unique-ids", "07-broadcast-3a", "08-broadcast-3b", "09-broadcast-3c"]
    {
        let path = format!("{}/../src/{page}.md", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let turn = text.split_once("\n## Your turn\n").map(|(_, turn)| turn);
        let turn = turn.and_then(|turn| turn.split_once("\n## The change\n")).map(|(turn, _)| turn);
        let turn = turn.unwrap_or_else(|| panic!("{page}: `Your turn` comes before `The change`"));
        let hints = turn.matches("<details><summary>Hint ").count();
        assert_eq!(hints, 3, "{page}: hints");
        assert!(turn.contains("\nmake watch MODULE=my-"), "{page}: what to keep open");
        assert!(turn.contains("\nmake diff MODULE=my-"), "{page}: how to compare");
    }
}

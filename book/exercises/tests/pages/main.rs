//! Recreates everything that the pages show, and compares it with `snapshots/`.
//!
//! `INSTA_UPDATE=always make test` accepts changes, as it does for the stages' snapshots.

mod by_hand;
mod chapters;
mod cheat_sheet;
mod commands;
mod mutations;
mod pictures;
mod reading;
mod runs;
mod set_full;
mod shrinking;
mod small_runs;
mod solutions;
mod tour;
mod your_turn;

use std::fs;
use std::path::Path;

/// Compares `text` with the snapshot of that file name, or writes it if changes are accepted.
///
/// Panics if they differ, and says where.
#[track_caller]
fn keep(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join(name);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    if kept == text {
        return;
    }
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        return fs::write(&path, text).expect("a folder of snapshots");
    }
    let pairs = kept.lines().chain([""]).zip(text.lines().chain([""]));
    let (number, (was, is)) =
        pairs.enumerate().find(|(_, (was, is))| was != is).unwrap_or((0, ("", "")));
    panic!(
        "book/exercises/snapshots/{name} is out of date, and so is the book. From line {}:\n  was {was}\n  \
         is  {is}\nIf this is intended: INSTA_UPDATE=always make test",
        number + 1
    );
}

/// Shortens the output of a run or a sweep to what a mutation needs: the numbers, the first of the seeds
/// or explanations, and the verdict. `…` marks what is left out.
fn shortened(text: &str) -> String {
    if let Some(failing) = text.find("\nFailing ") {
        let end = text[failing + 1..].find('\n').map_or(text.len(), |end| failing + 1 + end);
        return format!("{}\n…\n", &text[..end]);
    }
    let paragraphs: Vec<&str> = text.trim_end().split("\n\n").collect();
    match paragraphs[..] {
        [summary, first, _, .., verdict] if text.contains("\nSeed ") => {
            format!("{summary}\n\n{first}\n\n…\n\n{verdict}\n")
        }
        _ => text.to_owned(),
    }
}

//! What the page says first.

use scraper::Html;
use serde_json::{Value as Json, json};

use crate::page::stored::{Stored, count, text};

fn page(stored: &Stored) -> Html {
    Html::parse_document(&stored.page())
}

#[test]
fn a_valid_run_says_so_and_how_to_reproduce_it() {
    let mut stored = Stored::new();
    stored.operation("hello", "hello", None);
    let page = page(&stored);
    assert_eq!(text(&page, "title"), "Valid: echo, seed 1");
    assert_eq!(text(&page, "h1"), "✓ Valid The one echo returned what was sent");
    assert_eq!(text(&page, "#reproduce-command"), "make simulate MODULE=echo SEED=1");
    assert_eq!(count(&page, "#why"), 0, "there is nothing to explain");
}

/// A run of `values` broadcasts, which n0 acknowledges in the first milliseconds.
fn broadcasts(values: usize) -> Stored {
    let mut stored = Stored::new();
    stored.run["workload"] = "broadcast".into();
    stored.run["outcome"] = "invalid".into();
    for value in 0..values {
        stored.event(0, "invoke", "broadcast", json!(value), "n0", false);
        stored.event(1, "ok", "broadcast", json!(value), "n0", false);
    }
    stored
}

/// A node's final read, and what it returns.
fn final_read(stored: &mut Stored, node: &str, ms: u64, values: &[usize]) {
    stored.event(ms, "invoke", "read", Json::Null, node, true);
    stored.event(ms + 1, "ok", "read", json!(values), node, true);
}

#[test]
fn a_lost_value_is_explained_with_a_link_to_its_moment() {
    let mut stored = broadcasts(7);
    stored.run["partitions"] = json!([{
        "number": 0, "shape": "one", "sides": "n0 | n1", "from": 0, "until": 1_000_000_000,
        "blocked": {"n0": ["n1"], "n1": ["n0"]},
    }]);
    stored.journal.push(
        json!({"id": 1, "src": "n0", "dest": "n1", "sent": 410_000_000, "dropped": 420_000_000,
               "partition": 0, "body": {"type": "broadcast", "message": 3}})
        .to_string(),
    );
    final_read(&mut stored, "n1", 2000, &[0, 1, 2, 4, 5, 6]);
    let page = page(&stored);
    assert_eq!(text(&page, "h1"), "✗ Invalid 1 of 7 values was lost");
    assert_eq!(text(&page, ".points"), "Acknowledged values that final reads lacked: n1 1");
    assert_eq!(text(&page, "#why h3"), "Why value 3 was lost");
    let words = text(&page, "#why ul");
    assert!(words.contains("dropped at 0.420 s by the partition n0 | n1; never sent"), "{words}");
    assert_eq!(count(&page, "#verdict a.watch[data-at='0.41'][data-value='3']"), 1);
    assert_eq!(count(&page, "#why a.watch[data-at='0.41'][data-value='3']"), 1);
}

#[test]
fn folded_and_omitted_explanations_are_counted_by_kind() {
    let mut stored = broadcasts(40);
    final_read(&mut stored, "n1", 2000, &(35..40).collect::<Vec<_>>());
    final_read(&mut stored, "n0", 3000, &(10..40).collect::<Vec<_>>());
    let page = page(&stored);
    assert_eq!(text(&page, "#why summary"), "Show 7 lost values and 20 incomplete values");
    assert_eq!(text(&page, "#why > .note"), "Not shown: 5 incomplete values; see results.json.");
}

#[test]
fn a_sentence_replaces_two_plots_when_every_reply_is_instant() {
    let mut stored = Stored::new();
    stored.operation("hello", "hello", None);
    stored.message(&json!({"type": "echo"}));
    let sentence = "Clients got every answer at once";
    let at_once = page(&stored);
    assert!(text(&at_once, "#plots").contains(sentence));
    assert_eq!(count(&at_once, "#plots svg"), 1, "that of the messages");
    stored.history[1]["time"] = 1_000_000.into();
    let waited = page(&stored);
    assert!(!text(&waited, "#plots").contains(sentence));
    assert_eq!(count(&waited, "#plots svg"), 3);
}

#[test]
fn a_run_without_a_verdict_has_a_page_that_says_why() {
    let mut stored = Stored::new();
    let error = "n0 exited with status 3\n\nThe last it wrote to stderr:\n  <oh> no";
    stored.run["outcome"] = json!({"no-verdict": error});
    let page = page(&stored);
    assert_eq!(text(&page, "h1"), "! No verdict n0 exited with status 3");
    assert_eq!(text(&page, "#verdict pre"), "The last it wrote to stderr: <oh> no");
    assert!(text(&page, "main").contains("there is nothing to count, plot or replay"));
    for section in ["#numbers", "#plots", "#replay", "#messages", "#history", "svg"] {
        assert_eq!(count(&page, section), 0, "{section} would be empty");
    }
    let links = text(&page, ".bar ul");
    assert_eq!(links, "Verdict Logs All runs");
}

//! What the page says first.

use scraper::Html;
use serde_json::json;

use crate::page::stored::{Stored, count, text};

fn page(stored: &Stored) -> Html {
    Html::parse_document(&stored.page())
}

#[test]
fn a_valid_run_says_so_and_how_to_repeat_it() {
    let mut stored = Stored::new();
    stored.operation("hello", "hello", None);
    let page = page(&stored);
    assert_eq!(text(&page, "title"), "Valid: echo, seed 1");
    assert_eq!(text(&page, "h1"), "✓ Valid The one echo returned what was sent");
    assert_eq!(text(&page, "#reproduce-command"), "make simulate MODULE=echo SEED=1");
    assert_eq!(count(&page, "#why"), 0, "there is nothing to explain");
}

#[test]
fn a_lost_value_is_explained_with_a_link_to_its_moment() {
    let mut stored = Stored::new();
    stored.run["workload"] = "broadcast".into();
    stored.run["outcome"] = "invalid".into();
    stored.run["partitions"] = json!([{
        "number": 0, "shape": "one", "sides": "n0 | n1", "from": 0, "until": 1_000_000_000,
        "unheard": {"n0": ["n1"], "n1": ["n0"]},
    }]);
    stored.results = json!({
        "workload": {"lost-count": 1, "attempt-count": 7, "stable-count": 6},
        "incomplete": {"n1": [3]},
        "explanation": {"reasons": [{
            "value": 3, "lost": true, "asked": {"node": "n0", "time": 400_000_000},
            "acknowledged": {"node": "n0", "time": 400_000_000}, "more-lacking": 0,
            "lacking": [{
                "node": "n1", "read": 2_000_000_000, "sent": 1, "delivered": 0,
                "copies": [{"id": 1, "from": "n0", "sent": 410_000_000, "fate": "dropped",
                            "at": 420_000_000, "partition": 0}],
            }],
        }]},
    });
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
fn what_is_folded_and_what_is_left_out_is_counted_by_kind() {
    let mut stored = Stored::new();
    stored.run["workload"] = "broadcast".into();
    stored.run["outcome"] = "invalid".into();
    let value = |value: usize| {
        json!({"value": value, "lost": value < 10, "asked": {"node": "n0", "time": 0},
               "lacking": [], "more-lacking": 0})
    };
    let values: Vec<_> = (0..35).map(value).collect();
    stored.results = json!({
        "workload": {"lost-count": 10, "attempt-count": 40},
        "explanation": {"reasons": values},
    });
    let page = page(&stored);
    assert_eq!(text(&page, "#why summary"), "Show 7 lost values and 20 incomplete values");
    assert_eq!(text(&page, "#why > .note"), "Not shown: 5 incomplete values; see results.json.");
}

#[test]
fn where_every_answer_comes_at_once_a_sentence_takes_the_place_of_two_plots() {
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
    stored.results = json!(null);
    let page = page(&stored);
    assert_eq!(text(&page, "h1"), "! No verdict n0 exited with status 3");
    assert_eq!(text(&page, "#verdict pre"), "The last it wrote to stderr: <oh> no");
    assert!(text(&page, "main").contains("there is nothing to count, plot or replay"));
    for section in ["#numbers", "#plots", "#replay", "#messages", "#history", "svg"] {
        assert_eq!(count(&page, section), 0, "{section} would be empty");
    }
    let links = text(&page, ".bar ul");
    assert_eq!(links, "Verdict Logs");
}

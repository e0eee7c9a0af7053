//! The page of a sweep, made from files as a sweep leaves them.

use std::fs;

use scraper::Html;
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use workbench::record::store::Store;
use workbench::report::sweep::render_sweep;

use crate::page::hostile::ATTACKS;
use crate::page::stored::{Stored, count, text};

/// The folder of a sweep of three seeds, of which the second lost a value and the third did not finish.
struct StoredSweep {
    root: TempDir,
    info: Json,
    runs: Vec<Json>,
}

fn run(seed: u64, verdict: Json) -> Json {
    json!({
        "seed": seed, "verdict": verdict, "findings": [], "operations": 20, "ok": 20, "values": 10,
        "lost": 0, "incomplete": 0, "msgs_per_op": 10.0 + seed as f64, "converged_millis": 40,
        "stable_median_millis": 0, "stable_max_millis": 300, "partitions": [],
    })
}

impl StoredSweep {
    fn new() -> StoredSweep {
        let mut runs = vec![run(1, json!("valid")), run(2, json!("invalid")), run(3, Json::Null)];
        runs[1]["findings"] = json!(["lost"]);
        runs[1]["lost"] = json!(1);
        runs[1]["converged_millis"] = Json::Null;
        runs[2]["error"] = json!("n1 exited\n\nThe last it wrote:");
        let spread = json!({"min": 11.0, "p50": 12.0, "p95": 12.0, "max": 12.0});
        let info = json!({
            "workload": "broadcast", "introduction": "broadcast on 2 nodes",
            "reproduce": "make simulate MODULE=mine SEED=@seed@", "first-seed": 1, "seeds": 3,
            "numbers": {
                "runs": 3, "valid": 1, "invalid": 1, "unknown": 0, "no-verdict": 1, "lost": 1,
                "findings": {"lost": 1}, "msgs-per-op": spread, "converged-millis": null,
                "never-converged": 1, "stable-median-millis": null, "stable-max-millis": null,
            },
        });
        StoredSweep { root: tempfile::tempdir().unwrap(), info, runs }
    }

    fn page(&self) -> Html {
        let path = |name: &str| self.root.path().join(name);
        fs::write(path("sweep.json"), self.info.to_string()).unwrap();
        let lines: String = self.runs.iter().map(|run| format!("{run}\n")).collect();
        fs::write(path("runs.jsonl"), lines).unwrap();
        render_sweep(&Store::folder(self.root.path())).unwrap();
        Html::parse_document(&fs::read_to_string(path("report.html")).unwrap())
    }
}

#[test]
fn the_page_of_a_sweep_says_what_failed_and_how_to_see_it() {
    let page = StoredSweep::new().page();
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert_eq!(text(&page, "title"), "Invalid: sweep of broadcast, seeds 1 to 3");
    assert_eq!(text(&page, "h1"), "✗ Invalid 2 of 3 runs failed");
    assert_eq!(text(&page, ".points"), "lost: in 1 run");
    let tiles = text(&page, ".tiles");
    assert!(tiles.contains("Failed2 1 invalid, 1 without verdict"), "{tiles}");
    assert_eq!(count(&page, ".failing tbody tr"), 2);
    let first = text(&page, ".failing tbody tr");
    let expected = "21 of 10 values lost12.00300 msmake simulate MODULE=mine SEED=2Copy";
    assert_eq!(first, expected, "cells without the space between them");
}

#[test]
fn a_plot_says_how_many_runs_it_cannot_show() {
    let page = StoredSweep::new().page();
    assert_eq!(count(&page, ".plots svg"), 4);
    let plots = text(&page, ".plots");
    assert!(plots.contains("Not shown: 1 run in which that never happened."), "{plots}");
    let mut without_values = StoredSweep::new();
    for run in &mut without_values.runs {
        for key in ["converged_millis", "stable_median_millis", "stable_max_millis"] {
            run[key] = Json::Null;
        }
    }
    assert_eq!(count(&without_values.page(), ".plots svg"), 1, "that of the messages");
}

#[test]
fn a_sweep_in_which_all_is_well_has_no_failing_runs() {
    let mut sweep = StoredSweep::new();
    sweep.runs.truncate(1);
    let numbers = &mut sweep.info["numbers"];
    for (key, value) in [("runs", 1), ("invalid", 0), ("no-verdict", 0), ("lost", 0)] {
        numbers[key] = value.into();
    }
    numbers["findings"] = json!({});
    let page = sweep.page();
    assert_eq!(text(&page, "h1"), "✓ Valid The one run is valid");
    assert_eq!(count(&page, "#failing, #replay, .points, a[href='#replay']"), 0);
    assert!(text(&page, ".tiles").contains("Runs1 1 valid; interrupted, 2 not run"));
}

#[test]
fn the_example_in_the_folder_is_replayed() {
    let sweep = StoredSweep::new();
    let mut example = Stored::new();
    example.operation("hello", "hello", None);
    example.message(&json!({"type": "echo"}));
    example.page_in(&sweep.root.path().join("example"));
    let page = sweep.page();
    assert_eq!(count(&page, "#replay run-replay"), 1);
    assert_eq!(count(&page, "#replay a[href='example/report.html']"), 1);
    assert!(text(&page, "#replay .note").contains("A run that fails like seed 2, as small as"));
}

#[test]
fn more_failing_runs_than_are_listed_are_counted() {
    let mut sweep = StoredSweep::new();
    sweep.runs = (0..70).map(|seed| run(seed, json!("invalid"))).collect();
    sweep.info["numbers"]["runs"] = json!(70);
    sweep.info["numbers"]["valid"] = json!(0);
    let page = sweep.page();
    assert_eq!(count(&page, ".failing tbody tr"), 50);
    assert!(text(&page, "#failing .note").contains("And 20 more, in runs.jsonl"));
}

#[test]
fn text_from_nodes_and_flags_stays_text_in_a_sweep() {
    let mut sweep = StoredSweep::new();
    let words = ATTACKS.concat();
    sweep.runs[2]["error"] = json!(words);
    sweep.info["introduction"] = json!(words);
    sweep.info["reproduce"] = json!(words);
    sweep.info["numbers"]["findings"] = json!({words: 1});
    let page = sweep.page();
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert_eq!(count(&page, "img") + count(&page, "[onmouseover]"), 0);
    assert_eq!(count(&page, "script"), 2);
    for section in ["#verdict", "#failing"] {
        let words = text(&page, section);
        for character in ['\u{1b}', '\u{9b}', '\u{202e}', '\u{2028}'] {
            assert!(!words.contains(character), "{section}: {character:?} is shown by its code");
        }
    }
}

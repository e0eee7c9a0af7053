//! The list of all runs, `index.html`, made from stores as runs leave them.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use scraper::{ElementRef, Html, Selector};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use tokio::time::Instant;
use workbench::report::index::write_index;

use crate::page::hostile::ATTACKS;
use crate::page::stored::{Stored, count, text};

/// A store in which a folder is made for each run, a second after the one before.
struct RunsOnDisk {
    root: TempDir,
    seconds: usize,
}

impl RunsOnDisk {
    fn new() -> RunsOnDisk {
        RunsOnDisk { root: tempfile::tempdir().unwrap(), seconds: 0 }
    }

    /// A folder as a run or a sweep makes it at its beginning.
    fn folder(&mut self, group: &str, first: &str) -> PathBuf {
        let (minutes, seconds) = (self.seconds / 60, self.seconds % 60);
        let path =
            self.root.path().join(group).join(format!("20260101T12{minutes:02}{seconds:02}.000"));
        self.seconds += 1;
        fs::create_dir_all(&path).unwrap();
        match first {
            "node-logs" => fs::create_dir(path.join(first)).unwrap(),
            file => fs::write(path.join(file), "").unwrap(),
        }
        path
    }

    /// A run with that outcome and, unless it is null, that summary.
    fn run(&mut self, outcome: Json, summary: Json) -> PathBuf {
        let path = self.folder("broadcast", "node-logs");
        let mut info = Stored::new().run;
        info["introduction"] = json!("broadcast on 2 nodes");
        info["seed"] = json!(self.seconds);
        info["reproduce"] = json!(format!("make simulate MODULE=mine SEED={}", self.seconds));
        info["outcome"] = outcome;
        write(&path, "run.json", &info);
        if !summary.is_null() {
            write(&path, "summary.json", &summary);
        }
        fs::write(path.join("report.html"), "").unwrap();
        path
    }

    fn index(&self) -> Html {
        write_index(self.root.path()).unwrap();
        self.read_index()
    }

    fn read_index(&self) -> Html {
        Html::parse_document(&fs::read_to_string(self.root.path().join("index.html")).unwrap())
    }
}

fn write(folder: &Path, name: &str, json: &Json) {
    fs::write(folder.join(name), json.to_string()).unwrap();
}

fn summary(lost: usize) -> Json {
    let findings: &[&str] = if lost > 0 { &["lost", "incomplete"] } else { &[] };
    json!({
        "findings": findings, "operations": 97, "ok": 95, "msgs-per-op": 10.267,
        "values": {"values": 50, "lost": lost, "median-latency": 12, "max-latency": 340},
    })
}

fn sweep_info() -> Json {
    let spread = json!({"min": 1.0, "p50": 2.0, "p95": 3.0, "max": 4.0});
    json!({
        "workload": "broadcast", "introduction": "broadcast on 5 nodes",
        "reproduce": "make simulate MODULE=mine SEED=@seed@", "first-seed": 7, "seeds": 100,
        "numbers": {
            "runs": 100, "valid": 14, "invalid": 86, "unknown": 0, "no-verdict": 0, "lost": 1690,
            "findings": {"lost": 86}, "msgs-per-op": spread, "converged-millis": null,
            "never-converged": 86, "stable-median-millis": spread, "stable-max-millis": spread,
        },
    })
}

/// The cells of each row, in words.
fn rows(page: &Html) -> Vec<Vec<String>> {
    let [row, cell] = [".runs tbody tr", "th, td"].map(|s| Selector::parse(s).unwrap());
    let words = |cell: ElementRef| {
        let words = cell.text().collect::<String>();
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    page.select(&row).map(|row| row.select(&cell).map(words).collect()).collect()
}

#[test]
fn runs_and_sweeps_are_listed_the_newest_first() {
    let mut store = RunsOnDisk::new();
    store.run(json!("valid"), summary(0));
    store.run(json!("invalid"), summary(3));
    store.run(json!("unknown"), summary(0));
    store.run(json!({"no-verdict": "n0 exited\n\nThe last it wrote"}), Json::Null);
    let sweep = store.folder("sweep", "runs.jsonl");
    write(&sweep, "sweep.json", &sweep_info());
    fs::write(sweep.join("report.html"), "").unwrap();

    let page = store.index();
    let expected = [
        [
            "✗ Invalid 86 of 100 runs failed",
            "2026-01-01 12:00:04",
            "Sweep: broadcast on 5 nodes, seeds 7 to 106 make simulate MODULE=mine SEED=7",
            "–",
            "2.00 1.00 to 4.00",
            "2 ms max 4 ms",
            "1690",
        ],
        [
            "! No verdict n0 exited",
            "2026-01-01 12:00:03",
            "broadcast on 2 nodes, seed 4 make simulate MODULE=mine SEED=4",
            "–",
            "–",
            "–",
            "–",
        ],
        [
            "? Unknown",
            "2026-01-01 12:00:02",
            "broadcast on 2 nodes, seed 3 make simulate MODULE=mine SEED=3",
            "97 2 not ok",
            "10.27",
            "12 ms max 340 ms",
            "0 of 50 values",
        ],
        [
            "✗ Invalid lost, incomplete",
            "2026-01-01 12:00:01",
            "broadcast on 2 nodes, seed 2 make simulate MODULE=mine SEED=2",
            "97 2 not ok",
            "10.27",
            "12 ms max 340 ms",
            "3 of 50 values",
        ],
        [
            "✓ Valid",
            "2026-01-01 12:00:00",
            "broadcast on 2 nodes, seed 1 make simulate MODULE=mine SEED=1",
            "97 2 not ok",
            "10.27",
            "12 ms max 340 ms",
            "0 of 50 values",
        ],
    ];
    assert_eq!(rows(&page), expected);
    let words = text(&page, ".note");
    assert!(words.starts_with("4 runs and 1 sweep, newest first."), "{words}");
    for link in
        ["sweep/20260101T120004.000/report.html", "broadcast/20260101T120000.000/report.html"]
    {
        assert_eq!(count(&page, &format!(".runs a[href='{link}']")), 1, "{link}");
    }
    assert!(page.errors.is_empty(), "{:?}", page.errors);
}

#[test]
fn a_folder_that_cannot_be_read_is_listed_and_says_why() {
    let mut store = RunsOnDisk::new();
    store.folder("echo", "node-logs");
    let broken = store.folder("echo", "node-logs");
    fs::write(broken.join("run.json"), "{\"workload\":").unwrap();
    store.run(json!("valid"), Json::Null);
    let broken = store.run(json!("valid"), Json::Null);
    fs::write(broken.join("summary.json"), "[]").unwrap();
    store.folder("sweep", "runs.jsonl.part");
    let broken = store.folder("sweep", "runs.jsonl");
    write(&broken, "sweep.json", &json!({"workload": "chess"}));

    let page = store.index();
    let rows = rows(&page);
    let verdicts: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    let expected = [
        "! Unreadable sweep.json cannot be read: unknown variant `chess`",
        "! No verdict It is not over, or was killed.",
        "✓ Valid summary.json cannot be read: ",
        "✓ Valid It has no summary.json",
        "! Unreadable run.json cannot be read: EOF",
        "! No verdict It is not over, or was killed, or could not begin.",
    ];
    for (verdict, expected) in verdicts.iter().zip(expected) {
        assert!(verdict.starts_with(expected), "{verdict}");
    }
    assert_eq!(verdicts.len(), expected.len());
    assert_eq!(rows[5][2], "echo/20260101T120000.000");
    let folder = ".runs a[href='echo/20260101T120000.000/']";
    assert_eq!(count(&page, folder), 1, "without a report, the link leads to the folder");
}

#[test]
fn text_from_nodes_and_flags_stays_text_in_the_index() {
    let mut store = RunsOnDisk::new();
    let words = ATTACKS.concat();
    let run = store.run(json!({"no-verdict": words}), Json::Null);
    let mut info: Json = serde_json::from_slice(&fs::read(run.join("run.json")).unwrap()).unwrap();
    info["introduction"] = json!(words);
    info["reproduce"] = json!(words);
    write(&run, "run.json", &info);
    let run = store.run(json!("valid"), json!(words));
    fs::rename(run.parent().unwrap(), store.root.path().join("<img src=x>\"'&")).unwrap();

    let page = store.index();
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    assert_eq!(count(&page, "img") + count(&page, "[onmouseover]"), 0);
    assert_eq!((count(&page, "script"), count(&page, "tbody tr")), (1, 2));
    let text = fs::read_to_string(store.root.path().join("index.html")).unwrap();
    for character in ['\0', '\u{1b}', '\r', '\u{9b}', '\u{202e}', '\u{2028}'] {
        assert!(!text.contains(character), "{character:?} is shown by its code");
    }
}

/// Whichever of them is last has seen both runs.
#[test]
fn two_writers_at_once_lose_no_run() {
    for _ in 0..20 {
        let mut store = RunsOnDisk::new();
        for _ in 0..30 {
            store.run(json!("valid"), summary(0));
        }
        let later =
            [store.run(json!("valid"), summary(0)), store.run(json!("invalid"), summary(1))];
        let root = store.root.path();
        let hidden = later.clone().map(|path| path.join("node-logs"));
        hidden.iter().for_each(|logs| fs::remove_dir(logs).unwrap());
        thread::scope(|scope| {
            for logs in &hidden {
                scope.spawn(move || {
                    fs::create_dir(logs).unwrap();
                    write_index(root).unwrap();
                });
            }
        });
        assert_eq!(count(&store.read_index(), ".runs tbody tr"), 32);
        let left = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("index")).collect();
        assert_eq!(left, ["index.html"]);
    }
}

/// What is large is left alone: were a history read, this would fail.
#[test]
fn a_thousand_runs_are_listed_in_a_moment() {
    let mut store = RunsOnDisk::new();
    for _ in 0..1000 {
        let path = store.run(json!("invalid"), summary(3));
        for name in ["history.json", "journal.jsonl", "results.json"] {
            fs::create_dir(path.join(name)).unwrap();
        }
    }
    let start = Instant::now();
    let page = store.index();
    let took = start.elapsed();
    assert_eq!(count(&page, ".runs tbody tr"), 1000);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

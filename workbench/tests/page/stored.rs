//! A run's folder, written by hand, and the page that is made from it.

use std::fs;
use std::path::Path;

use scraper::{Html, Selector};
use serde_json::{Value as Json, json};
use tempfile::TempDir;
use workbench::record::store::Store;
use workbench::report::render::render_report;

/// A run of two echo nodes in which nothing was asked; tests change what they are about.
pub struct Stored {
    root: TempDir,
    pub run: Json,
    pub history: Vec<Json>,
    pub journal: Vec<String>,
    pub logs: Vec<(&'static str, Vec<u8>)>,
}

impl Stored {
    pub fn new() -> Stored {
        Stored {
            root: tempfile::tempdir().unwrap(),
            run: json!({
                "workload": "echo",
                "introduction": "echo on 2 nodes",
                "reproduce": "make simulate MODULE=echo SEED=1",
                "seed": 1,
                "nodes": ["n0", "n1"],
                "availability": null,
                "strict": false,
                "traffic": {
                    "all": {"sent": 0, "received": 0, "messages": 0},
                    "clients": {"sent": 0, "received": 0, "messages": 0},
                    "servers": {"sent": 0, "received": 0, "messages": 0},
                },
                "invalid-output": [],
                "unexpected-replies": [],
                "outcome": "valid",
                "partitions": [],
                "end": 2_000_000_000_i64,
            }),
            history: vec![],
            journal: vec![],
            logs: vec![],
        }
    }

    /// An echo that ended `ok`, or with an error of the node's.
    pub fn operation(&mut self, asked: &str, answered: &str, error: Option<Json>) {
        let ms = self.history.len() as u64;
        self.event(ms, "invoke", "echo", asked.into(), "n0", false);
        let kind = if error.is_some() { "fail" } else { "ok" };
        self.event(ms, kind, "echo", answered.into(), "n0", false);
        if let Some(error) = error {
            self.history.last_mut().expect("an event")["error"] = error;
        }
    }

    /// An event of the history, whose process is named after the node.
    pub fn event(&mut self, ms: u64, kind: &str, f: &str, value: Json, node: &str, is_final: bool) {
        let process: u64 = node[1..].parse().expect("n0 or n1");
        let mut event = json!({
            "index": self.history.len(), "time": ms * 1_000_000, "type": kind, "process": process,
            "f": f, "node": node, "final": is_final,
        });
        if !value.is_null() {
            event["value"] = value;
        }
        self.history.push(event);
    }

    /// A message from a node to another.
    pub fn message(&mut self, body: &Json) {
        let id = self.journal.len();
        let sent = id * 1_000_000;
        self.journal.push(format!(
            r#"{{"id":{id},"src":"n0","dest":"n1","sent":{sent},"delivered":{sent},"body":{body}}}"#
        ));
    }

    /// Writes the files and draws the run. Gives the page's text.
    pub fn page(&self) -> String {
        self.page_in(self.root.path())
    }

    /// The same in that folder.
    pub fn page_in(&self, folder: &Path) -> String {
        fs::create_dir_all(folder.join("node-logs")).unwrap();
        fs::write(folder.join("run.json"), self.run.to_string()).unwrap();
        let events: Vec<String> = self.history.iter().map(Json::to_string).collect();
        fs::write(folder.join("history.json"), format!("[{}]\n", events.join(",\n"))).unwrap();
        let lines: String = self.journal.iter().map(|line| format!("{line}\n")).collect();
        fs::write(folder.join("journal.jsonl"), lines).unwrap();
        for (node, log) in &self.logs {
            fs::write(folder.join("node-logs").join(format!("{node}.log")), log).unwrap();
        }
        render_report(&Store::open(folder).unwrap()).unwrap();
        fs::read_to_string(folder.join("report.html")).unwrap()
    }
}

/// The text of the first element that fits.
#[track_caller]
pub fn text(page: &Html, selector: &str) -> String {
    let found = page.select(&Selector::parse(selector).unwrap()).next();
    let text = found.unwrap_or_else(|| panic!("no {selector}")).text().collect::<String>();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many elements fit.
pub fn count(page: &Html, selector: &str) -> usize {
    page.select(&Selector::parse(selector).unwrap()).count()
}

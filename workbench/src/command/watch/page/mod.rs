//! The page of `make watch`: a line that says where the round is, and below it the run or the compiler's words.

use std::sync::Arc;

use anstream::adapter::strip_str;
use common::Mutex;
use serde::Serialize;

use super::round::{RoundKind, RoundOutcome};
use crate::error::Error;
use crate::local_server::{LocalServer, WebAnswer};
use crate::report::page::THEME;

const PAGE: &str = include_str!("watch.html");
const STYLE: &str = include_str!("watch.css");
const SCRIPT: &str = include_str!("watch.js");

/// What the page shows now.
#[derive(Debug, Clone)]
pub struct WatchPage(Arc<Mutex<Shown>>);

/// What the page asks for again and again, in JSON.
#[derive(Debug, Default, Serialize)]
struct Shown {
    /// How often anything below has changed.
    version: u64,
    stage: String,
    /// What the round does now; none when it is over.
    doing: Option<String>,
    /// How the last round ended; none before the end of the first.
    kind: Option<RoundKind>,
    headline: String,
    /// What is shown in place of a report.
    text: Option<String>,
    /// The version that brought the report, if there is one.
    report_version: Option<u64>,
    #[serde(skip)]
    report: Vec<u8>,
}

impl WatchPage {
    /// Serves the page of a stage.
    ///
    /// Fails if a thread cannot be started.
    pub fn serve(server: &LocalServer, stage: &str) -> Result<WatchPage, Error> {
        let shown = Shown { stage: stage.to_owned(), ..Shown::default() };
        let page = WatchPage(Arc::new(Mutex::new(shown)));
        let served = page.clone();
        server.serve(move |path| served.answer(path))?;
        Ok(page)
    }

    /// Shows what a round does now.
    pub fn doing(&self, what: &str) {
        let mut shown = self.0.lock();
        shown.version += 1;
        shown.doing = Some(what.to_owned());
    }

    /// Shows how a round ended.
    pub fn show(&self, outcome: &RoundOutcome) {
        let RoundOutcome { kind, headline, text, report } = outcome;
        let mut shown = self.0.lock();
        shown.version += 1;
        shown.doing = None;
        shown.kind = Some(*kind);
        shown.headline.clone_from(headline);
        shown.text = report.is_none().then(|| strip_str(text).to_string());
        shown.report_version = report.is_some().then_some(shown.version);
        shown.report = report.clone().unwrap_or_default();
    }

    fn answer(&self, path: &str) -> WebAnswer {
        let (kind, bytes) = match path {
            "/" => ("text/html; charset=utf-8", PAGE.into()),
            "/watch.css" => ("text/css; charset=utf-8", [THEME, STYLE].concat().into()),
            "/watch.js" => ("text/javascript; charset=utf-8", SCRIPT.into()),
            "/state" => ("application/json", self.state()),
            "/report" => ("text/html; charset=utf-8", self.0.lock().report.clone()),
            _ => {
                let bytes = b"There is no such page.".to_vec();
                return WebAnswer { status: 404, kind: "text/plain", bytes };
            }
        };
        WebAnswer { status: 200, kind, bytes }
    }

    fn state(&self) -> Vec<u8> {
        // What it consists of can always be written.
        serde_json::to_vec(&*self.0.lock()).unwrap_or_default()
    }
}

//! `report.html`: one file that shows a run, without a network and without a server.
//!
//! All that nodes have said comes through a template that escapes it (askama), or as JSON in which
//! no tag can begin; and the page's own policy lets no script run but the ones it was written with.

mod history;
mod logs;
mod numbers;
mod verdict;

use std::borrow::Cow;
use std::io;

use askama::Template;

use self::history::HistoryTable;
use self::logs::Logs;
use self::numbers::Table;
use self::verdict::VerdictWords;
use super::message_window::{MessageWindow, Window};
use super::operations::ShownOperation;
use super::plots::{Plot, any_wait};
use super::policy::policy;
use super::replay::{self, Caption, Replay};
use super::traffic::Traffic;
use crate::output::run_info::RunInfo;
use crate::record::store::Store;
use crate::text::{escape_control, truncate};
use crate::workload::{Explanation, Paragraph, Results, Tile};

/// How many explanations the page has in full, and how many of them can be seen at once.
const EXPLAINED: usize = 30;
const UNFOLDED: usize = 3;

/// How many characters of a sentence the page has: what nodes say in it may be very long.
const SENTENCE: usize = 1000;

/// The colours of every page.
pub const THEME: &str = include_str!("theme.css");

/// The look of the pages in a store.
pub(super) const STYLE: &str = concat!(include_str!("theme.css"), include_str!("page.css"));
const SCRIPT: &str = include_str!("page.js");

/// Copies commands; any page may have it.
pub(super) const COPY: &str = include_str!("copy.js");

/// Finds the index; any page may have it.
pub(super) const ALL_RUNS: &str = include_str!("all_runs.js");

/// What a page is made from.
#[derive(Debug)]
pub struct Content<'a> {
    /// The run's folder, for the nodes' logs.
    pub store: &'a Store,
    /// What the run was.
    pub info: &'a RunInfo,
    /// What the checks found; none if there is no verdict.
    pub results: Option<&'a Results>,
    /// What went wrong.
    pub explanation: &'a Explanation,
    /// Every operation.
    pub operations: &'a [ShownOperation],
    /// Every message, counted.
    pub traffic: &'a Traffic,
    /// The plots.
    pub plots: &'a [Plot],
    /// The run as the replay shows it, and as the player plays it.
    pub scene: &'a MessageWindow,
    /// The trace of the scene.
    pub trace: &'a str,
    /// The space-time diagram.
    pub diagram: Diagram<'a>,
}

/// A space-time diagram, and what part of the run it is of.
#[derive(Debug, Clone)]
pub struct Diagram<'a> {
    /// The part of the run.
    pub window: Window,
    /// What it is about, in words, if it shows only some of the messages.
    pub subject: Option<String>,
    /// The picture.
    pub svg: &'a str,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    policy: String,
    styles: Vec<&'static str>,
    scripts: Vec<&'static str>,
    info: &'a RunInfo,
    reproduce: Cow<'a, str>,
    verdict: VerdictWords,
    paragraphs: Vec<Paragraph>,
    folded: Vec<Paragraph>,
    folded_counts: String,
    not_shown: Option<String>,
    /// Whether anything happened after the set-up.
    has_begun: bool,
    tiles: Vec<Tile>,
    tables: Vec<Table>,
    plots: &'a [Plot],
    /// Whether clients got every answer at once, so that there is no plot of how long they waited.
    at_once: bool,
    replay: String,
    diagram: &'a Diagram<'a>,
    history: HistoryTable,
    logs: Logs,
}

/// Makes the page.
///
/// Fails if a log cannot be read.
pub fn page(content: &Content) -> io::Result<String> {
    let Content { info, results, explanation, operations, traffic, .. } = content;
    let scripts = vec![replay::SCRIPT, COPY, ALL_RUNS, SCRIPT];
    let paragraphs = explanation.paragraphs(&info.partitions).take(EXPLAINED);
    let mut paragraphs = paragraphs.map(|paragraph| Paragraph {
        heading: truncate(&paragraph.heading, SENTENCE),
        lines: paragraph.lines.iter().map(|line| truncate(line, SENTENCE)).collect(),
        ..paragraph
    });
    let page = Page {
        policy: policy(&scripts),
        styles: vec![replay::STYLE, STYLE],
        scripts,
        info,
        reproduce: escape_control(&info.reproduce),
        verdict: VerdictWords::new(info, *results),
        paragraphs: paragraphs.by_ref().take(UNFOLDED).collect(),
        folded: paragraphs.collect(),
        folded_counts: explanation.counts(UNFOLDED..EXPLAINED),
        not_shown: explanation.not_shown(EXPLAINED),
        has_begun: !operations.is_empty() || !content.scene.messages.is_empty(),
        tiles: numbers::tiles(*results, operations, traffic),
        tables: numbers::tables(info, *results, operations, traffic),
        plots: content.plots,
        at_once: operations.iter().any(|operation| operation.completed.is_some())
            && !any_wait(operations),
        replay: player(info, explanation, content.trace, "Replay of the run, message by message"),
        diagram: &content.diagram,
        history: HistoryTable::new(operations)?,
        logs: Logs::read(content.store, &info.nodes)?,
    };
    page.render().map_err(io::Error::other)
}

/// The player, which says when the network is cut and healed.
pub(super) fn player(
    info: &RunInfo,
    explanation: &Explanation,
    trace: &str,
    label: &str,
) -> String {
    let mut captions = vec![];
    for partition in &info.partitions {
        let text = format!("The network is cut: {}.", partition.sides);
        captions.push(Caption { at: partition.from, text });
        if let Some(at) = partition.until {
            captions.push(Caption { at, text: "The network is healed.".to_owned() });
        }
    }
    // What goes wrong first is what one has come to see.
    let first = explanation.paragraphs(&info.partitions).next();
    let at = first.map(|paragraph| paragraph.at);
    Replay { trace, label, at, clock: None, captions: &captions }.html()
}

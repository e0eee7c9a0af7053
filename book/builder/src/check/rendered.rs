//! Checks the pages as a browser gets them: no link is broken, and nothing is fetched from elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use scraper::Html;
use scraper::node::Element;

use super::{shown, summary};
use crate::problem::Problem;

/// What is wrong with the pages in `destination`, at the lines in `source` that they came from.
pub fn problems(source: &Path, destination: &Path) -> io::Result<Vec<Problem>> {
    let mut pages = BTreeMap::new();
    let mut problems = Vec::new();
    for path in summary::files(destination)? {
        let name = path.strip_prefix(destination).unwrap_or(&path).display().to_string();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => {
                pages.insert(name, Page::read(&fs::read_to_string(&path)?));
            }
            Some("css") => problems.extend(style(&name, &fs::read_to_string(&path)?)),
            _ => {}
        }
    }

    for (name, page) in &pages {
        let origin = Origin::of(name, source);
        let mut wrong = |piece: &str, text: String| problems.push(origin.problem(piece, text));
        if page.directive {
            wrong("{{#", "a directive was not carried out: check its spelling".into());
        }
        for id in &page.twice {
            wrong(id, format!("two elements of the page have the id `{id}`"));
        }
        for address in page.fetched.iter().filter(|address| is_external(address)) {
            wrong(address, format!("{address} is fetched from elsewhere: keep it in the book"));
        }
        if page.playground {
            let why = "mdBook would send this to play.rust-lang.org: set `runnable = false`";
            wrong("```rust", why.into());
        }
        // index.html is a copy of the first page; 404.html may be shown in place of any page.
        if origin.is_page || name == "toc.html" {
            for link in &page.links {
                if let Some(text) = broken(link, name, &pages, destination) {
                    wrong(link, text);
                }
            }
        }
    }
    Ok(problems)
}

/// Why a link of the page `name` is broken, if it is.
fn broken(
    link: &str,
    name: &str,
    pages: &BTreeMap<String, Page>,
    destination: &Path,
) -> Option<String> {
    if is_external(link) || link.starts_with("mailto:") || link.starts_with("data:") {
        return None;
    }
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { name.to_owned() } else { resolve(name, path) };
    let Some(page) = pages.get(&target) else {
        let there = destination.join(&target).is_file();
        return (!there).then(|| format!("the link {link} is broken: there is no file {target}"));
    };
    let moment = fragment.starts_with("t=") && page.replay;
    if fragment.is_empty() || moment || page.ids.contains(fragment) {
        return None;
    }
    Some(format!(
        "the link {link} is broken: {target} has no id `{fragment}`{}",
        page.near(fragment)
    ))
}

/// The path that `path` means on the page `name`.
fn resolve(name: &str, path: &str) -> String {
    let mut parts: Vec<&str> = name.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Whether an address leads to another machine.
fn is_external(address: &str) -> bool {
    ["http:", "https:", "//"].iter().any(|begin| address.starts_with(begin))
}

/// What a style sheet fetches from elsewhere.
fn style(name: &str, css: &str) -> Vec<Problem> {
    let addresses = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    addresses
        .map(|address| address.trim_matches(['"', '\'', ' ']))
        .filter(|address| is_external(address))
        .map(|address| {
            Problem::of(name, format!("{address} is fetched from elsewhere: keep it in the book"))
        })
        .collect()
}

/// Where a page came from.
struct Origin {
    file: String,
    text: String,
    is_page: bool,
}

impl Origin {
    /// The Markdown file of the page `name`, or the page itself if it has none.
    fn of(name: &str, source: &Path) -> Origin {
        let path = source.join(name).with_extension("md");
        match fs::read_to_string(&path) {
            Ok(text) => Origin { file: shown(&path, source), text, is_page: true },
            Err(_) => Origin { file: name.to_owned(), text: String::new(), is_page: false },
        }
    }

    /// A problem at the first line that has `piece`, as it is written in Markdown.
    fn problem(&self, piece: &str, text: String) -> Problem {
        let written = piece.replace(".html", ".md");
        let line =
            self.text.lines().position(|line| line.contains(&written) || line.contains(piece));
        Problem { file: self.file.clone(), line: line.map(|line| line + 1), text }
    }
}

/// What the checks need of a page.
#[derive(Default)]
struct Page {
    ids: BTreeSet<String>,
    /// The ids that more than one element has.
    twice: BTreeSet<String>,
    /// Where the links lead.
    links: BTreeSet<String>,
    /// What a browser fetches by itself.
    fetched: BTreeSet<String>,
    /// Whether there is a code block that mdBook offers to run elsewhere.
    playground: bool,
    /// Whether there is a replay, whose moments links can name.
    replay: bool,
    /// Whether a directive is left in it.
    directive: bool,
}

impl Page {
    fn read(html: &str) -> Page {
        let mut page = Page { directive: html.contains("{{#"), ..Page::default() };
        let document = Html::parse_document(html);
        let elements = document.root_element().descendent_elements();
        elements.for_each(|element| page.element(element.value()));
        page
    }

    fn element(&mut self, element: &Element) {
        let name = element.name();
        for (attribute, value) in element.attrs() {
            let value = value.to_owned();
            match attribute {
                "id" if !self.ids.insert(value.clone()) => {
                    self.twice.insert(value);
                }
                "href" if name == "a" => {
                    self.links.insert(value);
                }
                "src" | "srcset" | "poster" | "data" => {
                    self.fetched.insert(value);
                }
                "href" if name == "link" => {
                    self.fetched.insert(value);
                }
                "class" if name == "pre" && value.split(' ').any(|class| class == "playground") => {
                    self.playground = true;
                }
                _ => {}
            }
        }
        self.replay |= name == "run-replay";
    }

    /// The ids that begin like `fragment`, which may be misspelt.
    fn near(&self, fragment: &str) -> String {
        let begin = fragment.split('-').next().unwrap_or_default();
        let near: Vec<_> =
            self.ids.iter().filter(|id| id.split('-').next() == Some(begin)).collect();
        match near[..] {
            [] => String::new(),
            _ => format!(", but {near:?}"),
        }
    }
}

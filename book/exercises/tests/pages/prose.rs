//! Numbers in prose: each that has more than two digits occurs in something that the same page shows,
//! such as the output of a command. What a run prints may change; then this finds the sentence to edit.

use std::fs;
use std::path::{Path, PathBuf};

/// The pages to check.
const PAGES: &[&str] = &[
    "01-start-here",
    "02-setup",
    "03-the-protocol-by-hand",
    "04-the-node",
    "13-the-real-maelstrom",
    "14-from-go-to-rust",
    "solutions",
];

/// Numbers that no run prints: facts about other programs, and limits that a reader chooses.
const OTHERS: &[(&str, &[&str])] = &[
    // The versions of Rust, Java and Maelstrom are not results.
    ("02-setup", &["1.88"]),
    // Limits of `common`, which its tests hold.
    ("04-the-node", &["10000"]),
    // A release, the limits of Maelstrom's diagram and of `seq-kv`, the nodes written to misbehave, an
    // exponent, and the rate of unique ids.
    ("13-the-real-maelstrom", &["0.2.4", "10000", "200", "1.00", "1000"]),
    // The Go series: what its posts print, and what was measured again.
    ("14-from-go-to-rust", &["23.77", "22.90", "2.0566", "106", "108", "109"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A page: its prose, without links' targets and code, and everything that it shows.
struct Page {
    prose: String,
    shown: String,
}

impl Page {
    fn read(name: &str) -> Page {
        let path = root().join(format!("book/src/{name}.md"));
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut page = Page { prose: String::new(), shown: String::new() };
        let (mut in_code, mut in_directive) = (false, false);
        for line in text.lines() {
            if line.starts_with("```") {
                in_code = !in_code;
            } else if let Some(directive) = line.strip_prefix("{{#") {
                in_directive = true;
                page.show(directive.trim_end_matches("}}"));
            }
            match in_code || in_directive {
                true => page.shown += line,
                false => page.prose += &without_code(line),
            }
            page.prose.push('\n');
            page.shown.push('\n');
            in_directive &= !line.ends_with("}}");
        }
        page
    }

    /// Adds the file that a directive shows.
    fn show(&mut self, directive: &str) {
        let mut words = directive.split_whitespace();
        let path = match (words.next(), words.next()) {
            (Some("mutation"), Some(name)) => {
                format!("book/exercises/snapshots/mutation-{name}.txt")
            }
            (Some(_), Some(path)) => path.split(':').next().unwrap_or(path).to_owned(),
            _ => return,
        };
        let file = fs::read_to_string(root().join(&path));
        self.shown += &file.unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

/// A line of Markdown without `code` and without the targets of its links.
fn without_code(line: &str) -> String {
    let text: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ");
    let mut parts = text.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once(')').map_or(part, |(_, rest)| rest))
}

/// The numbers in a text, without the commas that group digits: `26,561` is `26561`.
fn numbers(text: &str) -> Vec<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == ',';
    let words = text.split(|c: char| !is_part(c)).map(|word| word.trim_matches(['.', ',']));
    let is_number = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
    words.filter(is_number).map(|word| word.replace(',', "")).collect()
}

#[test]
fn numbers_in_prose_occur_in_what_the_page_shows() {
    let mut unknown = vec![];
    for name in PAGES {
        let page = Page::read(name);
        let shown = numbers(&page.shown);
        let others =
            OTHERS.iter().find(|(other, _)| other == name).map_or(&[][..], |(_, list)| list);
        for number in numbers(&page.prose) {
            let digits = number.chars().filter(char::is_ascii_digit).count();
            if digits > 2 && !shown.contains(&number) && !others.contains(&number.as_str()) {
                unknown.push(format!("{name}: {number}"));
            }
        }
    }
    assert!(unknown.is_empty(), "nothing on the page shows these:\n{}", unknown.join("\n"));
}

#[test]
fn numbers_are_found_in_prose_and_not_in_code() {
    let line =
        "On 26,561 of [12 runs](a.md#345), `SEED=866` took 1.51 s, and n103 10.24, 3c 2,000.";
    let found = numbers(&without_code(line));
    assert_eq!(found, ["26561", "12", "1.51", "10.24", "3c", "2000"]);
}

//! The numbers that a page's author has typed: one of more than two digits must occur in something that
//! the page shows, which tests hold, or be in `book/numbers.toml` with the reason why it need not.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

use crate::page::{Directive, Fault, Part};
use crate::problem::Problem;

/// The file with the exceptions, in the book's folder.
const FILE: &str = "numbers.toml";

/// From so many digits on, a number has to be shown.
const DIGITS: usize = 3;

/// The exceptions: a page, a number as it is typed there, and the reason.
pub struct Exceptions {
    pages: BTreeMap<String, BTreeMap<String, String>>,
    used: RefCell<BTreeSet<(String, String)>>,
}

impl Exceptions {
    /// Those of the book in that folder; none if it has no such file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn of_book(book: &Path) -> Result<Exceptions, Problem> {
        let text = match fs::read_to_string(book.join(FILE)) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            Err(error) => return Err(Problem::of(shown(), error.to_string())),
        };
        let pages =
            toml::from_str(&text).map_err(|error| Problem::of(shown(), error.to_string()))?;
        Ok(Exceptions { pages, used: RefCell::default() })
    }

    /// The numbers of `page`, a name without folder and ending, that are neither in `shown`, the texts that
    /// the page shows, nor exceptions.
    pub fn faults(&self, page: &str, parts: &[Part], shown: &[String]) -> Vec<Fault> {
        let typed = typed(parts);
        let commands = typed.commands.iter().map(String::as_str);
        let shown = shown.iter().map(String::as_str).chain(commands);
        let mut known: BTreeSet<String> =
            shown.flat_map(numbers).map(|number| plain(&number)).collect();
        let excepted = self.pages.get(page);
        let is_excepted = |number: &str| excepted.is_some_and(|all| all.contains_key(number));
        let mut faults = vec![];
        for (line, text) in &typed.lines {
            for Sum { terms, value, result } in sums(text) {
                let is_known = |number: &String| {
                    digits(number) < DIGITS || known.contains(&plain(number)) || is_excepted(number)
                };
                if !is_about(value, &result) {
                    faults.push((*line, format!("this sum is {value}, not {result}")));
                } else if terms.iter().all(is_known) {
                    known.insert(plain(&result));
                }
            }
        }
        for (line, text) in typed.lines {
            let large = numbers(&text).into_iter().filter(|number| digits(number) >= DIGITS);
            for number in large.filter(|number| !known.contains(&plain(number))) {
                if is_excepted(&number) {
                    self.used.borrow_mut().insert((page.to_owned(), number));
                } else {
                    let text = format!(
                        "the page shows {number} nowhere else: show what it comes from, or add it to \
                         book/{FILE} with a reason"
                    );
                    faults.push((line, text));
                }
            }
        }
        faults
    }

    /// The exceptions that no page has needed.
    pub fn unused(&self) -> Vec<Problem> {
        let used = self.used.borrow();
        let all =
            self.pages.iter().flat_map(|(page, numbers)| numbers.keys().map(move |n| (page, n)));
        let unused =
            all.filter(|(page, number)| !used.contains(&((*page).clone(), (*number).clone())));
        let words = |(page, number): (&String, &String)| {
            let text = format!("{page}.md does not need the exception {number}: remove it");
            Problem::of(shown(), text)
        };
        unused.map(words).collect()
    }
}

/// The file's path from the repository's root.
fn shown() -> String {
    format!("book/{FILE}")
}

/// What an author has typed on a page.
#[derive(Default)]
struct Typed {
    /// Text and captions, with the numbers of their lines.
    lines: Vec<(usize, String)>,
    /// Commands. Tests run them, so what they say is as good as shown.
    commands: Vec<String>,
}

fn typed(parts: &[Part]) -> Typed {
    let mut typed = Typed::default();
    let mut is_command = false;
    for part in parts {
        match part {
            Part::Line { text, code: true, .. } if text.trim_start().starts_with("```") => {
                is_command = text.trim() == "```sh";
            }
            Part::Line { text, code: true, .. } if is_command => typed.commands.push(text.clone()),
            Part::Line { line, text, .. } => typed.lines.push((*line, without_targets(text))),
            Part::Directive(directive) => typed.lines.extend(captions(directive)),
        }
    }
    typed
}

/// What is typed in a directive: captions. The time before the caption of a replay is where it leads to.
fn captions(directive: &Directive) -> Vec<(usize, String)> {
    let label = directive.words.iter().skip(1).filter(|word| !word.contains('='));
    let label = label.map(String::as_str).collect::<Vec<_>>().join(" ");
    let text =
        |line: &String| line.split_once(' ').map_or(String::new(), |(_, text)| text.to_owned());
    match directive.name.as_str() {
        "picture" => vec![(directive.line, label)],
        "replay" => {
            let lines = directive.lines.iter().map(|(line, text_of)| (*line, text(text_of)));
            [(directive.line, label)].into_iter().chain(lines).collect()
        }
        _ => vec![],
    }
}

/// A line without where its links lead.
fn without_targets(line: &str) -> String {
    static TARGET: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\]\([^)]*\)").expect("an expression"));
    TARGET.replace_all(line, "").into_owned()
}

/// The text of an element: HTML without tags.
pub fn text_of(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in html.split('<') {
        text += piece.split_once('>').map_or(piece, |(_, rest)| rest);
        text.push(' ');
    }
    text.replace("&#10;", "\n").replace("&#123;", "{")
}

/// The numbers in a text, as they are written: `7`, `3.25`, `10,000`. Names such as `n0` have none. A comma
/// before three digits belongs to a number.
fn numbers(text: &str) -> Vec<String> {
    static NUMBER_OR_NAME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"[\pL_]\d[\d.,]*|\d+(,\d{3}\b)*(\.\d+)*").expect("an expression")
    });
    let found = NUMBER_OR_NAME.find_iter(text).map(|found| found.as_str());
    let numbers = found.filter(|found| found.starts_with(|first: char| first.is_ascii_digit()));
    // With two dots it is a version or an address.
    numbers.filter(|number| number.matches('.').count() < 2).map(str::to_owned).collect()
}

/// A sum that is typed out, such as `5 · 4 · 2 = 40`.
struct Sum {
    /// The numbers on its left.
    terms: Vec<String>,
    /// What they come to.
    value: f64,
    /// The number on its right.
    result: String,
}

/// The sums, differences, products and quotients in a line. Those with brackets are left out.
fn sums(line: &str) -> Vec<Sum> {
    let equals = line.match_indices(" = ");
    equals.filter_map(|(place, sign)| sum(&line[..place], &line[place + sign.len()..])).collect()
}

fn sum(before: &str, after: &str) -> Option<Sum> {
    let is_part = |c: char| c.is_ascii_digit() || " ,.+−·/".contains(c);
    let start = before.rfind(|c| !is_part(c)).map_or(0, |place| place + 1);
    let words = before.get(start..)?.trim_start_matches([' ', ',', '.']).split_whitespace();
    let words: Vec<&str> = words.collect();
    let result =
        after.starts_with(|c: char| c.is_ascii_digit()).then(|| numbers(after))?.first()?.clone();
    let number = |word: &str| plain(word).parse::<f64>().ok();
    let (mut total, mut product) = (0.0, number(words.first()?)?);
    for pair in words.get(1..)?.chunks(2) {
        let [operator, word] = pair else { return None };
        let term = number(word)?;
        match *operator {
            "·" => product *= term,
            "/" => product /= term,
            "+" => (total, product) = (total + product, term),
            "−" => (total, product) = (total + product, -term),
            _ => return None,
        }
    }
    let terms = words.iter().step_by(2).map(|word| (*word).to_owned()).collect();
    (words.len() > 1).then_some(Sum { terms, value: total + product, result })
}

/// Whether `value` is that number, rounded to as many decimals.
fn is_about(value: f64, number: &str) -> bool {
    let decimals = number.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let unit = 10_f64.powi(-(decimals as i32));
    plain(number).parse::<f64>().is_ok_and(|number| (value - number).abs() <= 0.5001 * unit)
}

/// A number without the commas between its digits.
fn plain(number: &str) -> String {
    number.replace(',', "")
}

fn digits(number: &str) -> usize {
    number.chars().filter(char::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::{is_about, numbers, sums, text_of, without_targets};

    #[test]
    fn numbers_are_found_as_they_are_written() {
        assert_eq!(numbers("Of 2,642, 0.05 s (n100, 3c)."), ["2,642", "0.05", "3"]);
        assert_eq!(
            numbers("[0,1,2] 1..14 1,234,567.5, 12."),
            ["0", "1", "2", "1", "14", "1,234,567.5", "12"]
        );
        assert_eq!(numbers("\"message\":17,\"at\":-2.5}"), ["17", "2.5"]);
    }

    #[test]
    fn sums_are_calculated() {
        let found = |line: &str| {
            let sums = sums(line).into_iter();
            sums.map(|sum| (sum.value, is_about(sum.value, &sum.result))).collect::<Vec<_>>()
        };
        assert_eq!(
            found("So 5 · 4 · 2 = 40, and 40 · 110 = 4,401."),
            [(40.0, true), (4400.0, false)]
        );
        assert_eq!(found("are 2,200 + 2 · 211 − 20 = 2,602"), [(2602.0, true)]);
        assert_eq!(found("109 / 53 = 2.0566 and n = 5 and x (1 + 2) = 3"), [(109.0 / 53.0, true)]);
    }

    #[test]
    fn where_a_link_leads_is_not_typed_text() {
        assert_eq!(without_targets("See [3b](08-b.md#at-100), 200."), "See [3b, 200.");
    }

    #[test]
    fn tags_are_not_shown() {
        assert_eq!(text_of("<b id=\"a-100\">200</b>&#10;").trim(), "200");
    }
}

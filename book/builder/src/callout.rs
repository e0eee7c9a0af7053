//! Callouts: numbers in a listing, each linked to its explanation in a list below, and back.

use crate::html;
use crate::page::Fault;

/// The numbers, in order. A listing has at most this many.
const NUMBERS: &str = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";

/// A number, and the piece of code whose line it marks.
pub struct Callout {
    line: usize,
    number: usize,
    piece: String,
}

/// The callouts of a directive: lines such as `① while node.rpc`.
///
/// # Errors
/// The first line that is not a callout, or whose number does not follow the previous one.
pub fn parse(lines: &[(usize, String)]) -> Result<Vec<Callout>, Fault> {
    let mut callouts: Vec<Callout> = Vec::new();
    for (line, text) in lines {
        let Some((number, piece)) = numbered(text).filter(|(_, piece)| !piece.is_empty()) else {
            let why = "is not a callout: write a number and a piece of the code's line";
            return Err((*line, format!("`{text}` {why}, such as `① while node.rpc`")));
        };
        if callouts.last().is_some_and(|last| number != last.number + 1) {
            return Err((*line, out_of_order(number)));
        }
        callouts.push(Callout { line: *line, number, piece: piece.to_owned() });
    }
    Ok(callouts)
}

/// What is wrong with a number that does not follow the previous one.
pub fn out_of_order(number: usize) -> String {
    format!("{} comes out of order: callouts count ①, ②, ③ and so on", glyph(number))
}

/// The callouts of each of `lines`, as HTML to put at its end, in a comment that begins with `comment`.
/// `listing` is the number of the listing on its page; `may_hold` says which lines may have a callout.
///
/// # Errors
/// The first callout whose piece of code is in no line or in more than one.
pub fn place(
    callouts: &[Callout],
    listing: usize,
    lines: &[&str],
    comment: &str,
    may_hold: impl Fn(usize) -> bool,
) -> Result<Vec<String>, Fault> {
    let mut ends = vec![String::new(); lines.len()];
    for Callout { line, number, piece } in callouts {
        let holds = |index: &usize| may_hold(*index) && lines[*index].contains(piece.as_str());
        let found: Vec<_> = (0..lines.len()).filter(holds).collect();
        let [index] = found[..] else {
            let lines = match found.len() {
                0 => "none".to_owned(),
                count => count.to_string(),
            };
            let number = glyph(*number);
            let why = format!(
                "{number} {piece}: {lines} of the lines shown here have this piece of code; \
                 exactly one must"
            );
            return Err((*line, why));
        };
        let end = &mut ends[index];
        if end.is_empty() {
            end.push(' ');
            end.push_str(comment);
        }
        end.push(' ');
        end.push_str(&link("code", "note", listing, *number, "the explanation of this line"));
    }
    Ok(ends)
}

/// A list item that explains a callout: how it begins, its number, and its text.
pub fn list_item(text: &str) -> Option<(&str, usize, &str)> {
    let marker = text.len() - text.trim_start().trim_start_matches("- ").len();
    let (begin, rest) = text.split_at(marker);
    let (number, rest) = numbered(rest)?;
    begin.ends_with("- ").then_some((begin, number, rest))
}

/// The number of an item in the list, linked to its line in the listing.
pub fn note(listing: usize, number: usize) -> String {
    link("note", "code", listing, number, "the line that this explains")
}

/// A number as it is written on a page.
pub fn glyph(number: usize) -> char {
    NUMBERS.chars().nth(number - 1).unwrap_or('?')
}

/// Several numbers as they are written on a page: `①②`.
pub fn glyphs(numbers: &[usize]) -> String {
    numbers.iter().map(|number| glyph(*number)).collect()
}

/// The numbers of the lines that begin with one, whether or not they are correct.
pub fn written(lines: &[(usize, String)]) -> Vec<usize> {
    lines.iter().filter_map(|(_, text)| numbered(text)).map(|(number, _)| number).collect()
}

/// A text that begins with a number: the number, and the rest without space around it.
fn numbered(text: &str) -> Option<(usize, &str)> {
    let first = text.chars().next()?;
    let number = NUMBERS.chars().position(|glyph| glyph == first)? + 1;
    Some((number, text[first.len_utf8()..].trim()))
}

/// A number that links from its place `here` to its place `there`.
fn link(here: &str, there: &str, listing: usize, number: usize, title: &str) -> String {
    format!(
        "<a class=\"callout\" id=\"{here}-{listing}-{number}\" href=\"#{there}-{listing}-{number}\" \
         title=\"{}\" data-number=\"{number}\">{}</a>",
        html::attribute(title),
        glyph(number)
    )
}

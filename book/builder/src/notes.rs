//! The lists that explain callouts, and whether each explains the callouts of the listing above it.

use crate::callout;
use crate::page::{Directive, Fault};

/// The callouts of a page, followed from top to bottom.
#[derive(Default)]
pub struct Notes {
    /// The latest listing, whose list comes next.
    listing: Option<Listing>,
    faults: Vec<Fault>,
}

/// A listing with callouts.
struct Listing {
    line: usize,
    /// Its number among the page's figures, which is part of its links.
    figure: usize,
    callouts: Vec<usize>,
    /// The numbers that the list has explained so far.
    notes: Vec<usize>,
}

impl Notes {
    /// Takes in a directive, the page's figure number `figure`.
    pub fn directive(&mut self, directive: &Directive, figure: usize) {
        let callouts = callout::written(&directive.lines);
        let Some(first) = callouts.first() else { return };
        let line = directive.line;
        let last = self.listing.as_ref().and_then(|listing| listing.callouts.last()).unwrap_or(&0);
        // A listing begins with ①, or continues the numbers of the previous one.
        if *first != 1 && *first != last + 1 {
            self.faults.push((line, callout::out_of_order(*first)));
        }
        let next = Listing { line, figure, callouts, notes: Vec::new() };
        self.faults.extend(self.listing.replace(next).and_then(Listing::fault));
    }

    /// Takes in a line of text, and gives it as the page shows it: with a link if it explains a callout.
    pub fn line(&mut self, line: usize, text: &str) -> String {
        let Some((begin, number, rest)) = callout::list_item(text) else { return text.to_owned() };
        let Some(listing) = &mut self.listing else {
            let glyph = callout::glyph(number);
            let why = format!("{glyph} explains a callout, but no listing above has one");
            self.faults.push((line, why));
            return text.to_owned();
        };
        listing.notes.push(number);
        format!("{begin}{} {rest}", callout::note(listing.figure, number))
    }

    /// What is wrong with the whole page. Call it after the last line.
    pub fn faults(mut self) -> Vec<Fault> {
        self.faults.extend(self.listing.and_then(Listing::fault));
        self.faults
    }
}

impl Listing {
    /// What is wrong, if the list does not explain exactly the listing's callouts.
    fn fault(self) -> Option<Fault> {
        if self.callouts == self.notes {
            return None;
        }
        let list = match self.notes[..] {
            [] => "no list below explains them".to_owned(),
            _ => format!("the list below explains {}", callout::glyphs(&self.notes)),
        };
        let callouts = callout::glyphs(&self.callouts);
        let why =
            format!("the callouts are {callouts}, but {list}: write an item `- ① …` for each");
        Some((self.line, why))
    }
}

//! The preprocessor: every directive of every page replaced by its HTML.

use std::path::Path;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::callout;
use crate::check::Commands;
use crate::directive::{self, Figure};
use crate::page::{self, Fault, Part};
use crate::problem::{Problem, Problems};
use crate::repository::Repository;

/// The preprocessor of this crate, under the name it has in `book.toml`.
pub struct Directives;

impl Preprocessor for Directives {
    fn name(&self) -> &str {
        "book-builder"
    }

    fn run(
        &self,
        context: &PreprocessorContext,
        mut book: Book,
    ) -> mdbook_preprocessor::errors::Result<Book> {
        let repository = Repository::of_book(&context.root);
        let source = context.root.join(&context.config.book.src);
        let commands = Commands::of(&repository);
        let mut problems = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            let Some(path) = &chapter.source_path else { return };
            let file = crate::check::shown(&source.join(path), &source);
            let folder = source.join(path).with_file_name("");
            let (text, faults) = page(&chapter.content, &folder, &repository, &commands);
            problems.extend(faults.into_iter().map(|(line, text)| Problem::at(&file, line, text)));
            chapter.content = text;
        });
        Problems::none_or(problems)?;
        Ok(book)
    }

    /// Directives become HTML, and that is what mdBook's own renderer is for.
    fn supports_renderer(&self, renderer: &str) -> mdbook_preprocessor::errors::Result<bool> {
        Ok(renderer == "html")
    }
}

/// A page in `folder` with its directives carried out, and what is wrong with it.
fn page(
    page: &str,
    folder: &Path,
    repository: &Repository,
    commands: &Commands,
) -> (String, Vec<Fault>) {
    let (parts, mut faults) = page::parts(page, directive::NAMES);
    faults.extend(commands.faults(&parts));
    faults.extend(directive::includes(&parts, folder));

    let mut page = String::new();
    let mut figures = 0;
    let mut has_player = false;
    let mut explained: Option<Explained> = None;
    for part in parts {
        match part {
            Part::Line { line, text, code } => {
                let item = callout::list_item(&text).filter(|_| !code);
                match (item, &mut explained) {
                    (Some((begin, number, rest)), Some(explained)) => {
                        explained.notes.push(number);
                        let note = callout::note(explained.figure, number);
                        page.push_str(&format!("{begin}{note} {rest}"));
                    }
                    (Some((_, number, _)), None) => faults.push((
                        line,
                        format!(
                            "{} explains a callout, but no listing above has one",
                            callout::glyph(number)
                        ),
                    )),
                    (None, _) => page.push_str(&text),
                }
                page.push('\n');
            }
            Part::Directive(directive) => {
                figures += 1;
                match directive::carry_out(&directive, repository, figures) {
                    Ok(Figure { html, callouts, is_replay }) => {
                        if is_replay && !has_player {
                            page.push_str(&format!("\n{}\n", directive::player()));
                            has_player = true;
                        }
                        // On a line of its own, so that Markdown begins an HTML block here.
                        page.push_str(&format!("\n{}{html}\n\n", directive.indent));
                        if !callouts.is_empty() {
                            let notes = Vec::new();
                            let line = directive.line;
                            let next = Explained { line, figure: figures, callouts, notes };
                            faults.extend(explained.replace(next).and_then(|last| last.fault()));
                        }
                    }
                    Err(fault) => faults.push(fault),
                }
            }
        }
    }
    faults.extend(explained.and_then(|last| last.fault()));
    (page, faults)
}

/// A listing with callouts, and the numbers that the list below explains.
struct Explained {
    line: usize,
    figure: usize,
    callouts: Vec<usize>,
    notes: Vec<usize>,
}

impl Explained {
    /// What is wrong, if the list does not explain exactly the listing's callouts.
    fn fault(self) -> Option<Fault> {
        if self.callouts == self.notes {
            return None;
        }
        let list = match self.notes[..] {
            [] => "no list below explains them".to_owned(),
            _ => format!("the list below explains {}", callout::glyphs(self.notes)),
        };
        let callouts = callout::glyphs(self.callouts);
        Some((
            self.line,
            format!("the callouts are {callouts}, but {list}: write an item `- ① …` for each"),
        ))
    }
}

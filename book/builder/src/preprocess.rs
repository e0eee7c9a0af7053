//! The preprocessor: replaces every directive of every page by its HTML.

use std::path::Path;

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::check::Commands;
use crate::directive;
use crate::notes::Notes;
use crate::page::{self, Fault, Part};
use crate::problem::{Problem, Problems};
use crate::repository::Repository;

/// The preprocessor that `book.toml` calls `book-builder`.
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

    /// Only HTML: that is what directives become.
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
    let mut notes = Notes::default();
    let mut figures = 0;
    let mut has_player = false;
    for part in parts {
        match part {
            Part::Line { text, code: true, .. } => page.push_str(&text),
            Part::Line { line, text, .. } => page.push_str(&notes.line(line, &text)),
            Part::Directive(directive) => {
                figures += 1;
                notes.directive(&directive, figures);
                match directive::carry_out(&directive, repository, figures) {
                    Ok(html) => {
                        if directive.name == "replay" && !has_player {
                            page.push_str(&format!("\n{}\n", directive::player()));
                            has_player = true;
                        }
                        // On a line of its own, so that Markdown starts an HTML block here.
                        page.push_str(&format!("\n{}{html}\n", directive.indent));
                    }
                    Err(fault) => faults.push(fault),
                }
            }
        }
        page.push('\n');
    }
    faults.extend(notes.faults());
    (page, faults)
}

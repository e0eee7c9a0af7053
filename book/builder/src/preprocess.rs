//! The preprocessor: replaces every directive of every page by its HTML.

use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};

use crate::check::{Commands, Exceptions, text_of};
use crate::directive;
use crate::notes::Notes;
use crate::page::{self, Directive, Fault, Part};
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
        let mut commands = Commands::of(&repository);
        let mut problems = Vec::new();
        let exceptions = Exceptions::of_book(&context.root).map_err(Problems::from)?;
        book.for_each_chapter_mut(|chapter| {
            let Some(path) = &chapter.source_path else { return };
            let file = crate::check::shown(&source.join(path), &source);
            let folder = source.join(path).with_file_name("");
            let (parts, mut faults) = page::parts(&chapter.content, directive::NAMES);
            faults.extend(commands.faults(&parts));
            faults.extend(directive::includes(&parts, &folder));
            let page = Page::of(&parts, &repository);
            faults.extend(page.faults);
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            faults.extend(exceptions.faults(&name, &parts, &page.shown));
            problems.extend(faults.into_iter().map(|(line, text)| Problem::at(&file, line, text)));
            chapter.content = page.text;
        });
        problems.extend(exceptions.unused());
        Problems::none_or(problems)?;
        Ok(book)
    }

    /// Only HTML: that is what directives become.
    fn supports_renderer(&self, renderer: &str) -> mdbook_preprocessor::errors::Result<bool> {
        Ok(renderer == "html")
    }
}

/// A page with its directives carried out.
#[derive(Default)]
struct Page {
    text: String,
    /// The texts that its directives show, without what the page's author has typed.
    shown: Vec<String>,
    /// What is wrong with it.
    faults: Vec<Fault>,
}

impl Page {
    fn of(parts: &[Part], repository: &Repository) -> Page {
        let mut page = Page::default();
        let mut notes = Notes::default();
        let mut figures = 0;
        let mut has_player = false;
        for part in parts {
            match part {
                Part::Line { text, code: true, .. } => page.text.push_str(text),
                Part::Line { line, text, .. } => page.text.push_str(&notes.line(*line, text)),
                Part::Directive(directive) => {
                    figures += 1;
                    notes.directive(directive, figures);
                    match directive::carry_out(directive, repository, figures) {
                        Ok(html) => {
                            page.shown.push(shown_by(directive, &html, repository));
                            if directive.name == "replay" && !has_player {
                                page.text.push_str(&format!("\n{}\n", directive::player()));
                                has_player = true;
                            }
                            // On a line of its own, so that Markdown starts an HTML block here.
                            page.text.push_str(&format!("\n{}{html}\n", directive.indent));
                        }
                        Err(fault) => page.faults.push(fault),
                    }
                }
            }
            page.text.push('\n');
        }
        page.faults.extend(notes.faults());
        page
    }
}

/// What a reader sees of a directive. Captions are left out: they are typed.
fn shown_by(directive: &Directive, html: &str, repository: &Repository) -> String {
    match directive.name.as_str() {
        "picture" => {
            let file = directive.words.first().and_then(|path| repository.read(path).ok());
            text_of(&file.unwrap_or_default())
        }
        "replay" => String::new(),
        _ => text_of(html),
    }
}

//! The tests of the book's builder: one program, linked once.

mod book;
mod checks;
mod directives;
mod made_up;
mod preprocessor;
mod serve;

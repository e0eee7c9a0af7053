//! The tests of the book's builder, in one program that is linked once.

mod book;
mod checks;
mod directives;
mod made_up;
mod preprocessor;
mod serve;

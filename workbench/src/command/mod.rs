//! What a person types, besides runs: stages of their own.

mod name;
pub mod new;
pub mod remove;

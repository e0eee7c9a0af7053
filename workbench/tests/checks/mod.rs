//! The checks and the results of hand-made runs.

mod counter;
mod examples;
mod explain;
mod history_files;
mod reference;
mod results;
mod rules;
mod run;
mod set_full;
mod summary;

//! What the book shows, as tested code: the runs of its pages, mutations of the stages, and the
//! solutions of the exercises. `tests/pages` makes every snapshot in `snapshots/` again and compares.

#![warn(missing_docs)]

pub mod make;
pub mod mutations;
pub mod shapes;
pub mod solutions;

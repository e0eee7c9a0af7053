//! What the book shows, as tested code: the runs on its pages, mutations of the stages, and solutions
//! to the exercises. `tests/pages` recreates every snapshot in `snapshots/` and compares.

#![warn(missing_docs)]

pub mod make;
pub mod mutations;
pub mod pauses;
pub mod shapes;
pub mod solutions;

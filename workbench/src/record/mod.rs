//! What a run leaves behind: its operations, its messages, its partitions, and the folder they go to.

pub mod carried;
pub mod elements;
pub mod faults;
pub mod history;
pub mod journal;
pub mod partitions;
pub mod recording;
pub mod spread;
pub mod store;

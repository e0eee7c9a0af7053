//! What a run leaves behind: operations, messages, partitions, and the folder for its files.

pub mod edn;
pub mod history;
pub(crate) mod invalid_output;
pub mod jepsen;
pub mod journal;
pub mod partitions;
pub(crate) mod propagation;
pub mod recording;
pub mod store;
pub mod value_set;
pub(crate) mod values_in;

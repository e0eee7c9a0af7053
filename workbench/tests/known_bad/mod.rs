//! Nodes that each break one promise, and how the workbench judges them; and unusual correct ones.

pub mod broadcast;
mod counters;
mod echo;
mod ids;
mod last_read;
mod protocol;
mod storms;
mod table;

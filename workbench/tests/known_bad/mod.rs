//! Nodes that break one promise each, and what the bench says of them; and odd ones that break none.

mod broadcast;
mod counters;
mod echo;
mod ids;
mod luck;
mod protocol;
mod storms;
mod table;

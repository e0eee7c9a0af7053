//! Nodes that make ids, unique over the whole cluster, without a word to each other.

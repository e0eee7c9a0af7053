//! Broadcast, part 3b: many nodes that pass on what is new to them.

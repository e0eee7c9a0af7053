//! Broadcast, part 3a: one node that remembers what it is told.

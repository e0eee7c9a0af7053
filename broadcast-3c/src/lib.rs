//! Broadcast, part 3c: nodes that repeat themselves until they are heard.

//! A node that answers every message with its own words.

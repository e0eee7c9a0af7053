//! One Maelstrom node: what every stage shares.

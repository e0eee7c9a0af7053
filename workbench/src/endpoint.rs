//! Either end of a message.

/// Either end of a message. [`NodeNames`](crate::names::NodeNames) knows what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// A node, by index.
    Node(usize),
    /// A client, by number.
    Client(u64),
}

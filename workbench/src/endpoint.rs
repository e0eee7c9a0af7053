//! Either end of a message.

use crate::service::Service;

/// Either end of a message. [`NodeNames`](crate::names::NodeNames) knows what it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Endpoint {
    /// A node, by index.
    Node(usize),
    /// A client, by number.
    Client(u64),
    /// A service that the workbench offers nodes.
    Service(Service),
}

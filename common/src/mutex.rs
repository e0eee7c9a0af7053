//! A mutex that a panic does not poison.

use std::sync::{MutexGuard, PoisonError};

/// The standard library's mutex, except that [`lock`](Mutex::lock) returns the guard itself.
///
/// A handler that panics while it holds the lock leaves the value as it is. The standard mutex would
/// be poisoned and fail every later lock: the node would look alive, but answer nothing.
///
/// Lock briefly. A guard cannot be held across an `.await`, because a handler may continue on another
/// thread, and the compiler says so:
///
/// ```compile_fail
/// # use common::{Handler, Mutex, Node, Result};
/// # use serde_json::Value;
/// # use std::time::Duration;
/// # struct Server { node: Node, count: Mutex<u64> }
/// # impl Handler for Server {
/// #     type Request = Value;
/// #     type Response = Value;
/// #     fn init(node: Node) -> Self { Server { node, count: Mutex::new(0) } }
/// async fn handle(&self, request: Value) -> Result<Value> {
///     let mut count = self.count.lock();
///     let reply = self.node.rpc("n2", &request, Duration::from_secs(1)).await?;
///     *count += 1; // error: `MutexGuard` cannot be sent between threads safely
///     Ok(reply)
/// }
/// # }
/// ```
///
/// Lock after the wait:
///
/// ```
/// # use common::{Handler, Mutex, Node, Result};
/// # use serde_json::Value;
/// # use std::time::Duration;
/// # struct Server { node: Node, count: Mutex<u64> }
/// # impl Handler for Server {
/// #     type Request = Value;
/// #     type Response = Value;
/// #     fn init(node: Node) -> Self { Server { node, count: Mutex::new(0) } }
/// async fn handle(&self, request: Value) -> Result<Value> {
///     let reply = self.node.rpc("n2", &request, Duration::from_secs(1)).await?;
///     *self.count.lock() += 1;
///     Ok(reply)
/// }
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    /// A mutex around `value`.
    pub const fn new(value: T) -> Mutex<T> {
        Mutex(std::sync::Mutex::new(value))
    }

    /// Locks the value, blocking the thread until it is free, until the guard is dropped. Never fails.
    ///
    /// A thread that already holds the guard must not lock again: it would deadlock.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

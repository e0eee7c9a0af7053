//! A mutex that a panic does not poison.

use std::sync::{MutexGuard, PoisonError};

/// The standard library's mutex, but that [`lock`](Mutex::lock) gives the guard itself.
///
/// A handler that panics while it holds the lock leaves the value as it is. The standard mutex
/// would refuse every lock from then on: a poisoned mutex is a node that only seems to live on.
///
/// Lock briefly. A guard cannot be held across an `.await`, because a handler may go on in another
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
/// Lock when the waiting is over:
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

    /// Waits for the value and gives it until the guard is dropped. Never fails.
    ///
    /// A thread that already holds the guard must not lock again: it would wait for itself.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

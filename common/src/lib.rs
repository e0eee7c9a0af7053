//! One Maelstrom node: what every stage shares.
//!
//! A server implements [`Handler`], and [`run`] makes it a process that speaks the Maelstrom
//! protocol on stdin and stdout. This one adds up what it receives:
//!
//! ```no_run
//! use common::{Handler, Mutex, Node, Result};
//! use serde::{Deserialize, Serialize};
//!
//! struct Server {
//!     count: Mutex<u64>,
//! }
//!
//! #[derive(Deserialize)]
//! #[serde(tag = "type", rename_all = "snake_case")]
//! enum Request {
//!     Add { amount: u64 },
//! }
//!
//! #[derive(Serialize)]
//! #[serde(tag = "type", rename_all = "snake_case")]
//! enum Response {
//!     AddOk { sum: u64 },
//! }
//!
//! impl Handler for Server {
//!     type Request = Request;
//!     type Response = Response;
//!
//!     fn init(_node: Node) -> Self {
//!         Server { count: Mutex::new(0) }
//!     }
//!
//!     async fn handle(&self, request: Request) -> Result<Response> {
//!         let Request::Add { amount } = request;
//!         let mut count = self.count.lock();
//!         *count += amount;
//!         Ok(Response::AddOk { sum: *count })
//!     }
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     common::run::<Server>()
//! }
//! ```

#![warn(missing_docs)]

mod catch_panic;
mod error;
mod excerpt;
mod lines;
mod message;
mod message_id;
mod mutex;
mod node;
mod outbox;
mod request;
mod serve;
mod server;
mod stdio;

pub use error::{Error, ErrorCode, Result};
pub use excerpt::{excerpt, excerpt_of};
pub use lines::{LONGEST_LINE, Lines};
pub use message::{Header, Message};
pub use message_id::MessageId;
pub use mutex::Mutex;
pub use node::{Handler, Node};
pub use outbox::Output;
pub use serve::serve;
pub use stdio::{run, serve_streams};

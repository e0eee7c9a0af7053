//! A server as the node's loop sees it, whatever its request and response types.
//!
//! Only the code in this file is compiled once per server; the loop is compiled once.

use std::pin::Pin;
use std::sync::Arc;

use crate::catch_panic::{Panic, catch_panic_async};
use crate::outbox::Outbox;
use crate::request::{self, Request};
use crate::{Error, ErrorCode, Handler, Message, Node, Result};

/// A request that is being handled. The future ends once the request is answered.
pub type Handling = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A [`Handler`] with its types erased.
pub trait Server: Send + Sync {
    /// Starts to handle the request in `line`. Returns `None` if the line is anything else.
    fn begin_line(self: Arc<Self>, line: &[u8], outbox: &Outbox) -> Option<Handling>;

    /// Starts to handle a message that is known to be a request. Fails as [`request::read`] does.
    fn begin(self: Arc<Self>, message: &Message, outbox: &Outbox) -> Result<Handling>;
}

/// Creates a server of type `H`.
pub fn init<H: Handler>(node: Node) -> Arc<dyn Server> {
    Arc::new(H::init(node))
}

impl<H: Handler> Server for H {
    fn begin_line(self: Arc<Self>, line: &[u8], outbox: &Outbox) -> Option<Handling> {
        request::read_line(line).map(|request| handle(self, request, outbox.clone()))
    }

    fn begin(self: Arc<Self>, message: &Message, outbox: &Outbox) -> Result<Handling> {
        request::read(message).map(|request| handle(self, request, outbox.clone()))
    }
}

fn handle<H: Handler>(
    handler: Arc<H>,
    request: Message<Request<H::Request>>,
    outbox: Outbox,
) -> Handling {
    let Message { src, dest, body: Request { msg_id, fields } } = request;
    let request = Message { src, dest, body: () };
    Box::pin(async move {
        let handled = catch_panic_async(async {
            let response = handler.handle_from(&request.src, fields).await?;
            outbox.reply(&request, msg_id.as_ref(), &response)
        });
        let result = handled.await;
        let result = result.unwrap_or_else(|panic| Err(panicked("handler", panic, &outbox)));
        if let Err(error) = result {
            outbox.refuse(&request, msg_id.as_ref(), &error);
        }
    })
}

/// Logs a panic and turns it into an error.
pub fn panicked(what: &str, panic: Panic, outbox: &Outbox) -> Error {
    outbox.log(format!("the {what} {panic}"));
    Error::new(ErrorCode::Crash, format!("the {what} panicked: {}", panic.message))
}

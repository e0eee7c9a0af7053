//! Panics, caught where they happen, so that one request never ends the node.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// Calls `function`; if it panics, gives what the panic said.
pub fn caught<T>(function: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(function)).map_err(words)
}

/// Awaits `future`; if it panics, gives what the panic said.
pub async fn caught_async<F: Future>(future: F) -> Result<F::Output, String> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match caught(|| future.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(words) => Poll::Ready(Err(words)),
    })
    .await
}

/// `panic!` gives a `&str` or a `String`; anything else has no words.
fn words(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => payload.downcast_ref::<&str>().unwrap_or(&"without a word").to_string(),
    }
}

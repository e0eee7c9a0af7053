//! Catches panics, so that one request never ends the node.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

/// A panic that was caught.
pub struct Panic {
    /// The message that it was raised with.
    pub message: String,
    /// Where it happened: file, line and column.
    location: Option<String>,
}

/// `panicked at src/lib.rs:7:13: no luck`, without a backtrace.
impl fmt::Display for Panic {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let location = self.location.as_deref().unwrap_or("an unknown place");
        write!(formatter, "panicked at {location}: {}", self.message)
    }
}

thread_local! {
    /// Whether this thread is inside [`catch_panic`].
    static IS_CATCHING: Cell<bool> = const { Cell::new(false) };
    /// The location of the panic that is about to be caught.
    static LOCATION: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `function`. If it panics, returns the panic and prints nothing: the caller knows which log it
/// belongs to.
pub fn catch_panic<T>(function: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !keep_location(panic) {
                usual(panic)
            }
        }));
    });
    let was_catching = IS_CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(function));
    IS_CATCHING.set(was_catching);
    result.map_err(|payload| Panic { message: message(payload), location: LOCATION.take() })
}

/// Awaits `future`. If it panics, returns the panic, as [`catch_panic`] does.
pub async fn catch_panic_async<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match catch_panic(|| future.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// Keeps the location of a panic if this thread is about to catch it. Returns whether it is.
fn keep_location(panic: &PanicHookInfo) -> bool {
    if IS_CATCHING.get() {
        LOCATION.set(panic.location().map(ToString::to_string));
    }
    IS_CATCHING.get()
}

/// `panic!` gives a `&str` or a `String`; any other payload has no message.
fn message(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload.downcast_ref::<&str>().unwrap_or(&"without a word").to_string(),
    }
}

//! Panics, caught where they happen, so that one request never ends the node.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

/// A panic that was caught.
pub struct Panic {
    /// What it said.
    pub words: String,
    /// Where it happened: a file, a line and a column.
    place: Option<String>,
}

/// `panicked at src/lib.rs:7:13: no luck`, without a backtrace, which no reader of a log asked for.
impl fmt::Display for Panic {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let place = self.place.as_deref().unwrap_or("an unknown place");
        write!(formatter, "panicked at {place}: {}", self.words)
    }
}

thread_local! {
    /// Whether this thread is inside of `caught`.
    static IS_CATCHING: Cell<bool> = const { Cell::new(false) };
    /// The place of the panic that is about to be caught.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Calls `function`; if it panics, gives the panic, and Rust prints nothing: whoever catches it
/// knows whose log it belongs to.
pub fn caught<T>(function: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if !keep_place(panic) {
                usual(panic)
            }
        }));
    });
    let was_catching = IS_CATCHING.replace(true);
    let result = catch_unwind(AssertUnwindSafe(function));
    IS_CATCHING.set(was_catching);
    result.map_err(|payload| Panic { words: words(payload), place: PLACE.take() })
}

/// Awaits `future`; if it panics, gives the panic, as [`caught`] does.
pub async fn caught_async<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match caught(|| future.as_mut().poll(context)) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

/// Keeps the place of a panic for whoever will catch it. Gives false if that is nobody here.
fn keep_place(panic: &PanicHookInfo) -> bool {
    if IS_CATCHING.get() {
        PLACE.set(panic.location().map(ToString::to_string));
    }
    IS_CATCHING.get()
}

/// `panic!` gives a `&str` or a `String`; anything else has no words.
fn words(payload: Box<dyn Any + Send>) -> String {
    match payload.downcast::<String>() {
        Ok(words) => *words,
        Err(payload) => payload.downcast_ref::<&str>().unwrap_or(&"without a word").to_string(),
    }
}

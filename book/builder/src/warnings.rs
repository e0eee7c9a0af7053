//! Collects what mdBook only warns about, such as an unclosed HTML tag, so that it can fail the build.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use crate::problem::Problem;

/// Runs `work`. Gives its result, and the warnings and errors that mdBook logged meanwhile.
pub fn collect<T>(work: impl FnOnce() -> T) -> (T, Vec<Problem>) {
    let collector = Collector::default();
    let texts = collector.texts.clone();
    let result = tracing::subscriber::with_default(collector, work);
    let texts = std::mem::take(&mut *texts.lock().unwrap_or_else(PoisonError::into_inner));
    (result, texts.into_iter().map(|text| Problem::of("mdBook", text)).collect())
}

/// Listens for mdBook's warnings and errors.
#[derive(Default)]
struct Collector {
    texts: Arc<Mutex<Vec<String>>>,
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        self.texts.lock().unwrap_or_else(PoisonError::into_inner).push(message.0);
    }

    // Spans do not matter here.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// The message of an event.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // Writing to a string cannot fail.
            let _ = write!(self.0, "{value:?}");
        }
    }
}

//! The wish of somebody who presses Ctrl-C: that a run end early.

use std::future::pending;

use tokio::sync::mpsc;

/// Hears of such wishes, however many there are.
#[derive(Debug)]
pub struct Interrupt(mpsc::Receiver<()>);

impl Interrupt {
    /// Hears of every wish that is sent.
    pub fn new(wishes: mpsc::Receiver<()>) -> Interrupt {
        Interrupt(wishes)
    }

    /// Never hears of any.
    pub fn never() -> Interrupt {
        Interrupt(mpsc::channel(1).1)
    }

    /// Waits for the next wish. No wish is lost if the future is dropped before.
    pub async fn wished(&mut self) {
        if self.0.recv().await.is_none() {
            // There is nobody left who could wish for anything.
            pending().await
        }
    }
}

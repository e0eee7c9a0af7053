//! Ctrl-C, and the other signals that ask a run to end early.

use std::future::pending;
use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

use crate::error::Error;

/// Receives each request to end early.
#[derive(Debug)]
pub struct CtrlC(mpsc::Receiver<()>);

impl CtrlC {
    /// Receives the signals of Ctrl-C, `kill` and a closing terminal.
    ///
    /// Fails if the operating system refuses.
    pub fn of_process() -> Result<CtrlC, Error> {
        CtrlC::listen()
            .map_err(|source| Error::System { doing: "listen for Ctrl-C".into(), source })
    }

    fn listen() -> io::Result<CtrlC> {
        // A runtime of its own, because the clock of a simulation's runtime is paused.
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let listening = runtime.enter();
        let mut ctrl_c = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        drop(listening);
        let (sender, requests) = mpsc::channel(1);
        let listen = async move {
            loop {
                tokio::select! {
                    _ = ctrl_c.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {}
                }
                // One pending request is enough.
                let _ = sender.try_send(());
            }
        };
        thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(listen))?;
        Ok(CtrlC(requests))
    }

    /// Receives nothing, ever.
    pub fn never() -> CtrlC {
        CtrlC(mpsc::channel(1).1)
    }

    /// Whether there is a request; takes it.
    pub fn is_pressed(&mut self) -> bool {
        self.0.try_recv().is_ok()
    }

    /// Waits for the next request. Dropping the future loses none.
    pub async fn pressed(&mut self) {
        if self.0.recv().await.is_none() {
            // The senders are gone.
            pending().await
        }
    }
}

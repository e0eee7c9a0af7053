//! The wish of somebody who presses Ctrl-C: that a run end early.

use std::future::pending;
use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;

/// Hears of such wishes, however many there are.
#[derive(Debug)]
pub struct CtrlC(mpsc::Receiver<()>);

impl CtrlC {
    /// Hears of every wish that is sent.
    pub fn new(wishes: mpsc::Receiver<()>) -> CtrlC {
        CtrlC(wishes)
    }

    /// Hears of it when the process is told to end: by Ctrl-C, by `kill`, or by a closing terminal.
    ///
    /// Fails if the operating system does not let it listen.
    pub fn of_process() -> io::Result<CtrlC> {
        // A runtime of its own: that of a simulation has a clock that stands still.
        let runtime = Builder::new_current_thread().enable_io().build()?;
        let listening = runtime.enter();
        let mut ctrl_c = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        drop(listening);
        let (sender, wishes) = mpsc::channel(1);
        let listen = async move {
            loop {
                tokio::select! {
                    _ = ctrl_c.recv() => {}
                    _ = terminate.recv() => {}
                    _ = hangup.recv() => {}
                }
                // A wish that waits to be heard is enough.
                let _ = sender.try_send(());
            }
        };
        thread::Builder::new().name("signals".into()).spawn(move || runtime.block_on(listen))?;
        Ok(CtrlC(wishes))
    }

    /// Never hears of any.
    pub fn never() -> CtrlC {
        CtrlC(mpsc::channel(1).1)
    }

    /// Whether there is a wish that nobody has dealt with yet; from now on, somebody has.
    pub fn is_pressed(&mut self) -> bool {
        self.0.try_recv().is_ok()
    }

    /// Waits for the next wish. No wish is lost if the future is dropped before.
    pub async fn pressed(&mut self) {
        if self.0.recv().await.is_none() {
            // There is nobody left who could wish for anything.
            pending().await
        }
    }
}

//! A channel for the events of nodes, bounded in bytes: a node that sends more must wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::NodeEvent;

/// How many bytes may wait to be received; one line of any length always fits.
const MAX_BUFFERED_BYTES: usize = 32 * 1024 * 1024;

/// What an event takes besides its text.
const OVERHEAD_BYTES: usize = 256;

type Waiting = (NodeEvent, Option<OwnedSemaphorePermit>);

/// Creates a channel.
pub fn channel() -> (Sender, Receiver) {
    let (sender, events) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(MAX_BUFFERED_BYTES));
    (Sender { events: sender, room: room.clone() }, Receiver { events, room })
}

/// The sending end. Clones share the capacity.
#[derive(Debug, Clone)]
pub struct Sender {
    events: mpsc::UnboundedSender<Waiting>,
    room: Arc<Semaphore>,
}

impl Sender {
    /// Sends an event whose text has that many bytes, once there is room. Gives whether the receiver is
    /// still open.
    pub async fn send(&self, event: NodeEvent, bytes: usize) -> bool {
        let bytes =
            u32::try_from((bytes + OVERHEAD_BYTES).min(MAX_BUFFERED_BYTES)).unwrap_or(u32::MAX);
        let Ok(room) = self.room.clone().acquire_many_owned(bytes).await else { return false };
        self.events.send((event, Some(room))).is_ok()
    }

    /// Sends a small event, without waiting for room.
    pub fn send_now(&self, event: NodeEvent) {
        // The receiver is closed when the run is over.
        let _ = self.events.send((event, None));
    }
}

/// The receiving end.
#[derive(Debug)]
pub struct Receiver {
    events: mpsc::UnboundedReceiver<Waiting>,
    room: Arc<Semaphore>,
}

impl Receiver {
    /// The next event; none if there will be no more.
    pub async fn recv(&mut self) -> Option<NodeEvent> {
        self.events.recv().await.map(|(event, _room)| event)
    }

    /// Closes the channel, so that no sender waits.
    pub fn close(&mut self) {
        self.room.close();
        self.events.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> NodeEvent {
        NodeEvent::Ended { node: 0, how: String::new() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_sender_waits_for_room_until_the_receiver_is_closed() {
        let (sender, mut receiver) = channel();
        assert!(sender.send(event(), 10 * MAX_BUFFERED_BYTES).await, "one line always fits");
        sender.send_now(event());
        let waiting = tokio::spawn(async move {
            assert!(sender.send(event(), MAX_BUFFERED_BYTES).await);
            sender.send(event(), 1).await
        });
        tokio::task::yield_now().await;
        assert_eq!(receiver.events.len(), 2, "the rest waits for room");
        for _ in 0..2 {
            assert!(receiver.recv().await.is_some());
        }
        tokio::task::yield_now().await;
        assert_eq!(receiver.events.len(), 1);
        receiver.close();
        assert!(!waiting.await.unwrap(), "the receiver is closed");
    }
}

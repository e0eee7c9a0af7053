//! A channel for what nodes say, bounded by its bytes: whoever says more has to wait.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::NodeEvent;

/// How many bytes may wait to be heard: at least one line of whatever length.
const MAX_BUFFERED_BYTES: usize = 32 * 1024 * 1024;

/// What an event takes beside its text.
const OVERHEAD: usize = 256;

type Waiting = (NodeEvent, Option<OwnedSemaphorePermit>);

/// A new channel.
pub fn channel() -> (Sender, Receiver) {
    let (sender, events) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(MAX_BUFFERED_BYTES));
    (Sender { events: sender, room: room.clone() }, Receiver { events, room })
}

/// The end for those who watch a node. Clones share the room.
#[derive(Debug, Clone)]
pub struct Sender {
    events: mpsc::UnboundedSender<Waiting>,
    room: Arc<Semaphore>,
}

impl Sender {
    /// Sends an event whose text has so many bytes, as soon as there is room. Gives whether anyone
    /// may still hear it.
    pub async fn send(&self, event: NodeEvent, bytes: usize) -> bool {
        let bytes = u32::try_from((bytes + OVERHEAD).min(MAX_BUFFERED_BYTES)).unwrap_or(u32::MAX);
        let Ok(room) = self.room.clone().acquire_many_owned(bytes).await else { return false };
        self.events.send((event, Some(room))).is_ok()
    }

    /// Sends what takes no room to speak of, at once.
    pub fn send_now(&self, event: NodeEvent) {
        // Nobody listens any more when the run is over.
        let _ = self.events.send((event, None));
    }
}

/// The end for who listens.
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

    /// Listens no more: nobody has to wait.
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
    async fn who_says_too_much_waits_until_it_is_heard_or_nobody_listens() {
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
        assert!(!waiting.await.unwrap(), "nobody hears it");
    }
}

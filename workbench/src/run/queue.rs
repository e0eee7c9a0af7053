//! A queue of scheduled events, in the order of their times.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use tokio::time::Instant;

/// Scheduled events. Those due at the same moment come out in the order in which they were added.
#[derive(Debug)]
pub struct EventQueue<T> {
    entries: BinaryHeap<Entry<T>>,
    next_sequence: u64,
}

#[derive(Debug)]
struct Entry<T> {
    due: Instant,
    sequence: u64,
    event: T,
}

impl<T> EventQueue<T> {
    /// An empty queue.
    pub fn new() -> EventQueue<T> {
        EventQueue { entries: BinaryHeap::new(), next_sequence: 0 }
    }

    /// Schedules `event` for the moment `due`.
    pub fn add(&mut self, due: Instant, event: T) {
        self.entries.push(Entry { due, sequence: self.next_sequence, event });
        self.next_sequence += 1;
    }

    /// When the next event is due, if there is one.
    pub fn next_due(&self) -> Option<Instant> {
        self.entries.peek().map(|entry| entry.due)
    }

    /// Takes the next event, if it is due by `now`.
    pub fn take_due(&mut self, now: Instant) -> Option<T> {
        self.next_due().filter(|&due| due <= now)?;
        self.entries.pop().map(|entry| entry.event)
    }

    /// Takes everything that is left, in no particular order.
    pub fn drain(&mut self) -> impl Iterator<Item = T> {
        self.entries.drain().map(|entry| entry.event)
    }
}

/// The heap gives its greatest entry first, so the entry due first is the greatest.
impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.sequence).cmp(&(self.due, self.sequence))
    }
}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Entry<T> {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn events_come_out_by_time_and_then_in_insertion_order() {
        let now = Instant::now();
        let later = now + Duration::from_millis(1);
        let mut queue = EventQueue::new();
        for (due, thing) in [(later, 'c'), (now, 'a'), (later, 'd'), (now, 'b')] {
            queue.add(due, thing);
        }
        let mut taken = vec![];
        while let Some(thing) = queue.take_due(now) {
            taken.push(thing);
        }
        assert_eq!(taken, ['a', 'b'], "nothing comes before it is due");
        while let Some(thing) = queue.take_due(later) {
            taken.push(thing);
        }
        assert_eq!(taken, ['a', 'b', 'c', 'd']);
    }

    #[test]
    fn many_events_of_one_moment_keep_their_order_and_what_is_left_can_be_drained() {
        let now = Instant::now();
        let mut queue = EventQueue::new();
        (0..100).for_each(|event| queue.add(now, event));
        let taken: Vec<u32> = std::iter::from_fn(|| queue.take_due(now)).take(90).collect();
        assert!(taken.iter().copied().eq(0..90), "{taken:?}");
        let mut left: Vec<u32> = queue.drain().collect();
        left.sort_unstable();
        assert!(left.iter().copied().eq(90..100), "{left:?}");
        assert_eq!(queue.next_due(), None);
    }
}

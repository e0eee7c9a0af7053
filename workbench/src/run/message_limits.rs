//! Limits on messages: a run with more of them is a message storm, and ends.

use tokio::time::Instant;

use crate::error::Error;
use crate::names::NodeNames;
use crate::network::Envelope;
use crate::options::Options;

/// Counts messages, and reports when there are too many: at one moment, which in virtual time may never
/// end, or in a whole run.
#[derive(Debug)]
pub struct MessageLimits {
    nodes: NodeNames,
    max_at_once: u64,
    max_in_total: u64,
    moment: Option<Instant>,
    at_once: u64,
    in_total: u64,
    /// How many bytes are in flight.
    under_way: usize,
    /// Messages beyond a limit.
    examples: Vec<String>,
    /// How many messages beyond a limit were replies, and so are not among the examples.
    replies: u64,
}

impl MessageLimits {
    const MAX_EXAMPLES: usize = 8;
    /// Replies say little about a storm, so this many are skipped in favour of requests.
    const MAX_SKIPPED_REPLIES: u64 = 1000;
    const MAX_BYTES_IN_FLIGHT: usize = 1024 * 1024 * 1024;

    /// The limits of a run with these options. Every node may send every other node a value twenty times
    /// at once, and each value of the run forty times.
    pub fn new(options: &Options) -> MessageLimits {
        let pairs = (options.nodes.count() * options.nodes.count()) as u64;
        let operations = options.rate * options.time_limit.as_secs_f64();
        MessageLimits {
            nodes: options.nodes.clone(),
            max_at_once: 100_000 + 20 * pairs,
            max_in_total: (40 * pairs).saturating_mul(operations as u64).saturating_add(300_000),
            moment: None,
            at_once: 0,
            in_total: 0,
            under_way: 0,
            replies: 0,
            examples: vec![],
        }
    }

    /// Counts a message that was sent. Gives an error if it is one too many.
    pub fn sent(&mut self, envelope: &Envelope) -> Option<Error> {
        if self.moment != Some(envelope.sent) {
            self.moment = Some(envelope.sent);
            self.at_once = 0;
        }
        self.at_once += 1;
        self.in_total += 1;
        let what = if self.at_once > self.max_at_once {
            format!("more than {} at one moment, and no end in sight", self.max_at_once)
        } else if self.in_total > self.max_in_total {
            format!("more than {} in all", self.max_in_total)
        } else {
            return None;
        };
        if envelope.body.get().contains("\"in_reply_to\"")
            && self.replies < MessageLimits::MAX_SKIPPED_REPLIES
        {
            self.replies += 1;
            return None;
        }
        self.examples.push(envelope.in_words(&self.nodes));
        let messages = self.examples.clone();
        (messages.len() == MessageLimits::MAX_EXAMPLES).then_some(Error::Storm { what, messages })
    }

    /// Counts a message that has a latency. Gives an error if too many bytes are in flight.
    pub fn under_way(&mut self, envelope: &Envelope) -> Option<Error> {
        self.under_way += envelope.body.get().len();
        (self.under_way > MessageLimits::MAX_BYTES_IN_FLIGHT).then(|| {
            let most = MessageLimits::MAX_BYTES_IN_FLIGHT >> 20;
            let what = format!("more than {most} MiB under way");
            Error::Storm { what, messages: vec![envelope.in_words(&self.nodes)] }
        })
    }

    /// A message that had a latency has arrived.
    pub fn arrived(&mut self, envelope: &Envelope) {
        self.under_way -= envelope.body.get().len();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;
    use crate::endpoint::Endpoint;
    use crate::network::Disposition;

    fn envelope(body: &str) -> Envelope {
        let (src, dest) = (Endpoint::Node(0), Endpoint::Node(1));
        let body = RawValue::from_string(body.into()).unwrap();
        let now = Instant::now();
        Envelope { id: 0, src, dest, body, sent: now, due: now, disposition: Disposition::Carried }
    }

    fn watch(flags: &str) -> MessageLimits {
        MessageLimits::new(&flags.parse().unwrap())
    }

    #[test]
    fn the_limits_of_the_largest_run_do_not_overflow() {
        let watch = watch("-w broadcast --node-count 1000 --rate 1000000 --time-limit 1000000");
        assert_eq!(watch.max_in_total, u64::MAX);
    }

    #[test]
    fn requests_are_preferred_to_replies_as_examples() {
        let mut watch = watch("-w broadcast --node-count 2");
        let request = envelope(r#"{"type":"broadcast"}"#);
        let reply = Envelope { sent: request.sent, ..envelope(r#"{"in_reply_to":1}"#) };
        let mut message_limits = None;
        while message_limits.is_none() {
            message_limits =
                (0..20).find_map(|_| watch.sent(&reply)).or_else(|| watch.sent(&request));
        }
        let Some(Error::Storm { messages, .. }) = message_limits else {
            panic!("{message_limits:?}")
        };
        assert!(messages.iter().all(|message| message.contains("broadcast")), "{messages:?}");
        // If there are only replies, they are the examples.
        while watch.replies < MessageLimits::MAX_SKIPPED_REPLIES {
            watch.sent(&reply);
        }
        watch.examples.clear();
        assert!((0..MessageLimits::MAX_EXAMPLES).any(|_| watch.sent(&reply).is_some()));
    }

    #[test]
    fn bytes_in_flight_are_limited() {
        let mut watch = watch("-w broadcast --node-count 2");
        let large = envelope(&format!("\"{}\"", "x".repeat(1 << 20)));
        for _ in 0..5000 {
            assert!(watch.under_way(&large).is_none());
            watch.arrived(&large);
        }
        let sent = (1..).find(|_| watch.under_way(&large).is_some());
        assert_eq!(sent, Some(1024));
    }
}

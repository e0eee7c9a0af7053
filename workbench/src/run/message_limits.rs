//! Storms: messages that breed messages faster than any run could need.

use tokio::time::Instant;

use crate::error::Error;
use crate::names::NodeNames;
use crate::network::Envelope;
use crate::options::Options;

/// Counts messages, and tells when there are too many: at one moment, which in virtual time may
/// never end, or over a whole run.
#[derive(Debug)]
pub struct MessageLimits {
    nodes: NodeNames,
    most_at_once: u64,
    most_in_all: u64,
    moment: Option<Instant>,
    at_once: u64,
    in_all: u64,
    /// How many bytes of messages are under way.
    under_way: usize,
    /// Messages past a bound.
    examples: Vec<String>,
    /// How many messages past a bound have been replies, and so have not been shown.
    replies: u64,
}

impl MessageLimits {
    const EXAMPLES: usize = 8;
    /// A reply says little about a storm: it waits so long for something better to show.
    const REPLIES: u64 = 1000;
    const MOST_UNDER_WAY: usize = 1024 * 1024 * 1024;

    /// A watch over a run with these options. The bounds leave room for every node to tell every
    /// other one a value twenty times at once, and each value of the run forty times.
    pub fn new(options: &Options) -> MessageLimits {
        let pairs = (options.nodes.count() * options.nodes.count()) as u64;
        let operations = options.rate * options.time_limit.as_secs_f64();
        MessageLimits {
            nodes: options.nodes.clone(),
            most_at_once: 100_000 + 20 * pairs,
            most_in_all: (40 * pairs).saturating_mul(operations as u64).saturating_add(300_000),
            moment: None,
            at_once: 0,
            in_all: 0,
            under_way: 0,
            replies: 0,
            examples: vec![],
        }
    }

    /// Counts a message that was sent; the storm, once there is one.
    pub fn sent(&mut self, envelope: &Envelope) -> Option<Error> {
        if self.moment != Some(envelope.sent) {
            self.moment = Some(envelope.sent);
            self.at_once = 0;
        }
        self.at_once += 1;
        self.in_all += 1;
        let what = if self.at_once > self.most_at_once {
            format!("more than {} at one moment, and no end in sight", self.most_at_once)
        } else if self.in_all > self.most_in_all {
            format!("more than {} in all", self.most_in_all)
        } else {
            return None;
        };
        if envelope.body.get().contains("\"in_reply_to\"") && self.replies < MessageLimits::REPLIES
        {
            self.replies += 1;
            return None;
        }
        self.examples.push(envelope.in_words(&self.nodes));
        let messages = self.examples.clone();
        (messages.len() == MessageLimits::EXAMPLES).then_some(Error::Storm { what, messages })
    }

    /// Counts a message that takes its time; the storm, if too much is under way.
    pub fn under_way(&mut self, envelope: &Envelope) -> Option<Error> {
        self.under_way += envelope.body.get().len();
        (self.under_way > MessageLimits::MOST_UNDER_WAY).then(|| {
            let most = MessageLimits::MOST_UNDER_WAY >> 20;
            let what = format!("more than {most} MiB under way");
            Error::Storm { what, messages: vec![envelope.in_words(&self.nodes)] }
        })
    }

    /// A message that took its time has arrived.
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
    fn the_largest_run_has_a_bound_too() {
        let watch = watch("-w broadcast --node-count 1000 --rate 1000000 --time-limit 1000000");
        assert_eq!(watch.most_in_all, u64::MAX);
    }

    #[test]
    fn requests_tell_more_about_a_storm_than_their_replies() {
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
        // A storm of nothing but replies is shown as it is.
        while watch.replies < MessageLimits::REPLIES {
            watch.sent(&reply);
        }
        watch.examples.clear();
        assert!((0..MessageLimits::EXAMPLES).any(|_| watch.sent(&reply).is_some()));
    }

    #[test]
    fn what_is_under_way_has_a_bound() {
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

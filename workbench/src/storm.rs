//! Storms: messages that breed messages faster than any run could need.

use tokio::time::Instant;

use crate::error::Error;
use crate::net::Flight;
use crate::options::Options;

/// Counts messages, and tells when there are too many: at one moment, which in virtual time may
/// never end, or over a whole run.
#[derive(Debug)]
pub struct StormWatch {
    most_at_once: u64,
    most_in_all: u64,
    moment: Option<Instant>,
    at_once: u64,
    in_all: u64,
    /// The first messages past a bound.
    examples: Vec<String>,
}

impl StormWatch {
    const EXAMPLES: usize = 8;

    /// A watch over a run with these options. The bounds leave room for every node to tell every
    /// other one a value twenty times at once, and each value of the run forty times.
    pub fn new(options: &Options) -> StormWatch {
        let pairs = (options.node_count * options.node_count) as u64;
        let operations = options.rate * options.time_limit.as_secs_f64();
        StormWatch {
            most_at_once: 100_000 + 20 * pairs,
            most_in_all: (40 * pairs).saturating_mul(operations as u64).saturating_add(300_000),
            moment: None,
            at_once: 0,
            in_all: 0,
            examples: vec![],
        }
    }

    /// Counts a message that was sent; the storm, once there is one.
    pub fn sent(&mut self, flight: &Flight) -> Option<Error> {
        if self.moment != Some(flight.sent) {
            self.moment = Some(flight.sent);
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
        self.examples.push(flight.to_string());
        let messages = self.examples.clone();
        (messages.len() == StormWatch::EXAMPLES).then_some(Error::Storm { what, messages })
    }
}

#[cfg(test)]
mod tests {
    use super::StormWatch;

    #[test]
    fn the_largest_run_has_a_bound_too() {
        let largest = "-w broadcast --node-count 1000 --rate 1000000 --time-limit 1000000";
        let watch = StormWatch::new(&largest.parse().unwrap());
        assert_eq!(watch.most_in_all, u64::MAX);
    }
}

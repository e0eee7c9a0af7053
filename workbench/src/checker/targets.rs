//! Limits on what a run may cost, checked only where they are asked for. Gossip Glomers sets them for
//! the challenges 3d and 3e; Maelstrom has none, and leaves the comparison to its user.

use clap::Args;
use serde::{Deserialize, Serialize};

use super::{NetResults, Quantiles, Verdict};

/// The limits that a run must keep. None of them is on by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Targets {
    /// The most messages per operation that are allowed, including those of clients (not in Maelstrom)
    #[arg(long, value_name = "NUMBER", value_parser = limit)]
    pub max_msgs_per_op: Option<f64>,

    /// The highest median stable latency that is allowed, in milliseconds (not in Maelstrom)
    #[arg(long, value_name = "MS")]
    pub max_median_latency: Option<u64>,

    /// The highest stable latency of any value that is allowed, in milliseconds (not in Maelstrom)
    #[arg(long, value_name = "MS")]
    pub max_latency: Option<u64>,
}

fn limit(text: &str) -> Result<f64, String> {
    let limit = text.parse().ok().filter(|limit: &f64| limit.is_finite() && *limit >= 0.0);
    limit.ok_or_else(|| "give a number from 0 on, such as 30".into())
}

/// A limit, and what was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// What is limited: `msgs-per-op`, `median-latency` or `max-latency`.
    pub name: &'static str,
    /// The unit, with a space before it; empty for a plain number.
    pub unit: &'static str,
    /// The limit; a value that equals it is within.
    pub limit: f64,
    /// What was measured; none if there was nothing to measure, such as no stable value.
    pub measured: Option<f64>,
}

impl Target {
    /// What was measured and what was allowed: `msgs-per-op 35.2, at most 30`.
    pub fn in_words(&self) -> String {
        let Target { name, unit, limit, measured } = self;
        match measured {
            Some(measured) => {
                let measured = (measured * 100.0).round() / 100.0;
                format!("{name} {measured}{unit}, at most {limit}{unit}")
            }
            None => format!("{name} not measured, at most {limit}{unit}"),
        }
    }

    /// Whether the limit was kept. Unknown if there was nothing to measure.
    pub fn verdict(&self) -> Verdict {
        self.measured.map_or(Verdict::Unknown, |value| Verdict::from_bool(value <= self.limit))
    }
}

/// Compares what a run cost with its targets. Gives those that there are. `latencies` are the stable
/// latencies of its values, if it has values.
pub fn check(targets: &Targets, net: &NetResults, latencies: Option<Quantiles>) -> Vec<Target> {
    let messages = net.messages_per_operation(&net.traffic.all);
    let latency = |quantile: usize| latencies.map(|latencies| latencies[quantile] as f64);
    let [median, max] = [1, 4].map(latency);
    let millis = |limit: Option<u64>| limit.map(|limit| limit as f64);
    let all = [
        ("msgs-per-op", "", targets.max_msgs_per_op, messages),
        ("median-latency", " ms", millis(targets.max_median_latency), median),
        ("max-latency", " ms", millis(targets.max_latency), max),
    ];
    let asked = all.into_iter().filter_map(|(name, unit, limit, measured)| {
        limit.map(|limit| Target { name, unit, limit, measured })
    });
    asked.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_finite_number_from_0_on() {
        assert_eq!(limit("0"), Ok(0.0));
        assert_eq!(limit("29.5"), Ok(29.5));
        for text in ["-0.1", "inf", "NaN", "many"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_target_says_with_two_decimals_what_was_measured() {
        let words = |name, unit, measured| Target { name, unit, limit: 30.0, measured }.in_words();
        assert_eq!(words("msgs-per-op", "", Some(35.246)), "msgs-per-op 35.25, at most 30");
        assert_eq!(words("max-latency", " ms", Some(7.0)), "max-latency 7 ms, at most 30 ms");
        assert_eq!(words("max-latency", " ms", None), "max-latency not measured, at most 30 ms");
    }
}

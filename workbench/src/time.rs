//! Time as a run counts it: nanoseconds since the main phase began.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// A moment of a run, in nanoseconds since its main phase began. Set-up comes before it, so the
/// messages that start a cluster have negative times. Jepsen's histories count in nanoseconds, too.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Time(i64);

impl Time {
    /// The moment at which the main phase began.
    pub const ZERO: Time = Time(0);

    /// Later than any event.
    pub const MAX: Time = Time(i64::MAX);

    /// The moment that many whole milliseconds after the main phase began.
    pub const fn from_millis(millis: i64) -> Time {
        Time(millis * 1_000_000)
    }

    /// The moment that many nanoseconds after the main phase began.
    pub const fn from_nanos(nanos: i64) -> Time {
        Time(nanos)
    }

    /// Converts `instant` for a run whose main phase began at `origin`.
    pub fn between(origin: Instant, instant: Instant) -> Time {
        if instant >= origin {
            Time::ZERO + (instant - origin)
        } else {
            Time::ZERO - (origin - instant)
        }
    }

    /// Nanoseconds since the main phase began.
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the main phase began, rounded down.
    pub const fn millis(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Seconds since the main phase began.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// How long after `earlier` this is; zero if it is not later.
    pub fn since(self, earlier: Time) -> Duration {
        Duration::from_nanos(u64::try_from(self.0 - earlier.0).unwrap_or(0))
    }
}

/// Parses a moment in seconds, such as `4.06`, up to 30 years.
impl FromStr for Time {
    type Err = String;

    fn from_str(text: &str) -> Result<Time, String> {
        match text.parse::<f64>() {
            Ok(seconds) if seconds.abs() <= 1e9 => Ok(Time((seconds * 1e9).round() as i64)),
            _ => Err("give a moment in seconds, such as 4.06".into()),
        }
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, duration: Duration) -> Time {
        Time(self.0.saturating_add(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Time {
    type Output = Time;

    fn sub(self, duration: Duration) -> Time {
        Time(self.0.saturating_sub(i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)))
    }
}

/// Seconds with three decimals: `4.062 s`. Zero has no sign.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounds_to_zero = self.0.unsigned_abs() < 500_000;
        write!(f, "{:.3} s", if rounds_to_zero { 0.0 } else { self.seconds() })
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn seconds_are_shown_to_the_millisecond_and_zero_without_a_sign() {
        for (nanos, shown) in [
            (0, "0.000 s"),
            (-1, "0.000 s"),
            (-499_999, "0.000 s"),
            (-500_000, "-0.001 s"),
            (-1_234_000_000, "-1.234 s"),
            (499_999, "0.000 s"),
            (4_061_600_000, "4.062 s"),
        ] {
            assert_eq!(Time::from_nanos(nanos).to_string(), shown);
        }
    }
}

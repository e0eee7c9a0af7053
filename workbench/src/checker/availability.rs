//! Which part of the operations succeeded (Maelstrom's `availability`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Verdict;
use crate::record::history::{History, Kind};

/// How much of the operations must succeed. In JSON it is what [`Display`](fmt::Display) writes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Availability {
    /// All of them.
    Total,
    /// At least this fraction, from 0 to 1.
    Fraction(f64),
}

/// Reads `total`, or a fraction from 0 to 1: `0.5` or `1/2`.
impl FromStr for Availability {
    type Err = String;

    fn from_str(text: &str) -> Result<Availability, String> {
        let fraction = match text.split_once('/') {
            Some((part, whole)) => whole_number(part).zip(whole_number(whole)).map(|(p, w)| p / w),
            None => text.parse().ok(),
        };
        match (text, fraction) {
            ("total", _) => Ok(Availability::Total),
            // 0/0 is not a number, and in no range.
            (_, Some(fraction @ 0.0..=1.0)) => Ok(Availability::Fraction(fraction)),
            _ => Err("give `total`, or a fraction from 0 to 1 such as 0.9 or 9/10".into()),
        }
    }
}

fn whole_number(text: &str) -> Option<f64> {
    text.parse::<u32>().ok().map(f64::from)
}

/// As it is read: `total`, or the fraction as a decimal.
impl fmt::Display for Availability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Availability::Total => f.write_str("total"),
            Availability::Fraction(fraction) => write!(f, "{fraction}"),
        }
    }
}

impl TryFrom<String> for Availability {
    type Error = String;

    fn try_from(text: String) -> Result<Availability, String> {
        text.parse()
    }
}

impl From<Availability> for String {
    fn from(availability: Availability) -> String {
        availability.to_string()
    }
}

/// Which part of the operations succeeded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AvailabilityResults {
    /// Invalid if it is less than what was demanded.
    pub verdict: Verdict,
    /// Operations that ended ok, of all that were invoked; 1 if none was.
    pub ok_fraction: f64,
    /// What was demanded, if anything.
    pub demanded: Option<Availability>,
}

/// Compares the fraction of operations that ended ok with what is `demanded`.
pub fn check(history: &History, demanded: Option<Availability>) -> AvailabilityResults {
    let invoked = history.operations().len();
    let ok = history
        .pairs()
        .filter(|(_, _, completion)| completion.is_some_and(|event| event.kind == Kind::Ok))
        .count();
    let ok_fraction = if invoked == 0 { 1.0 } else { ok as f64 / invoked as f64 };
    let valid = match demanded {
        None => true,
        Some(Availability::Total) => ok == invoked,
        Some(Availability::Fraction(least)) => ok_fraction >= least,
    };
    AvailabilityResults { verdict: Verdict::from_bool(valid), ok_fraction, demanded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fraction_is_a_decimal_or_a_ratio_from_0_to_1() {
        for (text, expected) in [
            ("total", Availability::Total),
            ("0.9", Availability::Fraction(0.9)),
            ("1/2", Availability::Fraction(0.5)),
            ("1/3", Availability::Fraction(1.0 / 3.0)),
            ("0/7", Availability::Fraction(0.0)),
            ("1", Availability::Fraction(1.0)),
        ] {
            let read: Availability = text.parse().unwrap();
            assert_eq!(read, expected, "{text}");
            assert_eq!(read.to_string().parse(), Ok(read), "{text} is written as it is read");
        }
        for text in
            ["2", "-0.5", "3/2", "-1/2", "1/-2", "1/0", "0/0", "1/", "/2", "1/2/3", "NaN", "half"]
        {
            assert!(text.parse::<Availability>().is_err(), "{text}");
        }
    }
}

//! Which part of the operations succeeded (Maelstrom's `availability`).

use std::str::FromStr;

use super::Verdict;
use crate::history::{History, Kind};

/// How much of the operations must succeed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Availability {
    /// All of them.
    Total,
    /// At least this fraction, from 0 to 1.
    Fraction(f64),
}

/// Reads `total`, or a fraction from 0 to 1.
impl FromStr for Availability {
    type Err = String;

    fn from_str(text: &str) -> Result<Availability, String> {
        match (text, text.parse()) {
            ("total", _) => Ok(Availability::Total),
            (_, Ok(fraction @ 0.0..=1.0)) => Ok(Availability::Fraction(fraction)),
            _ => Err("give `total`, or a fraction such as 0.9".into()),
        }
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

pub(super) fn check(history: &History, demanded: Option<Availability>) -> AvailabilityResults {
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

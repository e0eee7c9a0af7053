//! Several runs, one after the other (`--test-count`), and how they ended.

use std::fmt;

use clap::Args;

use crate::text::counted;

/// How many seeds are listed for each ending.
const MAX_LISTED_SEEDS: usize = 8;

/// How a run can end, best first.
const ENDINGS: [&str; 4] = ["valid", "unknown", "invalid", "without a verdict"];

/// The index of an exit status in [`ENDINGS`].
fn rank(status: u8) -> usize {
    match status {
        0 => 0,
        2 => 1,
        1 => 2,
        _ => 3,
    }
}

/// The seeds of the runs so far, and the exit status of each.
#[derive(Debug, Default)]
pub struct RunSeries(Vec<(u64, u8)>);

impl RunSeries {
    pub fn add(&mut self, seed: u64, status: u8) {
        self.0.push((seed, status));
    }

    /// The worst exit status. No verdict is worse than invalid, which is worse than unknown.
    pub fn worst(&self) -> u8 {
        let statuses = self.0.iter().map(|(_, status)| *status);
        statuses.max_by_key(|status| rank(*status)).unwrap_or_default()
    }
}

/// `3 runs: 2 valid, 1 invalid (seed 6)`
impl fmt::Display for RunSeries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let runs = self.0.len();
        write!(f, "{}:", counted(runs as u64, "run"))?;
        let mut separator = " ";
        for (place, name) in ENDINGS.into_iter().enumerate() {
            let of_kind = self.0.iter().filter(|(_, status)| rank(*status) == place);
            let seeds: Vec<String> = of_kind.map(|(seed, _)| seed.to_string()).collect();
            if seeds.is_empty() {
                continue;
            }
            write!(f, "{separator}{} {name}", seeds.len())?;
            separator = ", ";
            if name != "valid" {
                let noun = if seeds.len() == 1 { "seed" } else { "seeds" };
                let named = seeds[..seeds.len().min(MAX_LISTED_SEEDS)].join(", ");
                let more = if seeds.len() > MAX_LISTED_SEEDS { ", …" } else { "" };
                write!(f, " ({noun} {named}{more})")?;
            }
        }
        Ok(())
    }
}

/// Refuses `--test-count` in virtual time, where many runs are a sweep.
#[derive(Args)]
pub(super) struct NoTestCount {
    #[arg(long, hide = true, value_parser = suggest_a_sweep)]
    test_count: Option<u64>,
}

fn suggest_a_sweep(_count: &str) -> Result<u64, String> {
    Err("for many runs in virtual time, sweep: `make sweep … SEEDS=100`, or `sweep --seeds 100`"
        .into())
}

#[cfg(test)]
mod tests {
    use super::RunSeries;

    fn series(statuses: &[u8]) -> RunSeries {
        let mut series = RunSeries::default();
        (5..).zip(statuses).for_each(|(seed, &status)| series.add(seed, status));
        series
    }

    #[test]
    fn the_worst_run_decides_and_each_run_is_counted() {
        for (statuses, worst, words) in [
            (&[0][..], 0, "1 run: 1 valid"),
            (&[0, 2, 0], 2, "3 runs: 2 valid, 1 unknown (seed 6)"),
            (&[1, 2, 1], 1, "3 runs: 1 unknown (seed 6), 2 invalid (seeds 5, 7)"),
            (
                &[0, 255, 1],
                255,
                "3 runs: 1 valid, 1 invalid (seed 7), 1 without a verdict (seed 6)",
            ),
            (&[1; 9], 1, "9 runs: 9 invalid (seeds 5, 6, 7, 8, 9, 10, 11, 12, …)"),
        ] {
            let series = series(statuses);
            assert_eq!((series.worst(), series.to_string().as_str()), (worst, words));
        }
    }
}

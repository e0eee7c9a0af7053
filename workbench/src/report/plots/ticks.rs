//! Round numbers for axes.

/// A tick: its place on its axis, and its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    pub at: f64,
    pub label: String,
}

/// The least of 1, 2 and 5 times a power of ten that is not less than `number`; 1 if that is not
/// above zero.
pub(crate) fn round_up(number: f64) -> f64 {
    if number <= 0.0 || !number.is_finite() {
        return 1.0;
    }
    // A logarithm may differ in its last digit between platforms: multiplication does not.
    let mut power = 1.0;
    while power > number {
        power /= 10.0;
    }
    while power * 10.0 < number {
        power *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0].map(|factor| factor * power);
    let round = steps.into_iter().find(|&step| step >= number * (1.0 - 1e-9));
    round.unwrap_or(10.0 * power)
}

/// Ticks from 0 up to the first one that is not less than `most`: about five of them.
pub fn ticks(most: f64) -> Vec<Tick> {
    let step = round_up(most / 6.0);
    let count = (most / step - 1e-9).ceil().max(1.0) as usize;
    (0..=count).map(|place| tick(place, step)).collect()
}

/// The same for what is counted: at whole numbers.
pub fn whole_ticks(most: u64) -> Vec<Tick> {
    let step = round_up(most as f64 / 6.0).max(1.0);
    let count = (most as f64 / step).ceil().max(1.0) as usize;
    (0..=count).map(|place| tick(place, step)).collect()
}

/// Ticks from 0 up to the last one that is not more than `most`: about five of them.
pub fn ticks_within(most: f64) -> Vec<Tick> {
    let step = round_up(most / 7.0);
    let count = (most / step + 1e-9) as usize;
    (0..=count).map(|place| tick(place, step)).collect()
}

/// Ticks from the first one that is not less than `from` up to the last one that is not more than `to`:
/// about five of them.
pub fn ticks_between(from: f64, to: f64) -> Vec<Tick> {
    let step = round_up((to - from) / 7.0);
    let places = (from / step - 1e-9).ceil() as usize..=(to / step + 1e-9) as usize;
    places.map(|place| tick(place, step)).collect()
}

fn tick(place: usize, step: f64) -> Tick {
    let at = place as f64 * step;
    let digits = if step >= 1.0 { 0 } else { (-step.log10() - 1e-9).ceil() as usize };
    Tick { at, label: format!("{at:.digits$}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_up_to_one_two_or_five() {
        let rounded = [0.0, 0.011, 0.1, 0.3, 1.0, 1.1, 4.9, 5.1, 60.0, 1e6];
        let expected = [1.0, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0, 1e6];
        for (number, expected) in rounded.into_iter().zip(expected) {
            assert!((round_up(number) - expected).abs() < 1e-9 * expected, "{number}");
        }
    }

    #[test]
    fn ticks_are_round_and_reach_the_end() {
        let labels = |most| ticks(most).into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(labels(30.0), ["0", "5", "10", "15", "20", "25", "30"]);
        assert_eq!(labels(30.1).last().unwrap(), "40");
        assert_eq!(labels(0.9).first().unwrap(), "0.0");
        assert_eq!(labels(0.9).last().unwrap(), "1.0");
        assert_eq!(labels(60_000.0).last().unwrap(), "60000");
        assert_eq!(labels(0.0), ["0", "1"]);
        let whole = |most| whole_ticks(most).into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(whole(2), ["0", "1", "2"]);
        assert_eq!(whole(17), ["0", "5", "10", "15", "20"]);
    }

    #[test]
    fn ticks_of_time_end_with_the_run() {
        let last = |most| ticks_within(most).pop().unwrap().label;
        let lasts = [1.0, 8.04, 20.0, 30.05, 59.9].map(last);
        assert_eq!(lasts, ["1.0", "8", "20", "30", "50"]);
    }

    #[test]
    fn ticks_between_two_numbers_need_not_begin_at_zero() {
        let labels = |from, to| {
            ticks_between(from, to).into_iter().map(|tick| tick.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(6.5, 13.5), ["7", "8", "9", "10", "11", "12", "13"]);
        assert_eq!(
            labels(1000.0, 1000.5),
            ["1000.0", "1000.1", "1000.2", "1000.3", "1000.4", "1000.5"]
        );
        assert_eq!(labels(0.0, 40.0), ["0", "10", "20", "30", "40"]);
    }
}

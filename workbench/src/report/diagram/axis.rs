//! The axis of a diagram: round ticks, and the times of the moments that are drawn wide.

use super::layout::Layout;
use crate::time::Time;

/// A mark on the axis.
pub struct AxisTick {
    /// How far to the right it is.
    pub x: f64,
    /// What it says: so many seconds.
    pub text: String,
}

/// At least this far are two ticks apart.
const APART: f64 = 64.0;

/// Round ticks over the window, 1, 2 or 5 times a power of ten apart.
pub fn ticks(layout: &Layout) -> Vec<AxisTick> {
    let window = layout.cast.window;
    let needed = APART / layout.moments.scale();
    let powers = (3..=12).map(|power| 10_i64.pow(power));
    let mut steps = powers.flat_map(|power| [power, 2 * power, 5 * power]);
    let step = steps.find(|&step| step as f64 >= needed).unwrap_or(10_i64.pow(13));
    let decimals = (0..9).find(|&decimals| step % 10_i64.pow(9 - decimals) == 0).unwrap_or(9);
    let first = window.from.nanos().div_euclid(step);
    let last = window.to.nanos().div_euclid(step);
    let nanos = (first..=last).map(|number| number * step);
    let shown = nanos.filter(|&nanos| nanos >= window.from.nanos());
    let tick = |nanos: i64| AxisTick {
        x: layout.begin(Time::from_nanos(nanos)),
        text: format!("{:.*} s", decimals as usize, nanos as f64 / 1e9),
    };
    shown.map(tick).collect()
}

/// The moments that are drawn wide: their left and right edge, and their time if there is room.
pub fn wide(layout: &Layout) -> Vec<(f64, f64, Option<String>)> {
    let mut free = f64::NEG_INFINITY;
    let label = |time: Time| {
        let (left, right) = (layout.begin(time), layout.end(time));
        let text = time.to_string();
        let (middle, half) = (f64::midpoint(left, right), super::labels::width(&text) / 2.0);
        let fits = middle - half >= free;
        if fits {
            free = middle + half + 4.0;
        }
        (left, right, fits.then_some(text))
    };
    layout.moments.wide().map(label).collect()
}

//! Quantiles, as Jepsen takes them.

/// The points at which latencies are reported, as fractions of the values.
pub const QUANTILE_POINTS: [f64; 5] = [0.0, 0.5, 0.95, 0.99, 1.0];

/// Latencies at [`QUANTILE_POINTS`], in whole milliseconds.
pub type Quantiles = [u64; QUANTILE_POINTS.len()];

/// The latency at each of the [`QUANTILE_POINTS`]; none of no latencies.
pub(super) fn quantiles(mut latencies: Vec<u64>) -> Option<Quantiles> {
    latencies.sort_unstable();
    at_points(&latencies, QUANTILE_POINTS)
}

/// The [quantile] of `sorted` values at each of the points; none of no values.
pub fn at_points<T: Copy, const N: usize>(sorted: &[T], points: [f64; N]) -> Option<[T; N]> {
    let first = *quantile(sorted, 0.0)?;
    Some(points.map(|point| quantile(sorted, point).copied().unwrap_or(first)))
}

/// The item of a `sorted` list at the index min(n - 1, floor(n * point)), which is Jepsen's
/// quantile; none of an empty list.
pub fn quantile<T>(sorted: &[T], point: f64) -> Option<&T> {
    let index = (sorted.len() as f64 * point).floor() as usize;
    sorted.get(index.min(sorted.len().checked_sub(1)?))
}

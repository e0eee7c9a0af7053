//! The plots of a run and of a sweep: SVG pictures with axes, the same to the byte for the same run.
//!
//! They come from plotters, whose SVG backend needs no fonts: it sets text by its anchor, and leaves
//! its width to the viewer. So nothing here depends on measured text.

mod frame;
pub(super) mod histogram;
mod latency;
mod marks;
mod messages;
mod propagation;
mod quantiles;
pub(super) mod ticks;

use std::io;

pub(crate) use latency::any_wait;

use super::operations::ShownOperation;
use super::traffic::Traffic;
use crate::output::run_info::RunInfo;

/// A plot, and the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plot {
    /// The name of its file in the store.
    pub file: &'static str,
    /// What it shows, for those who cannot see it.
    pub label: &'static str,
    /// The picture.
    pub svg: String,
}

/// Draws the plots of a run; those that would have nothing to show are left out. How values spread
/// is for broadcasts alone.
///
/// Fails if plotters does, which has no reason to.
pub fn plots(
    info: &RunInfo,
    operations: &[ShownOperation],
    traffic: &Traffic,
) -> io::Result<Vec<Plot>> {
    let mut plots = vec![];
    if traffic.propagation.values() > 0 {
        plots.push(propagation::plot(info, &traffic.propagation)?);
    }
    if any_wait(operations) {
        plots.push(latency::plot(info, operations)?);
        plots.push(quantiles::plot(info, operations)?);
    }
    if traffic.sent.total > 0 {
        plots.push(messages::plot(info, traffic)?);
    }
    Ok(plots)
}

//! Draws reports as SVG that pages can theme, print and read aloud.
//!
//! plotters does the geometry; [`svg`] turns its strokes into elements that carry classes and data attributes instead
//! of colours, so one drawing serves light, dark and paper. Drawings hold no style, no script and no foreign text that
//! is not escaped. Nothing here asks the database: a chart is a picture of a finished report.

mod bars;
mod cost;
mod coverage;
mod heatmap;
mod label;
mod money;
mod number;
mod palette;
mod plain;
mod raster;
mod shared;
mod sparkline;
mod standalone;
mod svg;
mod trend;

use app::backend::{ChartText, Charts, MoneyBar, MoneyLines};
use app::model::coverage::Coverage;
use app::model::{Heatmap, Trend};

pub use cost::cost_picture;
pub use plain::PlainCharts;
pub use raster::{RasterError, png};
pub use shared::{gone_picture, shared_picture};
pub use standalone::{Frame, Picture, coverage_picture, heatmap_picture, trend_picture};

/// The charts of the pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct SvgCharts;

impl Charts for SvgCharts {
    fn trend(&self, trend: &Trend, text: &ChartText) -> String {
        trend::draw(trend, text)
    }

    fn heatmap(&self, heatmap: &Heatmap, text: &ChartText, href: &dyn Fn(usize, usize) -> Option<String>) -> String {
        heatmap::draw(heatmap, text, href)
    }

    fn coverage(&self, coverage: &Coverage, text: &ChartText) -> String {
        coverage::draw(coverage, text)
    }

    fn sparkline(&self, values: &[Option<i64>], text: &ChartText) -> String {
        sparkline::draw(values, text)
    }

    fn money_lines(&self, lines: &MoneyLines, text: &ChartText) -> String {
        money::lines(lines, text)
    }

    fn money_bars(&self, id: &str, bars: &[MoneyBar], text: &ChartText) -> String {
        bars::bars(id, bars, text)
    }
}

#[cfg(test)]
mod tests;

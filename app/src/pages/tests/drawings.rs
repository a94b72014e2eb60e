//! Charts that draw nothing but what a test looks for.

use super::world::World;
use crate::backend::{ChartText, Charts, MoneyBar, MoneyLines};
use crate::model::coverage::Coverage;
use crate::model::{Heatmap, Trend};

impl Charts for World {
    fn trend(&self, _trend: &Trend, _text: &ChartText) -> String {
        "<svg></svg>".to_owned()
    }

    fn heatmap(&self, _heatmap: &Heatmap, _text: &ChartText, href: &dyn Fn(usize, usize) -> Option<String>) -> String {
        format!("<svg data-href='{}'></svg>", href(0, 0).unwrap_or_default())
    }

    fn coverage(&self, _coverage: &Coverage, _text: &ChartText) -> String {
        "<svg></svg>".to_owned()
    }

    fn sparkline(&self, _values: &[Option<i64>], _text: &ChartText) -> String {
        "<svg></svg>".to_owned()
    }

    fn money_lines(&self, lines: &MoneyLines, _text: &ChartText) -> String {
        format!("<svg data-id='{}'></svg>", lines.id)
    }

    fn money_bars(&self, id: &str, _bars: &[MoneyBar], _text: &ChartText) -> String {
        format!("<svg data-id='{id}'></svg>")
    }
}

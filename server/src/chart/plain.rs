//! The charts for pages without script: the same drawings without what only scripts read.

use app::backend::{ChartText, Charts, MoneyBar, MoneyLines};
use app::model::coverage::Coverage;
use app::model::{Heatmap, Trend};

use super::SvgCharts;

/// The charts of views behind links: small, and with nothing but what is seen and said.
#[derive(Debug, Clone, Copy, Default)]
pub struct PlainCharts;

impl Charts for PlainCharts {
    fn trend(&self, trend: &Trend, text: &ChartText) -> String {
        without_data(&SvgCharts.trend(trend, text))
    }

    fn heatmap(&self, heatmap: &Heatmap, text: &ChartText, href: &dyn Fn(usize, usize) -> Option<String>) -> String {
        without_data(&SvgCharts.heatmap(heatmap, text, href))
    }

    fn coverage(&self, coverage: &Coverage, text: &ChartText) -> String {
        without_data(&SvgCharts.coverage(coverage, text))
    }

    fn sparkline(&self, values: &[Option<i64>], text: &ChartText) -> String {
        without_data(&SvgCharts.sparkline(values, text))
    }

    fn money_lines(&self, lines: &MoneyLines, text: &ChartText) -> String {
        without_data(&SvgCharts.money_lines(lines, text))
    }

    fn money_bars(&self, id: &str, bars: &[MoneyBar], text: &ChartText) -> String {
        without_data(&SvgCharts.money_bars(id, bars, text))
    }
}

/// A drawing without its data attributes. Quotation marks of texts and values are escaped, so none of them looks like one.
fn without_data(drawing: &str) -> String {
    let mut out = String::with_capacity(drawing.len());
    let mut rest = drawing;
    while let Some((before, after)) = rest.split_once(" data-") {
        let name = after.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'-').count();
        out.push_str(before);
        let value = after[name..].strip_prefix("=\"").and_then(|value| value.split_once('"'));
        rest = value.map_or(after, |(_, after)| after);
        if value.is_none() {
            out.push_str(" data-");
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_attributes_go() {
        assert_eq!(
            without_data(
                r#"<g class="a" data-bucket="1" data-label="x &quot; y"><title>data-x a data-y="b</title></g>"#
            ),
            r#"<g class="a"><title>data-x a data-y="b</title></g>"#
        );
    }
}

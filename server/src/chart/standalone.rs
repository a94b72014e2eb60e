//! A chart as a file of its own, which has no page's style sheet to rely on.

use std::fmt::Write;

use app::backend::ChartText;
use app::model::{Category, Metric, Severity, Trend};

use super::trend::draw_wide;

/// Light and dark ink of the drawing's parts.
const PARTS: &str = "\
svg{color-scheme:light dark;font:12px system-ui,sans-serif}\
.label{fill:light-dark(#444,#bbb)}.grid{stroke:light-dark(#e3e3e3,#333)}.axis{stroke:light-dark(#888,#777)}\
.hatch-line{stroke:light-dark(#bbb,#555);stroke-width:2}.hit{fill:none}";

/// Okabe and Ito's colours, told apart with every kind of colour vision, and shades of them.
const SERIES: [&str; 12] = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7a5195", "#b8a500", "#4d908e", "#a05d56",
    "#6c757d", "#8d99ae",
];

/// From informational to critical.
const SEVERITIES: [&str; 5] = ["#8d99ae", "#56b4e9", "#e69f00", "#d55e00", "#b5179e"];

/// Draws a trend, in English as all of the API.
pub fn standalone_trend(trend: &Trend) -> String {
    let counted = match trend.metric {
        Metric::New => "New findings",
        Metric::Occurrences => "Occurrences",
        Metric::Active => "Open findings",
    };
    let total = trend.total().map_or_else(|| "unknown".to_owned(), |total| total.to_string());
    let text = ChartText {
        title: format!("{counted} by {}", trend.by),
        description: format!(
            "{} buckets by {}, {} series, total {total}",
            trend.buckets.len(),
            trend.grain,
            trend.series.len()
        ),
        unknown: "nobody looked".to_owned(),
        language: "en",
    };
    let svg = draw_wide(trend, &text);
    let style = format!("><style>{PARTS}{}</style>", series_style());
    svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1080\" height=\"280\" ", 1)
        .replacen('>', &style, 1)
}

fn series_style() -> String {
    let mut style = String::new();
    let mut paint = |class: &str, colour: &str| {
        // Writing to a string cannot fail.
        let _ = write!(style, ".series-{class}{{fill:{colour}}}");
    };
    for (category, colour) in Category::ALL.iter().zip(SERIES) {
        paint(category.as_str(), colour);
    }
    for (severity, colour) in Severity::ALL.iter().zip(SEVERITIES) {
        paint(severity.as_str(), colour);
    }
    for (index, colour) in SERIES.iter().enumerate() {
        paint(&index.to_string(), colour);
    }
    paint("rest", SERIES[SERIES.len() - 1]);
    style
}

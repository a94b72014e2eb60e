//! What charts say, in the reader's language: the same words on a page and in a picture that stands alone.

use super::facets::{is_place, value_name};
use crate::backend::ChartText;
use crate::format::Reader;
use crate::model::coverage::Coverage;
use crate::model::{Grain, HeatColumns, Heatmap, Metric, Trend};
use crate::text::fill;

/// `New findings by cluster`
pub fn trend_heading(reader: &Reader, trend: &Trend) -> String {
    let words = &reader.text.reports;
    fill(words.trend_heading, &[("metric", words.metric(trend.metric)), ("dimension", words.dimension(trend.by))])
}

/// A trend with labels in the reader's language, and what its picture says.
pub fn trend(reader: &Reader, trend: &Trend) -> (Trend, ChartText) {
    let mut trend = trend.clone();
    for series in &mut trend.series {
        series.label = value_name(reader, trend.by.into(), &series.key, &series.label);
    }
    told_apart(trend.series.iter_mut().map(|series| (series.key.as_str(), &mut series.label)).collect());
    let title = trend_heading(reader, &trend);
    let template = match trend.metric {
        Metric::Active => reader.text.reports.trend_latest,
        Metric::New | Metric::Occurrences => reader.text.reports.trend_sum,
    };
    let unknown = trend.totals.iter().filter(|total| total.is_none()).count();
    let description = fill(
        template,
        &[
            ("heading", &title),
            ("total", &reader.number_or_unknown(trend.total())),
            ("series", &reader.number(count(trend.series.len()))),
            ("unknown", &reader.number(count(unknown))),
        ],
    );
    (trend, text(reader, title, description))
}

/// `New findings by threat category and cluster`
pub fn heat_heading(reader: &Reader, heatmap: &Heatmap) -> String {
    let words = &reader.text.reports;
    let columns = words.columns(heatmap.cols_by, heatmap.grain.unwrap_or(Grain::Week));
    fill(words.heat_heading, &[("rows", words.dimension(heatmap.rows_by)), ("columns", columns)])
}

/// A heat map with labels in the reader's language, and what its picture says. Buckets of time keep their names.
pub fn heatmap(reader: &Reader, heatmap: &Heatmap) -> (Heatmap, ChartText) {
    let mut heatmap = heatmap.clone();
    for row in &mut heatmap.rows {
        row.label = value_name(reader, heatmap.rows_by.into(), &row.key, &row.label);
    }
    if let HeatColumns::Of(dimension) = heatmap.cols_by {
        for column in &mut heatmap.columns {
            column.label = value_name(reader, dimension.into(), &column.key, &column.label);
        }
    }
    told_apart(heatmap.rows.iter_mut().map(|row| (row.key.as_str(), &mut row.label)).collect());
    told_apart(heatmap.columns.iter_mut().map(|column| (column.key.as_str(), &mut column.label)).collect());
    let title = heat_heading(reader, &heatmap);
    let unknown = heatmap.columns.iter().filter(|column| column.findings.is_none()).count();
    let description = fill(
        reader.text.reports.heat_said,
        &[
            ("heading", &title),
            ("total", &reader.number(heatmap.total)),
            ("highest", &reader.number(heatmap.highest())),
            ("unknown", &reader.number(count(unknown))),
        ],
    );
    (heatmap, text(reader, title, description))
}

/// Names that several places share say where they are: by account, by Region, or by both, whichever differs.
pub fn told_apart(mut names: Vec<(&str, &mut String)>) {
    let places =
        |key: &str| -> Vec<String> { key.split(['/', ':']).filter(|part| is_place(part)).map(str::to_owned).collect() };
    let all: Vec<(String, Vec<String>)> = names.iter().map(|(key, label)| ((*label).clone(), places(key))).collect();
    for (key, label) in &mut names {
        let namesakes: Vec<&Vec<String>> =
            all.iter().filter(|(other, _)| *other == **label).map(|(_, places)| places).collect();
        let differs = |place: &String| namesakes.iter().any(|places| !places.contains(place));
        let own: Vec<String> = places(key).into_iter().filter(differs).collect();
        if !own.is_empty() {
            **label = format!("{label} ({})", own.join(" "));
        }
    }
}

fn text(reader: &Reader, title: String, description: String) -> ChartText {
    chart_text(reader, title, description)
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Coverage over time.
pub fn coverage(reader: &Reader, report: &Coverage) -> ChartText {
    let text = &reader.text.coverage;
    let values: Vec<Option<f64>> = report.history.iter().map(|bucket| bucket.covered_percent).collect();
    let latest = values.iter().rev().flatten().next().copied();
    let count = |number: usize| reader.number(i64::try_from(number).unwrap_or(i64::MAX));
    let description = fill(
        text.history_said,
        &[
            ("heading", text.history_heading),
            ("latest", &super::verdict::percent(reader, latest)),
            ("unknown", &count(values.iter().filter(|value| value.is_none()).count())),
            ("buckets", &count(values.len())),
        ],
    );
    chart_text(reader, text.history_heading.to_owned(), description)
}

/// A picture's own words, and those of every chart.
pub fn chart_text(reader: &Reader, title: String, description: String) -> ChartText {
    ChartText {
        title,
        description,
        unknown: reader.text.unknown_bucket.to_owned(),
        blind: reader.text.coverage.blind.to_owned(),
        partly: reader.text.coverage.partly_blind.to_owned(),
        language: reader.language.tag(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn namesakes_say_where_they_are_and_no_more() {
        let keys = [
            "arn:aws:ecs:us-east-1:111122223333:cluster/payments",
            "arn:aws:ecs:ap-northeast-1:111122223333:cluster/payments",
            "arn:aws:ecs:us-east-1:111122223333:cluster/batch",
            "(none)",
        ];
        let mut labels = ["payments", "payments", "batch", "(none)"].map(str::to_owned);
        told_apart(keys.iter().copied().zip(&mut labels).collect());
        assert_eq!(labels, ["payments (us-east-1)", "payments (ap-northeast-1)", "batch", "(none)"]);
    }
}

use app::model::{Dimension, Grain, Metric, Series};
use jiff::Timestamp;

use super::*;

fn text() -> ChartText {
    ChartText {
        title: "New findings <by> \"category\"".to_owned(),
        description: "3 days & 2 series".to_owned(),
        unknown: "nobody looked".to_owned(),
        language: "en",
    }
}

fn trend(series: Vec<Series>, totals: Vec<Option<i64>>) -> Trend {
    Trend {
        by: Dimension::Category,
        metric: Metric::New,
        grain: Grain::Day,
        time_zone: "UTC".to_owned(),
        buckets: (1..=totals.len()).map(|day| format!("2026-11-{day:02}T00:00:00+00:00")).collect(),
        series,
        totals,
        as_of: Timestamp::UNIX_EPOCH,
        data_version: 1,
    }
}

fn series(key: &str, values: &[Option<i64>]) -> Series {
    Series { key: key.to_owned(), label: format!("Label of {key}"), values: values.to_vec() }
}

fn three_days() -> Trend {
    trend(
        vec![series("crypto-mining", &[None, Some(0), Some(3)]), series("other", &[None, Some(2), Some(1)])],
        vec![None, Some(2), Some(4)],
    )
}

#[test]
fn a_trend_draws_what_was_found_and_hatches_what_is_unknown() {
    let svg = SvgCharts.trend(&three_days(), &text());
    insta::assert_snapshot!(svg.replace("><", ">\n<"));
}

#[test]
fn bars_stand_on_each_other_without_gaps() {
    let svg = SvgCharts.trend(&three_days(), &text());
    let narrow = svg.split("chart-narrow").nth(1).unwrap_or_default();
    let of = |series: &str, attribute: &str| -> i32 {
        let element =
            narrow.split("<rect").find(|rect| rect.contains(&format!("data-bucket=\"2\" data-series=\"{series}\"")));
        let value = element.and_then(|rect| rect.split(&format!(" {attribute}=\"")).nth(1));
        value.and_then(|rest| rest.split('"').next()).and_then(|number| number.parse().ok()).unwrap_or(-1)
    };
    assert_eq!(of("other", "y") + of("other", "height"), of("crypto-mining", "y"));
    assert!(of("crypto-mining", "height") > 2 * of("other", "height"));
}

#[test]
fn drawings_carry_no_style_no_script_and_no_unescaped_text() {
    let hostile = trend(vec![series("\"><script>alert(1)</script>", &[Some(1)])], vec![Some(1)]);
    for svg in [SvgCharts.trend(&hostile, &text()), SvgCharts.sparkline(&[Some(1), None, Some(2)], &text())] {
        assert!(!svg.contains("<script") && !svg.contains("style=") && !svg.contains("<by>"), "{svg}");
    }
}

#[test]
fn many_series_keep_the_rest_together() {
    let many: Vec<Series> = (0..20).map(|index| series(&format!("k{index}"), &[Some(1)])).collect();
    let mut trend = trend(many, vec![Some(20)]);
    trend.by = Dimension::Cluster;
    let svg = SvgCharts.trend(&trend, &text());
    assert!(svg.contains(r#"data-series="rest" data-value="10""#), "{svg}");
}

#[test]
fn an_empty_report_is_an_empty_frame() {
    let svg = SvgCharts.trend(&trend(Vec::new(), Vec::new()), &text());
    assert!(!svg.contains("class=\"bar"));
    assert!(SvgCharts.sparkline(&[], &text()).ends_with("</svg>"));
}

#[test]
fn a_sparkline_breaks_where_nobody_looked() {
    let svg = SvgCharts.sparkline(&[Some(1), Some(4), None, Some(2), Some(3)], &text());
    assert_eq!(svg.matches("spark-line").count(), 2);
    assert_eq!(svg.matches("spark-end").count(), 1);
}

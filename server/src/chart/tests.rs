use app::format::Reader;
use app::model::{Dimension, Grain, HeatColumn, HeatColumns, HeatRow, Metric, Series};
use app::page::Theme;
use app::text::Language;
use jiff::Timestamp;

use super::*;

fn text() -> ChartText {
    ChartText {
        title: "New findings <by> \"category\"".to_owned(),
        description: "3 days & 2 series".to_owned(),
        unknown: "nobody looked".to_owned(),
        blind: "no agent ran".to_owned(),
        partly: "some agents ran".to_owned(),
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
        covered_percent: vec![None; totals.len()],
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
fn time_without_an_agent_is_hatched_once() {
    let blind = Trend { covered_percent: vec![Some(0), Some(0), Some(50)], ..three_days() };
    let svg = SvgCharts.trend(&blind, &text());
    // One span in each rendition: what nobody looked at has its own hatch, and a bucket seen in part a lighter one.
    assert_eq!(svg.matches("<title>some agents ran</title>").count(), 2, "{svg}");
    assert_eq!(svg.matches("-hatch-light)").count(), 2, "{svg}");
    assert_eq!(
        (svg.matches("<title>no agent ran</title>").count(), svg.matches("<title>nobody looked</title>").count()),
        (2, 2),
        "{svg}"
    );
}

#[test]
fn bars_stand_on_each_other_without_gaps() {
    let svg = SvgCharts.trend(&three_days(), &text());
    let narrow = svg.split("chart-narrow").nth(1).unwrap_or_default();
    // Where a layer's last bar stands, and how high it is.
    let of = |series: &str| -> (i32, i32) {
        let element = narrow.split("<path").find(|path| path.contains(&format!("series-{series}\"")));
        let bar = element.and_then(|path| path.rsplit('M').next()).unwrap_or_default();
        let numbers: Vec<i32> = bar.split([' ', 'v', 'h', '-']).filter_map(|number| number.parse().ok()).collect();
        (numbers[1], numbers[2])
    };
    let [(bottom, below), (at, above)] = ["crypto-mining", "other"].map(of);
    assert_eq!(bottom - below, at);
    assert!(below > 2 * above);
}

#[test]
fn a_day_says_all_of_it_where_no_script_does() {
    let svg = SvgCharts.trend(&three_days(), &text());
    let said = |canvas: &str| {
        let drawing = svg.split(&format!("chart-{canvas}\"")).nth(1).unwrap_or_default();
        let columns = drawing.split("</svg>").next().unwrap_or_default().split("class=\"bucket\"").skip(1);
        let title = |column: &str| Some(column.split_once("<title>")?.1.split_once("</title>")?.0.to_owned());
        columns.filter_map(title).collect::<Vec<_>>()
    };
    let [wide, narrow] = ["wide", "narrow"].map(said);
    assert!(wide[0].ends_with("nobody looked"), "{wide:?}");
    assert_eq!(wide[2].lines().count(), 3, "{wide:?}");
    assert_eq!(wide[2].lines().next(), Some(narrow[2].as_str()));
    assert!(wide[2].ends_with(": 1") && narrow[2].ends_with(" 4"), "{wide:?} {narrow:?}");
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
    assert!(svg.contains(r#"data-values="1,1,1,1,1,1,1,1,1,1,10""#) && svg.contains("+10: 10"), "{svg}");
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

fn heatmap(cols_by: HeatColumns, cells: &[&[Option<i64>]]) -> Heatmap {
    let width = cells.first().map_or(0, |row| row.len());
    let column = |index: usize| HeatColumn {
        key: format!("2026-11-{:02}T00:00:00+00:00", 2 + index * 7),
        label: format!("2026-11-{:02}T00:00:00+00:00", 2 + index * 7),
        findings: cells.iter().map(|row| row[index]).sum(),
    };
    let row = |(index, cells): (usize, &&[Option<i64>])| HeatRow {
        key: format!("row-{index}"),
        label: format!("Row <{index}>"),
        findings: cells.iter().flatten().sum(),
        cells: cells.to_vec(),
    };
    Heatmap {
        rows_by: Dimension::Category,
        cols_by,
        grain: (cols_by == HeatColumns::Time).then_some(Grain::Week),
        time_zone: "UTC".to_owned(),
        columns: (0..width).map(column).collect(),
        rows: cells.iter().enumerate().map(row).collect(),
        columns_total: width,
        rows_total: cells.len(),
        total: 0,
        watched: true,
        as_of: Timestamp::UNIX_EPOCH,
        data_version: 1,
    }
}

#[test]
fn a_heat_map_shades_links_and_hatches() {
    let heatmap = heatmap(HeatColumns::Time, &[&[None, Some(0), Some(120)], &[None, Some(3), Some(1)]]);
    let href = |row: usize, column: usize| Some(format!("/findings?cell={row}&at={column}"));
    let svg = SvgCharts.heatmap(&heatmap, &text(), &href);
    insta::assert_snapshot!(svg.replace("><", ">\n<"));
    assert!(!svg.contains("style=") && !svg.contains("Row <"));
}

#[test]
fn a_heat_map_with_more_columns_than_fit_keeps_the_newest_weeks_and_the_largest_values() {
    let row: Vec<Option<i64>> = (1..=30).map(Some).collect();
    let none = |_: usize, _: usize| None;
    let values = |columns| {
        let svg = SvgCharts.heatmap(&heatmap(columns, &[&row]), &text(), &none);
        let wide = svg.split("chart-narrow").next().unwrap_or_default().to_owned();
        wide.split("data-value=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next()?.parse().ok())
            .collect::<Vec<i64>>()
    };
    assert_eq!(values(HeatColumns::Time), (7..=30).collect::<Vec<_>>());
    assert_eq!(values(HeatColumns::Of(Dimension::Cluster)), (1..=24).collect::<Vec<_>>());
}

fn reader(language: Language) -> Reader {
    Reader::new(language, "Asia/Tokyo", "2026-11-23T12:00:00Z".parse().unwrap_or_default())
}

#[test]
fn a_picture_that_stands_alone_says_what_it_shows_and_when() {
    let picture = trend_picture(&three_days(), &reader(Language::Japanese), Theme::Dark);
    for words in ["脅威カテゴリー別の新しい検出", "2026年11月23日 21:00", "暗号通貨マイニング 3"]
    {
        assert!(picture.svg.contains(words), "{words}: {}", picture.svg);
    }
    assert!(!picture.svg.contains("var(") && !picture.svg.contains("light-dark("));
    let empty = heatmap(HeatColumns::Of(Dimension::Cluster), &[]);
    assert!(heatmap_picture(&empty, &reader(Language::English), Theme::Auto).svg.ends_with("</svg>"));
}

#[test]
fn pictures_are_painted_in_this_process() {
    let picture = trend_picture(&three_days(), &reader(Language::Japanese), Theme::Light);
    let image = png(&picture).unwrap_or_default();
    assert!(image.starts_with(b"\x89PNG\r\n\x1a\n") && image.len() > 4000, "{}", image.len());
}

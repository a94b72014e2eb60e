//! What stands in a shared view: chart, rows, list. No part has a link or needs a script.

use leptos::prelude::*;

use super::facets::value_name;
use super::{badge, blind_spots, category_tag, chart, chart_words, empty, kpi, layer_rows, shared_words};
use crate::backend::{ChartText, Charts};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{Breakdown, Dimension, Heatmap, KpiKind, Place, SharedFindings, SharedLayers, SharedRows, Trend};

/// The picture, its legend and its table.
pub fn trend(reader: &Reader, charts: &dyn Charts, trend: &Trend) -> AnyView {
    let text = reader.text;
    let (trend, words) = chart_words::trend(reader, trend);
    let drawn = trend.drawn_alone();
    let figure = |values: &[Option<i64>]| reader.number_or_unknown(trend.figure(values));
    let entry = |index: usize| {
        let series = &trend.series[index];
        let class = format!("swatch swatch-{}", trend.ink(index));
        view! {
            <li>
                <span class=class aria-hidden="true"></span>
                <span>{series.label.clone()}</span>
                <span class="legend-count">{figure(&series.values)}</span>
            </li>
        }
        .into_any()
    };
    let rest = (drawn < trend.series.len()).then(|| {
        let more = i64::try_from(trend.series.len() - drawn).unwrap_or(i64::MAX);
        view! {
            <li class="legend-rest">
                <span class="swatch swatch-rest" aria-hidden="true"></span>
                <span>{reader.count(text.shares.rows_more, more)}</span>
            </li>
        }
    });
    let quiet = (trend.total() == Some(0)).then(|| view! { <p class="empty">{text.empty_window}</p> });
    let entries: Vec<_> = (0..drawn).map(entry).collect();
    view! {
        {quiet}
        <div class="chart-picture" inner_html=charts.trend(&trend, &words)></div>
        <ul class="legend shared-legend">{entries}{rest}{chart::hatches(reader, &trend)}</ul>
        <details class="chart-table">
            <summary>{text.show_table}</summary>
            {trend_table(reader, &trend, &words)}
        </details>
    }
    .into_any()
}

/// The series that are drawn one by one, and the totals.
fn trend_table(reader: &Reader, trend: &Trend, words: &ChartText) -> AnyView {
    let text = reader.text;
    let drawn = &trend.series[..trend.drawn_alone()];
    let heads: Vec<_> =
        drawn.iter().map(|series| view! { <th scope="col" class="number">{series.label.clone()}</th> }).collect();
    let told = trend.covered_percent.iter().any(Option::is_some);
    let covered = told.then(|| view! { <th scope="col" class="number">{text.coverage.column_covered_percent}</th> });
    let cell = |value: Option<i64>| {
        let class = if value.is_some() { "number" } else { "number is-unknown" };
        view! { <td class=class>{reader.number_or_unknown(value)}</td> }
    };
    let rows: Vec<_> = trend
        .buckets
        .iter()
        .enumerate()
        .map(|(index, bucket)| {
            let at = |values: &[Option<i64>]| values.get(index).copied().flatten();
            let cells: Vec<_> = drawn.iter().map(|series| cell(at(&series.values))).collect();
            let name = bucket.get(..16).unwrap_or(bucket).replace('T', " ").trim_end_matches(" 00:00").to_owned();
            let covered = told.then(|| cell(at(&trend.covered_percent)));
            view! { <tr><th scope="row">{name}</th>{cell(at(&trend.totals))}{covered}{cells}</tr> }
        })
        .collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=words.title.clone()>
            <table class="data">
                <thead>
                    <tr>
                        <th scope="col">{text.column_from}</th>
                        <th scope="col" class="number">{text.column_total}</th>
                        {covered}
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// Rows, and how many there are besides.
pub fn breakdown(reader: &Reader, rows: &SharedRows) -> AnyView {
    let more = more(reader, rows.breakdown.rows.len(), rows.rows_total);
    view! { {rows_of(reader, &rows.breakdown, usize::MAX)}{more} }.into_any()
}

/// Rows with a bar behind each number, and the total.
pub fn rows_of(reader: &Reader, breakdown: &Breakdown, most: usize) -> AnyView {
    let text = reader.text;
    if breakdown.rows.is_empty() {
        return empty::of_window(reader, breakdown.watched);
    }
    let (breakdown, _) = named(reader, breakdown);
    let highest = breakdown.rows.iter().map(|row| row.findings).max().unwrap_or(1).max(1);
    let rows: Vec<_> = breakdown
        .rows
        .iter()
        .take(most)
        .map(|row| {
            view! {
                <tr>
                    <th scope="row">{row.label.clone()}</th>
                    <td class=share(row.findings, highest)>{reader.number(row.findings)}</td>
                    <td class="number hide-narrow">{reader.number(row.occurrences)}</td>
                </tr>
            }
        })
        .collect();
    view! {
        <table class="data">
            <thead>
                <tr>
                    <th scope="col">{text.field(breakdown.by.into())}</th>
                    <th scope="col" class="number">{text.column_findings}</th>
                    <th scope="col" class="number hide-narrow">{text.kpi(KpiKind::Occurrences)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">{text.column_total}</th>
                    <td class="number">{reader.number(breakdown.total.findings)}</td>
                    <td class="number hide-narrow">{reader.number(breakdown.total.occurrences)}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// A breakdown with labels in the reader's language that tell namesakes apart.
pub fn named(reader: &Reader, breakdown: &Breakdown) -> (Breakdown, Vec<String>) {
    let mut breakdown = breakdown.clone();
    for row in &mut breakdown.rows {
        row.label = value_name(reader, breakdown.by.into(), &row.key, &row.label);
    }
    chart_words::told_apart(breakdown.rows.iter_mut().map(|row| (row.key.as_str(), &mut row.label)).collect());
    let labels = breakdown.rows.iter().map(|row| row.label.clone()).collect();
    (breakdown, labels)
}

/// A bar behind the number, in twentieths: the style sheet has a class for each.
fn share(findings: i64, highest: i64) -> String {
    format!("number share share-{}", (findings * 20 + highest - 1) / highest)
}

/// A table of several, under its heading.
pub fn part(heading: &'static str, id: &'static str, content: AnyView) -> AnyView {
    view! {
        <section class="shared-part" aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// How many rows there are besides those that are shown.
pub fn more(reader: &Reader, shown: usize, all: usize) -> Option<AnyView> {
    let more = i64::try_from(all.saturating_sub(shown)).unwrap_or(i64::MAX);
    let words = || reader.count(reader.text.shares.rows_more, more);
    (more > 0).then(|| view! { <p class="panel-foot">{words()}</p> }.into_any())
}

/// Places with their small trends.
pub fn places(
    reader: &Reader,
    charts: &dyn Charts,
    by: Dimension,
    places: &[Place],
    total: usize,
    watched: bool,
) -> AnyView {
    let text = reader.text;
    if places.is_empty() {
        return empty::of_window(reader, watched);
    }
    let mut labels: Vec<(String, String)> = places
        .iter()
        .map(|place| (place.row.key.clone(), value_name(reader, by.into(), &place.row.key, &place.row.label)))
        .collect();
    chart_words::told_apart(labels.iter_mut().map(|(key, label)| (key.as_str(), label)).collect());
    let highest = places.iter().map(|place| place.row.findings).max().unwrap_or(1).max(1);
    let rows: Vec<_> = places
        .iter()
        .zip(labels)
        .map(|(place, (_, label))| {
            let title = crate::text::fill(text.spark_title, &[("name", &label)]);
            let words = chart_words::chart_text(reader, title.clone(), title);
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td class="spark hide-narrow" inner_html=charts.sparkline(&place.spark, &words)></td>
                    <td class=share(place.row.findings, highest)>{reader.number(place.row.findings)}</td>
                    <td class="number">{kpi::difference(reader, place.row.findings, place.previous)}</td>
                </tr>
            }
        })
        .collect();
    let shown = places.iter().filter(|place| place.row.key != NONE_KEY).count();
    let more = more(reader, shown, total);
    view! {
        <table class="data">
            <thead>
                <tr>
                    <th scope="col">{text.field(by.into())}</th>
                    <th scope="col" class="hide-narrow hide-in-part">{text.column_trend}</th>
                    <th scope="col" class="number">{text.column_findings}</th>
                    <th scope="col" class="number">{text.column_change}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {more}
    }
    .into_any()
}

/// The map and its table.
pub fn heatmap(reader: &Reader, charts: &dyn Charts, heatmap: &Heatmap) -> AnyView {
    let text = reader.text;
    let (heatmap, words) = chart_words::heatmap(reader, heatmap);
    if heatmap.rows.is_empty() {
        return empty::of_window(reader, heatmap.watched);
    }
    let hatch = heatmap.columns.iter().any(|column| column.findings.is_none());
    let hatch = hatch.then(|| view! { <ul class="legend"><li class="legend-unknown">{text.unknown_bucket}</li></ul> });
    let heads: Vec<_> = heatmap
        .columns
        .iter()
        .map(|column| view! { <th scope="col" class="number">{column.label.clone()}</th> })
        .collect();
    let rows: Vec<_> = heatmap
        .rows
        .iter()
        .map(|row| {
            let cells: Vec<_> = row
                .cells
                .iter()
                .map(|value| view! { <td class="number">{reader.number_or_unknown(*value)}</td> })
                .collect();
            view! {
                <tr>
                    <th scope="row">{row.label.clone()}</th>
                    <td class="number">{reader.number(row.findings)}</td>
                    {cells}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="chart-picture" inner_html=charts.heatmap(&heatmap, &words, &|_, _| None)></div>
        {hatch}
        <details class="chart-table">
            <summary>{text.show_table}</summary>
            <div class="scroller" tabindex="0" role="group" aria-label=words.title.clone()>
                <table class="data">
                    <thead>
                        <tr>
                            <th scope="col">{text.field(heatmap.rows_by.into())}</th>
                            <th scope="col" class="number">{text.column_total}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

/// Workloads by layer, and what the agent cannot see.
pub fn layers(reader: &Reader, charts: &dyn Charts, layers: &SharedLayers) -> AnyView {
    let text = &reader.text.layers;
    if layers.rows.is_empty() {
        return view! { <p class="empty">{text.matrix_empty}</p> }.into_any();
    }
    let more = more(reader, layers.rows.len(), layers.rows_total);
    view! {
        {blind_spots::cards(reader, &layers.blind_spots)}
        {layer_rows::table(reader, charts, layers.by, &layers.rows, &|_| None)}
        {more}
    }
    .into_any()
}

/// Single findings.
pub fn findings(reader: &Reader, findings: &SharedFindings) -> AnyView {
    let text = reader.text;
    if findings.rows.is_empty() {
        return empty::of_window(reader, findings.watched);
    }
    let rows: Vec<_> = findings
        .rows
        .iter()
        .map(|finding| {
            let category = finding.category.map(|category| category_tag::tag(reader, category));
            view! {
                <tr>
                    <td>{badge::severity(reader, finding.severity)}</td>
                    <td>
                        {finding.title.clone()}
                        <span class="sub">{category}" "<code>{finding.finding_type.clone()}</code></span>
                    </td>
                    <td class="shared-place hide-narrow">{shared_words::place(finding)}</td>
                    <td class="number hide-narrow">{reader.number(finding.occurrences)}</td>
                    <td class="nowrap">{reader.time(finding.created_at)}</td>
                </tr>
            }
        })
        .collect();
    let shown = i64::try_from(findings.rows.len()).unwrap_or(i64::MAX);
    let more = (shown < findings.total)
        .then(|| view! { <p class="panel-foot">{reader.count(text.shares.findings_shown, shown)}</p> });
    view! {
        <table class="data shared-findings">
            <thead>
                <tr>
                    <th scope="col">{text.column_severity}</th>
                    <th scope="col">{text.column_finding}</th>
                    <th scope="col" class="hide-narrow">{text.column_where}</th>
                    <th scope="col" class="number hide-narrow">{text.column_count}</th>
                    <th scope="col">{text.column_created}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {more}
    }
    .into_any()
}

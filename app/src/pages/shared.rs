//! What stands behind a link: one document for frames of any page.
//!
//! It has no script, no link to anywhere, no request of its own and its style within, so that it works in a sandbox that
//! allows nothing. Details open without script. It tells what its [`Shared`] holds and nothing else.

use leptos::prelude::*;

use crate::backend::{ChartText, Charts};
use crate::components::facets::value_name;
use crate::components::{badge, category_tag, chart_words, headline_words, kpi, shared_words};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{
    Breakdown, Dimension, Heatmap, KpiKind, Place, Shared, SharedContent, SharedFindings, SharedOverview, SharedRows,
    Trend,
};
use crate::page::{Theme, rendered};
use crate::text::Language;

/// Rows of the overview's categories.
const CATEGORIES: usize = 11;

/// How the document looks.
#[derive(Debug, Clone, Copy)]
pub struct SharedFrame<'a> {
    pub theme: Theme,
    /// Whether the heading is shown; it is always said.
    pub titled: bool,
    /// Seconds after which it loads itself anew.
    pub refresh: Option<u32>,
    /// Address of its oEmbed description.
    pub oembed: Option<&'a str>,
    /// The whole style sheet.
    pub style: &'a str,
}

/// The document of a view.
pub fn document(shared: &Shared, reader: &Reader, charts: &dyn Charts, frame: &SharedFrame<'_>) -> String {
    let heading = shared_words::heading(reader, shared);
    let title = if frame.titled { "shared-title" } else { "unseen" };
    let content = || match &shared.content {
        SharedContent::Overview(overview) => self::overview(reader, charts, overview),
        SharedContent::Trend(trend) => self::trend(reader, charts, trend),
        SharedContent::Breakdown(rows) => breakdown(reader, rows),
        SharedContent::Heatmap(heatmap) => self::heatmap(reader, charts, heatmap),
        SharedContent::Findings(findings) => self::findings(reader, findings),
    };
    let main = || {
        view! {
            <main class="shared" data-report=shared.report.as_str()>
                <header class="shared-head">
                    <h1 class=title>{heading.clone()}</h1>
                    <p class="shared-scope">{shared_words::scope(reader, shared)}</p>
                </header>
                {content()}
                <footer class="shared-foot">
                    <p>{shared_words::stamp(reader)}</p>
                    <p lang="en">"Yagura"</p>
                </footer>
            </main>
        }
        .into_any()
    };
    whole(reader.language, frame, &heading, &rendered(main))
}

/// The document of a link that shows nothing any more, or nothing to this reader.
pub fn gone(language: Language, frame: &SharedFrame<'_>) -> String {
    let text = &language.text().shares;
    let main = || {
        view! {
            <main class="shared shared-gone">
                <h1 class="shared-title">{text.gone_heading}</h1>
                <p>{text.gone_advice}</p>
            </main>
        }
        .into_any()
    };
    whole(language, frame, text.gone_heading, &rendered(main))
}

fn whole(language: Language, frame: &SharedFrame<'_>, title: &str, main: &str) -> String {
    let scheme = match frame.theme {
        Theme::Auto => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let refresh = frame.refresh.map(|seconds| view! { <meta http-equiv="refresh" content=seconds.to_string()/> });
    let oembed = frame.oembed.map(|href| {
        view! { <link rel="alternate" type="application/json+oembed" href=href.to_owned()/> }
    });
    let html = rendered(|| {
        view! {
            <html lang=language.tag() data-theme=frame.theme.as_str()>
                <head>
                    <meta charset="utf-8"/>
                    <meta name="viewport" content="width=device-width, initial-scale=1"/>
                    <meta name="color-scheme" content=scheme/>
                    <meta name="robots" content="noindex"/>
                    <title>{title.to_owned()}</title>
                    {refresh}
                    {oembed}
                    <style inner_html=frame.style.to_owned()></style>
                </head>
                <body inner_html=main.to_owned()></body>
            </html>
        }
        .into_any()
    });
    format!("<!DOCTYPE html>{html}")
}

fn overview(reader: &Reader, charts: &dyn Charts, overview: &SharedOverview) -> AnyView {
    let text = reader.text;
    let headline = &overview.headline;
    let note = if headline.sources_failing > 0 { "headline-note is-trouble" } else { "headline-note" };
    let cards: Vec<_> = overview
        .kpis
        .iter()
        .map(|figure| {
            let known = if figure.value.is_some() { "kpi-value" } else { "kpi-value is-unknown" };
            view! {
                <li class="kpi" data-kpi=kpi_word(figure.kind)>
                    <span class="kpi-name">{text.kpi(figure.kind)}</span>
                    <span class=known>{reader.number_or_unknown(figure.value)}</span>
                    {kpi::change(reader, figure.value, figure.previous)}
                </li>
            }
        })
        .collect();
    let heading = chart_words::trend_heading(reader, &overview.trend);
    // Unknown stays unknown: without a look at anything, an empty table would say that it is quiet.
    let looked = headline.new_high.is_some();
    view! {
        <p class=note>
            {headline_words::health(reader, headline.sources_failing, headline.sources_total)}
            " "
            {headline_words::synced(reader, headline.synced_at)}
        </p>
        <ul class="kpis">{cards}</ul>
        <section class="shared-part" aria-labelledby="trend">
            <h2 id="trend">{heading}</h2>
            {self::trend(reader, charts, &overview.trend)}
        </section>
        <div class="shared-columns">
            {part(text.categories_heading, "categories", rows_of(reader, &overview.categories, CATEGORIES, looked))}
            {part(text.clusters_heading, "clusters",
                places(reader, charts, Dimension::Cluster, &overview.clusters, overview.clusters_total, looked))}
            {part(text.families_heading, "families",
                places(reader, charts, Dimension::Family, &overview.families, overview.families_total, looked))}
        </div>
    }
    .into_any()
}

const fn kpi_word(kind: KpiKind) -> &'static str {
    match kind {
        KpiKind::New => "new",
        KpiKind::NewHigh => "new-high",
        KpiKind::Active => "active",
        KpiKind::Occurrences => "occurrences",
        KpiKind::FamiliesAffected => "families",
    }
}

fn part(heading: &'static str, id: &'static str, content: AnyView) -> AnyView {
    view! {
        <section class="shared-part" aria-labelledby=id>
            <h2 id=id>{heading}</h2>
            {content}
        </section>
    }
    .into_any()
}

fn trend(reader: &Reader, charts: &dyn Charts, trend: &Trend) -> AnyView {
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
    let hatch = trend.totals.contains(&None).then(|| view! { <li class="legend-unknown">{text.unknown_bucket}</li> });
    let quiet = (trend.total() == Some(0)).then(|| view! { <p class="empty">{text.empty_window}</p> });
    let entries: Vec<_> = (0..drawn).map(entry).collect();
    view! {
        {quiet}
        <div class="chart-picture" inner_html=charts.trend(&trend, &words)></div>
        <ul class="legend shared-legend">{entries}{rest}{hatch}</ul>
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
            view! { <tr><th scope="row">{name}</th>{cell(at(&trend.totals))}{cells}</tr> }
        })
        .collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=words.title.clone()>
            <table class="data">
                <thead>
                    <tr>
                        <th scope="col">{text.column_from}</th>
                        <th scope="col" class="number">{text.column_total}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn breakdown(reader: &Reader, rows: &SharedRows) -> AnyView {
    let more = rows.rows_total.saturating_sub(rows.breakdown.rows.len());
    let more = (more > 0).then(|| {
        let more = i64::try_from(more).unwrap_or(i64::MAX);
        view! { <p class="panel-foot">{reader.count(reader.text.shares.rows_more, more)}</p> }
    });
    view! { {rows_of(reader, &rows.breakdown, usize::MAX, rows.looked)}{more} }.into_any()
}

/// Rows with a bar behind each number, and the total.
fn rows_of(reader: &Reader, breakdown: &Breakdown, most: usize, looked: bool) -> AnyView {
    let text = reader.text;
    if breakdown.rows.is_empty() {
        return nothing(reader, looked);
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

/// Nobody looked, or there is nothing: not the same.
fn nothing(reader: &Reader, looked: bool) -> AnyView {
    if looked {
        view! { <p class="empty">{reader.text.empty_window}</p> }.into_any()
    } else {
        view! { <p class="empty shared-unknown">{reader.text.headline_unknown}</p> }.into_any()
    }
}

fn places(
    reader: &Reader,
    charts: &dyn Charts,
    by: Dimension,
    places: &[Place],
    total: usize,
    looked: bool,
) -> AnyView {
    let text = reader.text;
    if places.is_empty() {
        return nothing(reader, looked);
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
            let words = ChartText {
                title: title.clone(),
                description: title,
                unknown: text.unknown.to_owned(),
                language: reader.language.tag(),
            };
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
    let more = i64::try_from(total.saturating_sub(shown)).unwrap_or(0);
    let more = (more > 0).then(|| view! { <p class="panel-foot">{reader.count(text.shares.rows_more, more)}</p> });
    view! {
        <table class="data">
            <thead>
                <tr>
                    <th scope="col">{text.field(by.into())}</th>
                    <th scope="col" class="hide-narrow">{text.column_trend}</th>
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

fn heatmap(reader: &Reader, charts: &dyn Charts, heatmap: &Heatmap) -> AnyView {
    let text = reader.text;
    let (heatmap, words) = chart_words::heatmap(reader, heatmap);
    if heatmap.rows.is_empty() {
        let looked = heatmap.columns.iter().any(|column| column.findings.is_some());
        return nothing(reader, looked);
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

fn findings(reader: &Reader, findings: &SharedFindings) -> AnyView {
    let text = reader.text;
    if findings.rows.is_empty() {
        return nothing(reader, findings.looked);
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
                    <td class="hide-narrow">{shared_words::place(finding)}</td>
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

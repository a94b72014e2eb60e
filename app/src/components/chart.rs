//! The trend: picture, legend, table, and the way to take them along.

use leptos::prelude::*;

use crate::backend::{ChartText, Charts};
use crate::format::Reader;
use crate::islands::ChartHover;
use crate::model::{Category, Dimension, Field, Filter, Severity, Trend, Window};
use crate::text::fill;

/// A trend with labels in the reader's language.
fn translated(reader: &Reader, trend: &Trend) -> Trend {
    let mut trend = trend.clone();
    for series in &mut trend.series {
        let label = match trend.by {
            Dimension::Category => series.key.parse::<Category>().ok().map(|category| reader.text.category(category)),
            Dimension::Severity => series.key.parse::<Severity>().ok().map(|severity| reader.text.severity(severity)),
            _ => None,
        };
        if let Some(label) = label {
            label.clone_into(&mut series.label);
        }
    }
    trend
}

/// The panel of new findings by category.
pub fn trend_panel(reader: &Reader, charts: &dyn Charts, filter: &Filter, window: &Window, trend: &Trend) -> AnyView {
    let text = reader.text;
    let trend = translated(reader, trend);
    let total = trend.total();
    let unknown = trend.totals.iter().filter(|total| total.is_none()).count();
    let description = fill(
        text.trend_description,
        &[
            ("total", &reader.number_or_unknown(total)),
            ("series", &reader.number(i64::try_from(trend.series.len()).unwrap_or(0))),
            ("unknown", &reader.number(i64::try_from(unknown).unwrap_or(0))),
        ],
    );
    let svg = charts.trend(
        &trend,
        &ChartText {
            title: text.trend_title.to_owned(),
            description: description.clone(),
            unknown: text.unknown_bucket.to_owned(),
            language: reader.language.tag(),
        },
    );
    let names = trend.series.iter().map(|series| (series.key.clone(), series.label.clone())).collect();
    let hatch = (unknown > 0).then(|| view! { <li class="legend-unknown">{text.unknown_bucket}</li> });
    let query = filter.first_page().to_query();
    let separator = if query.is_empty() { "" } else { "&" };
    let csv = format!("/api/v1/export/trend.csv?by=category&metric=new{separator}{query}");
    let json = format!("/api/v1/trend?by=category&metric=new{separator}{query}");
    let quiet = (total == Some(0)).then(|| view! { <p class="empty">{text.empty_window}</p> });
    view! {
        <section class="panel" aria-labelledby="trend">
            <header class="panel-head">
                <h2 id="trend">{text.trend_title}</h2>
                <p class="panel-note">{super::range_bar::words(reader, window)}</p>
                <span class="panel-actions">
                    <a class="quiet" href=csv>"CSV"</a>
                    <a class="quiet" href=json>"JSON"</a>
                </span>
            </header>
            {quiet}
            <div class="chart-box">
                <div class="chart-picture" inner_html=svg></div>
                <ChartHover names=names total=text.column_total.to_owned() unknown=text.unknown_bucket.to_owned()/>
            </div>
            <ul class="legend">{legend(reader, filter, &trend)}{hatch}</ul>
            <details class="chart-table">
                <summary>{text.show_table}</summary>
                {table(reader, &trend)}
            </details>
        </section>
    }
    .into_any()
}

fn legend(reader: &Reader, filter: &Filter, trend: &Trend) -> Vec<AnyView> {
    let entry = |series: &crate::model::Series| {
        let sum = series.values.iter().flatten().sum();
        let href = filter.with(Field::Category, &series.key).href("/findings");
        let class = format!("swatch swatch-{}", series.key);
        view! {
            <li>
                <a href=href data-series=series.key.clone()>
                    <span class=class aria-hidden="true"></span>
                    <span>{series.label.clone()}</span>
                    <span class="legend-count">{reader.number(sum)}</span>
                </a>
            </li>
        }
        .into_any()
    };
    trend.series.iter().map(entry).collect()
}

/// Every value of the picture.
fn table(reader: &Reader, trend: &Trend) -> AnyView {
    let text = reader.text;
    let heads: Vec<_> = trend
        .series
        .iter()
        .map(|series| view! { <th scope="col" class="number">{series.label.clone()}</th> })
        .collect();
    let cell = |value: Option<i64>| match value {
        Some(value) => view! { <td class="number">{reader.number(value)}</td> }.into_any(),
        None => view! { <td class="number is-unknown">{text.unknown}</td> }.into_any(),
    };
    let rows: Vec<_> = trend
        .buckets
        .iter()
        .enumerate()
        .map(|(index, bucket)| {
            let cells: Vec<_> =
                trend.series.iter().map(|series| cell(series.values.get(index).copied().flatten())).collect();
            let total = cell(trend.totals.get(index).copied().flatten());
            let name = bucket.get(..16).unwrap_or(bucket).replace('T', " ").trim_end_matches(" 00:00").to_owned();
            view! {
                <tr>
                    <th scope="row"><time datetime=bucket.clone()>{name}</time></th>
                    {total}
                    {cells}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=text.trend_title>
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

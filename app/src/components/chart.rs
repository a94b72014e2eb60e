//! The trend: picture, legend, table, and the way to take them along.

use leptos::prelude::*;

use super::{chart_words, other_forms, share_link};
use crate::backend::Charts;
use crate::format::Reader;
use crate::islands::ChartHover;
use crate::model::{
    Field, Filter, Metric, OverviewView, Series, ShareReport, Span, StatusChoice, TimeRange, Trend, Window,
};

/// The page a panel stands on: what its choices lead back to.
#[derive(Debug, Clone, Copy)]
pub struct Here<'a> {
    pub base: &'a str,
    /// What the page's own address narrows.
    pub filter: &'a Filter,
    pub view: OverviewView,
}

/// The panel of a trend with the choice of what it shows. `filter` selects what is counted.
pub fn trend_panel(
    reader: &Reader,
    charts: &dyn Charts,
    filter: &Filter,
    here: Here<'_>,
    window: &Window,
    trend: &Trend,
) -> AnyView {
    let text = reader.text;
    let (trend, words) = chart_words::trend(reader, trend);
    let svg = charts.trend(&trend, &words);
    let alone = trend.series[..trend.drawn_alone()].iter().enumerate();
    let alone = alone.map(|(index, series)| (series.label.clone(), trend.ink(index)));
    let names = alone.chain(rest(reader, &trend).map(|name| (name, "rest".to_owned()))).collect();
    let address = |path: &str| filter.first_page().href(&format!("{path}?by={}&metric={}", trend.by, trend.metric));
    let quiet = (trend.total() == Some(0)).then(|| view! { <p class="empty">{text.empty_window}</p> });
    let heading = words.title.clone();
    view! {
        <section class="panel" aria-labelledby="trend">
            <header class="panel-head">
                <h2 id="trend">{words.title}</h2>
                <p class="panel-note">{super::range_bar::words(reader, window)}</p>
                <span class="panel-actions">
                    <a class="quiet" href=address("/api/v1/export/trend.csv")>"CSV"</a>
                    {other_forms::links(reader, &address("/api/v1/export/trend.csv"), &heading)}
                    <a class="quiet" href=address("/api/v1/charts/trend.png")>{text.reports.picture}</a>
                    {share_link::link(reader, ShareReport::Trend, &address(""), &heading)}
                </span>
            </header>
            {choices(reader, here)}
            {quiet}
            <div class="chart-box">
                <div class="chart-picture" inner_html=svg></div>
                <ChartHover names=names total=text.column_total.to_owned() unknown=text.unknown_bucket.to_owned()/>
            </div>
            <ul class="legend">{legend(reader, filter, &trend)}{hatches(reader, &trend)}</ul>
            <details class="chart-table">
                <summary>{text.show_table}</summary>
                {table(reader, &trend, heading)}
            </details>
        </section>
    }
    .into_any()
}

/// What the trend is split by and what it counts, as links.
fn choices(reader: &Reader, here: Here<'_>) -> AnyView {
    let view = here.view;
    let words = &reader.text.reports;
    let by = OverviewView::BY.map(|by| (reader.text.field(by.into()), OverviewView { by, ..view }));
    let metrics = Metric::ALL.iter().map(|&metric| (words.metric(metric), OverviewView { metric, ..view }));
    view! {
        <div class="chart-choices">
            {switch(words.by_label, here, by)}
            {switch(words.metric_label, here, metrics)}
        </div>
    }
    .into_any()
}

/// Views of the overview as links, of which one is taken.
pub fn switch(
    label: &'static str,
    here: Here<'_>,
    choices: impl IntoIterator<Item = (&'static str, OverviewView)>,
) -> AnyView {
    let links: Vec<_> = choices
        .into_iter()
        .map(|(name, there)| {
            let current = (there == here.view).then_some("true");
            let href = here.filter.first_page().href(&there.at(here.base));
            view! { <li><a href=href aria-current=current>{name}</a></li> }
        })
        .collect();
    view! { <nav class="ranges" aria-label=label><ul class="switch">{links}</ul></nav> }.into_any()
}

/// The list behind a series.
fn list_of(filter: &Filter, trend: &Trend, series: &Series) -> String {
    let mut list = filter.with(Field::from(trend.by), &series.key);
    if trend.metric == Metric::Active {
        list.status = Some(StatusChoice::Active);
        list.range = TimeRange::Last(Span::All);
    }
    list.href("/findings")
}

fn legend(reader: &Reader, filter: &Filter, trend: &Trend) -> Vec<AnyView> {
    let entry = |(index, series): (usize, &Series)| {
        let figure = reader.number_or_unknown(trend.figure(&series.values));
        let class = format!("swatch swatch-{}", trend.ink(index));
        view! {
            <li>
                <a href=list_of(filter, trend, series) title=series.key.clone()>
                    <span class=class aria-hidden="true"></span>
                    <span>{series.label.clone()}</span>
                    <span class="legend-count">{figure}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let rest = rest(reader, trend).map(|name| {
        view! {
            <li class="legend-rest">
                <span class="swatch swatch-rest" aria-hidden="true"></span>
                {name}
            </li>
        }
        .into_any()
    });
    trend.series.iter().take(trend.drawn_alone()).enumerate().map(entry).chain(rest).collect()
}

/// The name of the series that are drawn as one.
fn rest(reader: &Reader, trend: &Trend) -> Option<String> {
    let rest = trend.series.len() - trend.drawn_alone();
    (rest > 0).then(|| format!("+{}", reader.number(i64::try_from(rest).unwrap_or(i64::MAX))))
}

/// What is hatched in the picture, and why; for a legend.
pub fn hatches(reader: &Reader, trend: &Trend) -> Vec<AnyView> {
    let text = reader.text;
    let any = |is_it: &dyn Fn(usize) -> bool| (0..trend.buckets.len()).any(is_it);
    let marks = [
        (trend.totals.contains(&None), "legend-unknown", text.unknown_bucket),
        (any(&|index| trend.is_blind(index)), "legend-unknown", text.coverage.blind),
        (any(&|index| trend.is_partly_blind(index)), "legend-unknown legend-partly", text.coverage.partly_blind),
    ];
    let shown = marks.into_iter().filter(|(is_there, ..)| *is_there);
    shown.map(|(_, class, words)| view! { <li class=class>{words}</li> }.into_any()).collect()
}

/// Every value of the picture.
fn table(reader: &Reader, trend: &Trend, heading: String) -> AnyView {
    let text = reader.text;
    let heads: Vec<_> = trend
        .series
        .iter()
        .map(|series| view! { <th scope="col" class="number">{series.label.clone()}</th> })
        .collect();
    let told = trend.covered_percent.iter().any(Option::is_some);
    let covered = told.then(|| view! { <th scope="col" class="number">{text.coverage.column_covered_percent}</th> });
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
            let covered = told.then(|| cell(trend.covered_percent.get(index).copied().flatten()));
            let total = cell(trend.totals.get(index).copied().flatten());
            let name = bucket.get(..16).unwrap_or(bucket).replace('T', " ").trim_end_matches(" 00:00").to_owned();
            view! {
                <tr>
                    <th scope="row"><time datetime=bucket.clone()>{name}</time></th>
                    {total}
                    {covered}
                    {cells}
                </tr>
            }
        })
        .collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=heading>
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

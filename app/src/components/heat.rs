//! The heat map: picture, table, and a list behind every number.

use leptos::prelude::*;

use super::chart::{Here, switch};
use super::{chart_words, empty, other_forms, share_link};
use crate::backend::Charts;
use crate::format::Reader;
use crate::model::filter::Moment;
use crate::model::{Filter, HeatColumns, HeatRow, Heatmap, Overview, OverviewView, ShareReport, TimeRange, Window};
use crate::text::fill;

/// Columns of the table, and of the wide picture.
const COLUMNS: usize = 24;

/// The panel with the choice of its columns.
pub fn panel(
    reader: &Reader,
    charts: &dyn Charts,
    (filter, view): (&Filter, OverviewView),
    overview: &Overview,
) -> AnyView {
    let text = reader.text;
    let (heatmap, words) = chart_words::heatmap(reader, &overview.heatmap);
    let (page, narrowed, window) = (filter, of_the_week(filter, overview), window_of(overview));
    let (filter, window) = (&narrowed, &window);
    let href =
        |row: usize, column: usize| cell(filter, window, &heatmap, row, column).map(|list| list.href("/findings"));
    let address =
        |path: &str| filter.first_page().href(&format!("{path}?rows={}&cols={}", heatmap.rows_by, heatmap.cols_by));
    let choices = OverviewView::COLUMNS
        .map(|columns| (column_name(reader, columns), OverviewView { columns, week: None, ..view }));
    let all_weeks = OverviewView { week: None, ..view };
    let body = if heatmap.rows.is_empty() {
        empty::of_window(reader, heatmap.watched)
    } else {
        let svg = charts.heatmap(&heatmap, &words, &href);
        let hatch = heatmap.columns.iter().any(|column| column.findings.is_none());
        let hatch =
            hatch.then(|| view! { <ul class="legend"><li class="legend-unknown">{text.unknown_bucket}</li></ul> });
        view! {
            <div class="chart-picture" inner_html=svg></div>
            {hatch}
            {more(reader, &heatmap)}
            <details class="chart-table">
                <summary>{text.show_table}</summary>
                {table(reader, filter, &heatmap, &href, words.title.clone())}
            </details>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="heatmap">
            <header class="panel-head">
                <h2 id="heatmap">{words.title.clone()}</h2>
                <p class="panel-note">{super::range_bar::words(reader, window)}</p>
                <span class="panel-actions">
                    <a class="quiet" href=address("/api/v1/export/heatmap.csv")>"CSV"</a>
                    {other_forms::links(reader, &address("/api/v1/export/heatmap.csv"), &words.title)}
                    <a class="quiet" href=address("/api/v1/charts/heatmap.png")>{text.reports.picture}</a>
                    {share_link::link(reader, ShareReport::Heatmap, &address(""), &words.title)}
                </span>
            </header>
            <div class="chart-choices">
                {switch(text.reports.heat_columns_label, Here { base: "/", filter: page, view: all_weeks }, choices)}
                {weeks(reader, page, view, overview)}
            </div>
            {body}
        </section>
    }
    .into_any()
}

/// The filter of the week the map shows, or as it is.
fn of_the_week(filter: &Filter, overview: &Overview) -> Filter {
    let range = overview.heat_week.map_or(filter.range, |week| TimeRange::Between {
        from: Some(Moment::Instant(week.from)),
        to: Some(Moment::Instant(week.to)),
    });
    Filter { range, ..filter.first_page() }
}

fn window_of(overview: &Overview) -> Window {
    let window = overview.window.clone();
    match overview.heat_week {
        Some(week) => Window { from: Some(week.from), to: week.to, ..window },
        None => window,
    }
}

/// The map of one week after the other, on the same axes; nothing where there is no more than one.
fn weeks(reader: &Reader, filter: &Filter, view: OverviewView, overview: &Overview) -> AnyView {
    if overview.heat_weeks.len() < 2 {
        return ().into_any();
    }
    let words = &reader.text.reports;
    let chosen = overview.heat_week.map(|week| week.monday);
    let link = |week: Option<jiff::civil::Date>| {
        // Back to the map, not to the top of the page.
        let href = filter.first_page().href(&OverviewView { week, ..view }.path()) + "#heatmap";
        let name = week.map_or_else(|| words.heat_weeks_all.to_owned(), |monday| reader.day(monday));
        let label = week.map(|_| fill(words.heat_week_of, &[("day", &name)]));
        let current = (week == chosen).then_some("true");
        view! { <li><a href=href aria-label=label aria-current=current>{name}</a></li> }
    };
    let links: Vec<_> =
        std::iter::once(None).chain(overview.heat_weeks.iter().map(|week| Some(week.monday))).map(link).collect();
    view! { <nav aria-label=words.heat_weeks_label><ul class="switch">{links}</ul></nav> }.into_any()
}

fn column_name(reader: &Reader, columns: HeatColumns) -> &'static str {
    match columns {
        HeatColumns::Of(dimension) => reader.text.field(dimension.into()),
        HeatColumns::Time => reader.text.reports.time,
    }
}

/// The list behind a cell.
fn cell(filter: &Filter, window: &Window, heatmap: &Heatmap, row: usize, column: usize) -> Option<Filter> {
    let list = filter.with(heatmap.rows_by.into(), &heatmap.rows.get(row)?.key);
    narrowed_to_column(&list, window, heatmap, column)
}

fn narrowed_to_column(filter: &Filter, window: &Window, heatmap: &Heatmap, column: usize) -> Option<Filter> {
    let key = &heatmap.columns.get(column)?.key;
    match heatmap.cols_by {
        HeatColumns::Of(dimension) => Some(filter.with(dimension.into(), key)),
        HeatColumns::Time => {
            // A bucket at the edge reaches beyond the window; its number does not.
            let start: jiff::Timestamp = key.parse().ok()?;
            let from = window.from.map_or(start, |from| from.max(start));
            let end = heatmap.columns.get(column + 1).and_then(|next| next.key.parse().ok());
            let to = end.unwrap_or(window.to);
            let range = TimeRange::Between { from: Some(Moment::Instant(from)), to: Some(Moment::Instant(to)) };
            Some(Filter { range, ..filter.first_page() })
        }
    }
}

fn more(reader: &Reader, heatmap: &Heatmap) -> Option<AnyView> {
    let shown = heatmap.columns_in(COLUMNS).len();
    (shown < heatmap.columns_total).then(|| {
        let number = |count: usize| reader.number(i64::try_from(count).unwrap_or(i64::MAX));
        let words =
            fill(reader.text.reports.heat_more, &[("shown", &number(shown)), ("all", &number(heatmap.columns_total))]);
        view! { <p class="panel-foot">{words}</p> }.into_any()
    })
}

fn table(
    reader: &Reader,
    filter: &Filter,
    heatmap: &Heatmap,
    href: &dyn Fn(usize, usize) -> Option<String>,
    heading: String,
) -> AnyView {
    let text = reader.text;
    let columns = heatmap.columns_in(COLUMNS);
    let name = |label: &str| match heatmap.cols_by {
        HeatColumns::Time => label.get(..16).unwrap_or(label).replace('T', " ").trim_end_matches(" 00:00").to_owned(),
        HeatColumns::Of(_) => label.to_owned(),
    };
    let heads: Vec<_> = heatmap.columns[columns.clone()]
        .iter()
        .map(|column| view! { <th scope="col" class="number" title=column.key.clone()>{name(&column.label)}</th> })
        .collect();
    let number = |value: Option<i64>, href: Option<String>| match (value, href) {
        (None, _) => view! { <td class="number is-unknown">{text.unknown}</td> }.into_any(),
        (Some(0), _) | (Some(_), None) => {
            view! { <td class="number">{reader.number_or_unknown(value)}</td> }.into_any()
        }
        (Some(value), Some(href)) => {
            view! { <td class="number"><a href=href>{reader.number(value)}</a></td> }.into_any()
        }
    };
    // A row of the whole period may have nothing in a week that nobody looked at: that is no zero.
    let known = |count: i64| (count != 0 || heatmap.watched).then_some(count);
    let row = |(index, row): (usize, &HeatRow)| {
        let cells: Vec<_> = columns
            .clone()
            .map(|column| number(row.cells.get(column).copied().flatten(), href(index, column)))
            .collect();
        let list = filter.with(heatmap.rows_by.into(), &row.key).href("/findings");
        view! {
            <tr>
                <th scope="row">{row.label.clone()}</th>
                {number(known(row.findings), Some(list))}
                {cells}
            </tr>
        }
    };
    let rows: Vec<_> = heatmap.rows.iter().enumerate().map(row).collect();
    let sums: Vec<_> = columns.clone().map(|column| number(heatmap.columns[column].findings, None)).collect();
    view! {
        <div class="scroller" tabindex="0" role="group" aria-label=heading>
            <table class="data">
                <thead>
                    <tr>
                        <th scope="col">{text.field(heatmap.rows_by.into())}</th>
                        <th scope="col" class="number">{text.column_total}</th>
                        {heads}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{text.column_total}</th>
                        {number(known(heatmap.total), None)}
                        {sums}
                    </tr>
                </tfoot>
            </table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Dimension, HeatColumn};
    use crate::page::rendered;
    use crate::text::Language;

    /// A week that nobody looked at, on the axes of the whole period: one row has a finding in it that a file told.
    #[test]
    fn a_row_of_a_week_that_nobody_looked_at_has_no_zero() {
        let row = |key: &str, findings: i64| HeatRow {
            key: key.to_owned(),
            label: key.to_owned(),
            findings,
            cells: vec![(findings > 0).then_some(findings)],
        };
        let column = HeatColumn { key: "c".to_owned(), label: "c".to_owned(), findings: Some(2) };
        let mut map = Heatmap {
            rows_by: Dimension::Category,
            cols_by: HeatColumns::Of(Dimension::Cluster),
            grain: None,
            time_zone: "UTC".to_owned(),
            columns: vec![column],
            rows: vec![row("told", 2), row("quiet", 0)],
            columns_total: 1,
            rows_total: 2,
            total: 2,
            watched: false,
            as_of: jiff::Timestamp::UNIX_EPOCH,
            data_version: 1,
        };
        let reader = Reader::new(Language::English, "UTC", map.as_of);
        let shown = |map: &Heatmap| {
            rendered(|| table(&reader, &Filter::default(), map, &|_, _| None, String::new()).into_any())
        };
        let zeros = |html: &str| html.matches(">0<").count();
        let html = shown(&map);
        assert!(zeros(&html) == 0 && html.matches(">unknown<").count() == 2, "{html}");
        map.watched = true;
        assert_eq!(zeros(&shown(&map)), 1, "its sum is known then");
    }
}

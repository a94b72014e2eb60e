//! The matrix of workloads and layers. A cell is a number only where somebody looked.

use leptos::prelude::*;

use super::kpi::change;
use super::{badge, chart_words, other_forms, place_link, scroll_table, share_link, table_head, verdict};
use crate::backend::Charts;
use crate::format::Reader;
use crate::model::{Dimension, Field, Filter, Layer, LayerCell, LayerRow, Layers, LayersView, Looked, ShareReport};
use crate::text::{Text, fill};

/// How the rows are called.
pub const fn subject(text: &Text, by: Dimension) -> &'static str {
    match by {
        Dimension::Cluster => text.clusters_heading,
        _ => text.families_heading,
    }
}

/// How a number of them is called.
pub const fn counted(text: &Text, by: Dimension) -> &'static str {
    match by {
        Dimension::Cluster => text.layers.count_clusters,
        _ => text.layers.count_families,
    }
}

/// The sentence at the top.
pub fn said(reader: &Reader, by: Dimension, rows: &[LayerRow]) -> String {
    let text = &reader.text.layers;
    if rows.is_empty() {
        return text.said_nothing.to_owned();
    }
    let count =
        |of: fn(&LayerRow) -> bool| i64::try_from(rows.iter().filter(|row| of(row)).count()).unwrap_or(i64::MAX);
    let open = count(|row| row.cells.iter().any(|cell| cell.open.is_some_and(|open| open > 0)));
    let blind = count(|row| row.cells.iter().any(|cell| cell.looked == Looked::No));
    let all = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let all = reader.count(counted(reader.text, by), all);
    let sentences = [
        fill(text.said, &[("open", &reader.number(open)), ("all", &all)]),
        if blind > 0 { reader.count(text.said_blind, blind) } else { String::new() },
    ];
    sentences.join(" ").trim_end().to_owned()
}

/// The panel with its files.
pub fn panel(reader: &Reader, charts: &dyn Charts, filter: &Filter, view: LayersView, layers: &Layers) -> AnyView {
    let text = &reader.text.layers;
    let csv = filter.first_page().href(&format!("/api/v1/export/layers.csv?by={}", view.by));
    let body = if layers.rows.is_empty() {
        view! { <p class="empty">{text.matrix_empty}</p> }.into_any()
    } else {
        let field = if view.by == Dimension::Cluster { Field::Cluster } else { Field::Family };
        let href = |row: &LayerRow| Some(place_link::href(filter, field, &row.key, &row.label));
        table(reader, charts, layers.by, &layers.rows, &href)
    };
    let shown = layers.rows.len();
    let more = (shown < layers.rows_total).then(|| {
        let number = |count: usize| reader.number(i64::try_from(count).unwrap_or(i64::MAX));
        let words = fill(text.matrix_more, &[("shown", &number(shown)), ("all", &number(layers.rows_total))]);
        view! { <p class="panel-foot">{words}</p> }
    });
    view! {
        <section class="panel layer-matrix" aria-labelledby="matrix">
            <header class="panel-head">
                <h2 id="matrix">{text.matrix_heading}</h2>
                <p class="panel-note">{super::range_bar::words(reader, &layers.window)}</p>
                <span class="panel-actions">
                    {share_link::link(reader, ShareReport::Layers, &csv, text.matrix_heading)}
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, text.matrix_heading)}
                </span>
            </header>
            <p class="panel-note">{text.matrix_note}</p>
            {body}
            {more}
        </section>
    }
    .into_any()
}

/// The matrix itself. `href` gives the page of a row, where it has one.
pub fn table(
    reader: &Reader,
    charts: &dyn Charts,
    by: Dimension,
    rows: &[LayerRow],
    href: &dyn Fn(&LayerRow) -> Option<String>,
) -> AnyView {
    let text = &reader.text.layers;
    let heads: Vec<_> = Layer::ALL
        .iter()
        .map(|layer| {
            view! { <th scope="col">{text.layer(*layer)}<span class="sub">{text.looker(*layer)}</span></th> }
        })
        .collect();
    let head = view! { <thead><tr>{table_head::plain(subject(reader.text, by), "")}{heads}</tr></thead> };
    let rows = rows.iter().map(|row| one(reader, charts, href(row), row)).collect();
    scroll_table::of(text.matrix_heading, head.into_any(), rows)
}

/// A cell in words, for forms without tables of ours.
pub fn words(reader: &Reader, cell: &LayerCell) -> String {
    let text = &reader.text.layers;
    let found = match (cell.verdict, cell.open) {
        (Some(verdict), _) => Some(reader.text.coverage.verdict(verdict).to_owned()),
        (None, Some(0)) => Some(text.open_none.to_owned()),
        (None, Some(open)) => {
            let worst = cell.worst.map(|worst| format!(" ({})", reader.text.severity(worst))).unwrap_or_default();
            Some(format!("{}{worst}", reader.number(open)))
        }
        (None, None) => None,
    };
    let unseen = looked(reader, cell).into_iter().chain(cell.reason.map(|reason| text.reason(reason)));
    found.into_iter().chain(unseen.map(str::to_owned)).collect::<Vec<_>>().join(" · ")
}

/// That nobody looks, or not at all of it.
const fn looked(reader: &Reader, cell: &LayerCell) -> Option<&'static str> {
    let text = &reader.text.layers;
    match cell.looked {
        // The agent's verdict says it.
        _ if cell.verdict.is_some() => None,
        Looked::Yes => None,
        Looked::Partly => Some(text.partly_looked),
        Looked::No => Some(text.not_looked),
        Looked::Unknown => Some(text.unknown_looked),
    }
}

fn one(reader: &Reader, charts: &dyn Charts, href: Option<String>, row: &LayerRow) -> AnyView {
    let cells: Vec<_> = row.cells.iter().map(|cell| layer(reader, charts, row, cell)).collect();
    let name = match href {
        Some(href) => view! { <a href=href>{row.label.clone()}</a> }.into_any(),
        None => row.label.clone().into_any(),
    };
    view! {
        <tr>
            <th scope="row">
                {name}
                {badge::whereabouts(Some(&row.account), Some(&row.region))}
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

fn layer(reader: &Reader, charts: &dyn Charts, row: &LayerRow, cell: &LayerCell) -> AnyView {
    let class = format!("layer-cell looked-{}", cell.looked);
    view! { <td class=class>{seen(reader, charts, row, cell)}{unseen(reader, cell)}</td> }.into_any()
}

/// What was found, or the agent's verdict.
fn seen(reader: &Reader, charts: &dyn Charts, row: &LayerRow, cell: &LayerCell) -> AnyView {
    let text = &reader.text.layers;
    if let Some(ours) = cell.verdict {
        return verdict::mark(reader, ours);
    }
    let Some(open) = cell.open else { return ().into_any() };
    let label = fill(text.open_label, &[("layer", text.layer(cell.layer)), ("place", &row.label)]);
    let found = if open == 0 {
        view! { <span class="sub">{text.open_none}</span> }.into_any()
    } else {
        let label = format!("{label}: {}", reader.number(open));
        let number = match &cell.query {
            Some(query) => {
                let list = format!("/findings?{query}");
                view! { <a class="layer-open" href=list aria-label=label>{reader.number(open)}</a> }.into_any()
            }
            None => view! { <span class="layer-open">{reader.number(open)}</span> }.into_any(),
        };
        view! {
            {number}
            " "
            {cell.worst.map(|worst| badge::severity(reader, worst))}
        }
        .into_any()
    };
    let trend = cell.new.filter(|new| *new > 0 || cell.previous.is_some_and(|previous| previous > 0));
    let trend = trend.map(|new| {
        view! {
            {line(reader, charts, row, cell)}
            <span class="layer-trend">{change(reader, Some(new), cell.previous)}</span>
        }
    });
    view! { {found}{trend} }.into_any()
}

/// When new findings came. What it shows is also said, because nobody can read numbers off it.
fn line(reader: &Reader, charts: &dyn Charts, row: &LayerRow, cell: &LayerCell) -> Option<AnyView> {
    let most = cell.trend.iter().flatten().copied().max().filter(|most| *most > 0)?;
    let text = &reader.text.layers;
    let unknown = cell.trend.iter().filter(|value| value.is_none()).count();
    let number = |count: usize| reader.number(i64::try_from(count).unwrap_or(i64::MAX));
    let values = [
        ("layer", text.layer(cell.layer).to_owned()),
        ("place", row.label.clone()),
        ("sum", reader.number(cell.trend.iter().flatten().sum())),
        ("most", reader.number(most)),
        ("unknown", number(unknown)),
        ("buckets", number(cell.trend.len())),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let words = fill(text.trend_said, &values);
    let drawing = charts.sparkline(&cell.trend, &chart_words::chart_text(reader, words.clone(), words));
    Some(view! { <span class="layer-line" inner_html=drawing></span> }.into_any())
}

/// Why nobody looks.
fn unseen(reader: &Reader, cell: &LayerCell) -> AnyView {
    let text = &reader.text.layers;
    if cell.looked == Looked::Yes {
        return ().into_any();
    }
    let reason = cell.reason.map(|reason| view! { <span class="sub">{text.reason(reason)}</span> });
    let words = looked(reader, cell).map(|words| view! { <span class="layer-unseen">{words}</span> });
    let error = cell.error.clone().map(|error| view! { <span class="sub">{error}</span> });
    view! { {words}{reason}{error} }.into_any()
}

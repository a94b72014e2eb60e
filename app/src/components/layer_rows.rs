//! The matrix of workloads and layers. A cell is a number only where somebody looked.

use leptos::prelude::*;

use super::kpi::change;
use super::{badge, other_forms, place_link, scroll_table, table_head};
use crate::format::Reader;
use crate::model::{Dimension, Field, Filter, Layer, LayerCell, LayerRow, Layers, LayersView, Looked};
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

/// The panel with its files.
pub fn panel(reader: &Reader, filter: &Filter, view: LayersView, layers: &Layers) -> AnyView {
    let text = &reader.text.layers;
    let csv = filter.first_page().href(&format!("/api/v1/export/layers.csv?by={}", view.by));
    let body = if layers.rows.is_empty() {
        view! { <p class="empty">{text.matrix_empty}</p> }.into_any()
    } else {
        let heads: Vec<_> = Layer::ALL
            .iter()
            .map(|layer| {
                view! {
                    <th scope="col">{text.layer(*layer)}<span class="sub">{text.looker(*layer)}</span></th>
                }
            })
            .collect();
        let head = view! { <thead><tr>{table_head::plain(subject(reader.text, layers.by), "")}{heads}</tr></thead> };
        let rows = layers.rows.iter().map(|row| one(reader, filter, view, row)).collect();
        scroll_table::of(text.matrix_heading, head.into_any(), rows)
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

fn one(reader: &Reader, filter: &Filter, view: LayersView, row: &LayerRow) -> AnyView {
    let field = if view.by == Dimension::Cluster { Field::Cluster } else { Field::Family };
    let href = place_link::href(filter, field, &row.key, &row.label);
    let cells: Vec<_> = row.cells.iter().map(|cell| layer(reader, row, cell)).collect();
    view! {
        <tr>
            <th scope="row">
                <a href=href>{row.label.clone()}</a>
                {badge::whereabouts(Some(&row.account), Some(&row.region))}
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

fn layer(reader: &Reader, row: &LayerRow, cell: &LayerCell) -> AnyView {
    let class = format!("layer-cell looked-{}", cell.looked);
    view! { <td class=class>{seen(reader, row, cell)}{unseen(reader, cell)}</td> }.into_any()
}

/// What was found, or the agent's verdict.
fn seen(reader: &Reader, row: &LayerRow, cell: &LayerCell) -> AnyView {
    let text = &reader.text.layers;
    if let Some(verdict) = cell.verdict {
        let class = format!("verdict verdict-{verdict}");
        return view! { <span class=class>{text.verdict(verdict)}</span> }.into_any();
    }
    let (Some(open), Some(query)) = (cell.open, &cell.query) else { return ().into_any() };
    let label = fill(text.open_label, &[("layer", text.layer(cell.layer)), ("place", &row.label)]);
    let found = if open == 0 {
        view! { <span class="sub">{text.open_none}</span> }.into_any()
    } else {
        let label = format!("{label}: {}", reader.number(open));
        view! {
            <a class="layer-open" href=format!("/findings?{query}") aria-label=label>{reader.number(open)}</a>
            " "
            {cell.worst.map(|worst| badge::severity(reader, worst))}
        }
        .into_any()
    };
    let trend = cell.new.filter(|new| *new > 0 || cell.previous.is_some_and(|previous| previous > 0));
    let trend = trend.map(|new| view! { <span class="layer-trend">{change(reader, Some(new), cell.previous)}</span> });
    view! { {found}{trend} }.into_any()
}

/// Why nobody looks.
fn unseen(reader: &Reader, cell: &LayerCell) -> AnyView {
    let text = &reader.text.layers;
    let words = match cell.looked {
        Looked::Yes => return ().into_any(),
        // The agent's verdict says it.
        _ if cell.verdict.is_some() => "",
        Looked::Partly => text.partly_looked,
        Looked::No => text.not_looked,
        Looked::Unknown => text.unknown_looked,
    };
    let reason = cell.reason.map(|reason| view! { <span class="sub">{text.reason(reason)}</span> });
    let words = (!words.is_empty()).then(|| view! { <span class="layer-unseen">{words}</span> });
    let error = cell.error.clone().map(|error| view! { <span class="sub">{error}</span> });
    view! { {words}{reason}{error} }.into_any()
}

//! `/layers`: what looks at each workload, what nobody looks at, and who is responsible for what.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError};
use crate::components::shell::{Document, Place};
use crate::components::{blind_spots, facets, layer_rows, range_bar, responsibilities};
use crate::format::Reader;
use crate::model::{Dimension, Filter, LayerRow, Layers, LayersView, Looked};
use crate::page::{PRESENTATION, PageRequest, rendered};
use crate::text::fill;

/// Asks and lays out.
pub async fn page<B: Backend>(backend: &B, request: &PageRequest<'_>) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &[&PRESENTATION[..], &LayersView::PARAMETERS].concat())?;
    let view = LayersView::parse(request.query)?;
    let layers = backend.layers(&filter, view).await?;
    let reader = Reader::new(request.language, &layers.window.time_zone, layers.as_of);
    let main = rendered(|| layout(&reader, &filter, view, &layers));
    let title = reader.text.layers.heading.to_owned();
    Ok((reader, Document { place: Place::Layers, title, main, refresh_seconds: None }))
}

fn layout(reader: &Reader, filter: &Filter, view: LayersView, layers: &Layers) -> AnyView {
    let text = &reader.text.layers;
    let choices = [Dimension::Family, Dimension::Cluster].map(|by| LayersView { by });
    let links: Vec<_> = choices
        .into_iter()
        .map(|there| {
            let current = (there == view).then_some("true");
            let href = filter.first_page().href(there.path());
            view! { <li><a href=href aria-current=current>{layer_rows::subject(reader.text, there.by)}</a></li> }
        })
        .collect();
    view! {
        <div class="page-head">
            <h1>{text.heading}</h1>
            <p class="opening">{said(reader, layers)}</p>
        </div>
        <div class="toolbar">
            <nav class="ranges" aria-label=text.by_label><ul class="switch">{links}</ul></nav>
            {range_bar::presets(reader, filter, view.path())}
            {facets::chips(reader, filter, None, view.path())}
        </div>
        {blind_spots::panel(reader, &layers.blind_spots)}
        {layer_rows::panel(reader, filter, view, layers)}
        {responsibilities::panel(reader, &layers.responsibilities)}
    }
    .into_any()
}

/// The sentence at the top.
fn said(reader: &Reader, layers: &Layers) -> String {
    let text = &reader.text.layers;
    if layers.rows.is_empty() {
        return text.said_nothing.to_owned();
    }
    let count =
        |of: fn(&LayerRow) -> bool| i64::try_from(layers.rows.iter().filter(|row| of(row)).count()).unwrap_or(i64::MAX);
    let open = count(|row| row.cells.iter().any(|cell| cell.open.is_some_and(|open| open > 0)));
    let blind = count(|row| row.cells.iter().any(|cell| cell.looked == Looked::No));
    let all = i64::try_from(layers.rows.len()).unwrap_or(i64::MAX);
    let all = reader.count(layer_rows::counted(reader.text, layers.by), all);
    let sentences = [
        fill(text.said, &[("open", &reader.number(open)), ("all", &all)]),
        if blind > 0 { reader.count(text.said_blind, blind) } else { String::new() },
    ];
    sentences.join(" ").trim_end().to_owned()
}

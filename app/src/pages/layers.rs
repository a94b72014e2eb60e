//! `/layers`: what looks at each workload, what nobody looks at, and who is responsible for what.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError, Charts};
use crate::components::shell::{Document, Place};
use crate::components::{blind_spots, facets, layer_rows, range_bar, responsibilities};
use crate::format::Reader;
use crate::model::{Dimension, Filter, Layers, LayersView};
use crate::page::{PRESENTATION, PageRequest, rendered};

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    charts: &dyn Charts,
    request: &PageRequest<'_>,
) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &[&PRESENTATION[..], &LayersView::PARAMETERS].concat())?;
    let view = LayersView::parse(request.query)?;
    let layers = backend.layers(&filter, view).await?;
    let reader = Reader::new(request.language, &layers.window.time_zone, layers.as_of);
    let main = rendered(|| layout(&reader, charts, &filter, view, &layers));
    let title = reader.text.layers.heading.to_owned();
    Ok((reader, Document { place: Place::Layers, title, main, refresh_seconds: None }))
}

fn layout(reader: &Reader, charts: &dyn Charts, filter: &Filter, view: LayersView, layers: &Layers) -> AnyView {
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
            <p class="opening">{layer_rows::said(reader, layers.by, &layers.rows)}</p>
        </div>
        <div class="toolbar">
            <nav class="ranges" aria-label=text.by_label><ul class="switch">{links}</ul></nav>
            {range_bar::presets(reader, filter, view.path())}
            {facets::chips(reader, filter, None, view.path())}
        </div>
        {blind_spots::panel(reader, &layers.blind_spots)}
        {layer_rows::panel(reader, charts, filter, view, layers)}
        {responsibilities::panel(reader, &layers.responsibilities)}
    }
    .into_any()
}

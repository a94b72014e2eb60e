//! `/clusters`, `/families`, `/categories`: every place with findings in the window.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError, Charts};
use crate::components::place_rows::{self, Subject};
use crate::components::shell::{Document, Place};
use crate::components::{empty, facets, range_bar};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{Dimension, Field, Filter, PlaceList};
use crate::page::{PRESENTATION, PageRequest, rendered};
use crate::text::Text;

/// What a list or a page of places is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub field: Field,
    pub dimension: Dimension,
    pub path: &'static str,
    pub place: Place,
}

/// Clusters, task families and categories.
pub const KINDS: [Kind; 3] = [
    Kind { field: Field::Cluster, dimension: Dimension::Cluster, path: "/clusters", place: Place::Clusters },
    Kind { field: Field::Family, dimension: Dimension::Family, path: "/families", place: Place::Families },
    Kind { field: Field::Category, dimension: Dimension::Category, path: "/categories", place: Place::Overview },
];

/// How places of a field are called.
pub const fn subject(text: &Text, field: Field) -> Subject {
    match field {
        Field::Cluster => Subject {
            field,
            heading: text.clusters_heading,
            id: "clusters",
            none: text.cluster_none,
            more: text.clusters_more,
        },
        Field::Family => Subject {
            field,
            heading: text.families_heading,
            id: "families",
            none: text.family_none,
            more: text.families_more,
        },
        _ => Subject {
            field: Field::Category,
            heading: text.categories_heading,
            id: "categories",
            none: text.none_of_field,
            more: text.values_more,
        },
    }
}

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    charts: &dyn Charts,
    request: &PageRequest<'_>,
    kind: Kind,
) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &PRESENTATION)?;
    let list = backend.places(&filter, kind.dimension).await?;
    let reader = Reader::new(request.language, &list.window.time_zone, list.as_of);
    let main = rendered(|| layout(&reader, charts, &filter, &list, kind));
    let title = subject(reader.text, kind.field).heading.to_owned();
    Ok((reader, Document { place: kind.place, title, main, refresh_seconds: None }))
}

fn layout(reader: &Reader, charts: &dyn Charts, filter: &Filter, list: &PlaceList, kind: Kind) -> AnyView {
    let subject = subject(reader.text, kind.field);
    let named = list.rows.iter().filter(|place| place.row.key != NONE_KEY).count();
    view! {
        <div class="page-head">
            <h1>{subject.heading}</h1>
            <p class="panel-note">{empty::counted(reader, list.total.findings, list.watched)}</p>
        </div>
        <div class="toolbar">
            {range_bar::presets(reader, filter, kind.path)}
            {facets::chips(reader, filter, None, kind.path)}
        </div>
        {place_rows::panel(reader, charts, filter, (&list.window, list.watched), subject, &list.rows, named)}
    }
    .into_any()
}

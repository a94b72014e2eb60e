//! `/clusters/{name}`, `/families/{family}`, `/categories/{slug}`: one place, looked at from every side.
//!
//! The same report as the overview, narrowed to the place, and when its revisions, images and types were seen.

use leptos::prelude::*;

use super::places::{Kind, subject};
use crate::backend::{Backend, BackendError, Charts};
use crate::components::place_link::context_of;
use crate::components::shell::Document;
use crate::components::watched_panel::Watched;
use crate::components::{
    badge, chart, empty, facets, finding_rows, kpi, lifespan_rows, place_link, place_rows, range_bar, share_link,
    watched_panel,
};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{
    Breakdown, BreakdownRow, Category, Dimension, Field, Filter, Lifespans, Overview, OverviewView, ShareReport,
};
use crate::page::{PRESENTATION, PageRequest, rendered};
use crate::text::fill;

/// Everything the page shows.
struct Answers {
    /// The place's findings of all time, by the kind's own dimension: which places share the name.
    namesakes: Breakdown,
    overview: Overview,
    /// When revisions, images and types were seen.
    lifespans: Vec<Lifespans>,
    /// Whether agents watch what runs here; empty for categories and for what has no place.
    watched: Watched,
}

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    charts: &dyn Charts,
    request: &PageRequest<'_>,
    kind: Kind,
    name: &str,
) -> Result<(Reader, Document), BackendError> {
    if kind.field == Field::Category && name.parse::<Category>().is_err() {
        return Err(BackendError::NotFound(format!("category `{name}`")));
    }
    let own = Filter::parse(request.query, &[&PRESENTATION[..], &["by", "metric"]].concat())?;
    let view = OverviewView::parse(request.query)?;
    let filter = own.with(kind.field, name);
    let overview = backend.overview(&filter, view).await?;
    let namesakes = backend.breakdown(&filter, kind.dimension).await?;
    let mut lifespans = Vec::new();
    for &by in sides(kind.field, name) {
        lifespans.push(backend.lifespans(&filter, by).await?);
    }
    let watched = watched_panel::ask(backend, kind.field, name, &filter).await?;
    let reader = Reader::new(request.language, &overview.window.time_zone, overview.as_of);
    let title = display_name(&reader, kind, name);
    let answers = Answers { namesakes, overview, lifespans, watched };
    let main = rendered(|| layout(&reader, charts, (&own, &filter), kind, name, view, &answers));
    Ok((reader, Document { place: kind.place, title, main, refresh_seconds: None }))
}

/// What is worth knowing the time of.
fn sides(field: Field, name: &str) -> &'static [Dimension] {
    match field {
        _ if name == NONE_KEY => &[Dimension::Type],
        Field::Family => &[Dimension::Revision, Dimension::Image, Dimension::Type],
        _ => &[Dimension::Type],
    }
}

fn display_name(reader: &Reader, kind: Kind, name: &str) -> String {
    let text = reader.text;
    match (kind.field, name) {
        (field, NONE_KEY) => subject(text, field).none.to_owned(),
        (Field::Category, slug) => {
            slug.parse::<Category>().map_or_else(|_| slug.to_owned(), |category| text.category(category).to_owned())
        }
        _ => name.rsplit('/').next().unwrap_or(name).to_owned(),
    }
}

fn layout(
    reader: &Reader,
    charts: &dyn Charts,
    (own, filter): (&Filter, &Filter),
    kind: Kind,
    name: &str,
    view: OverviewView,
    answers: &Answers,
) -> AnyView {
    let text = reader.text;
    let overview = &answers.overview;
    let window = &overview.window;
    let base = place_link::path(kind.field, name).unwrap_or_default();
    let path = view.at(&base);
    let here = chart::Here { base: &base, filter: own, view };
    let why = (name == NONE_KEY).then(|| view! { <p class="finding-description">{text.none_explained}</p> });
    let others: Vec<_> = [Field::Cluster, Field::Family]
        .into_iter()
        .filter(|field| *field != kind.field && name != NONE_KEY)
        .map(|field| {
            let (rows, total) = match field {
                Field::Cluster => (&overview.clusters, overview.clusters_total),
                _ => (&overview.families, overview.families_total),
            };
            place_rows::panel(reader, charts, filter, (window, overview.watched), subject(text, field), rows, total)
        })
        .collect();
    let lifespans: Vec<_> =
        answers.lifespans.iter().map(|lifespans| lifespan_rows::panel(reader, filter, lifespans)).collect();
    view! {
        <nav class="trail" aria-label=text.trail_label>
            <a href=own.href(kind.path)>{subject(text, kind.field).heading}</a>
        </nav>
        <div class="page-head">
            <h1>{display_name(reader, kind, name)}</h1>
            <span class="panel-actions">
                {share_link::button(reader, ShareReport::Overview, &filter.first_page().href(&view.at("/")))}
                <a class="button" href=filter.href("/findings")>
                    {empty::counted(reader, answers.namesakes.total.findings, answers.namesakes.watched)}
                </a>
            </span>
        </div>
        {why}
        {namesakes(reader, own, kind, name, &answers.namesakes)}
        <div class="toolbar">
            {range_bar::presets(reader, own, &path)}
            {facets::chips(reader, own, None, &path)}
        </div>
        {kpi::cards(reader, &overview.kpis)}
        {watched_panel::panel(reader, own, &answers.watched)}
        {chart::trend_panel(reader, charts, filter, here, window, &overview.trend)}
        <div class="columns">{others}{lifespans}</div>
        {latest(reader, filter, overview)}
    }
    .into_any()
}

/// Where the place is; several places may share a name.
fn namesakes(reader: &Reader, own: &Filter, kind: Kind, name: &str, namesakes: &Breakdown) -> AnyView {
    // A finding of several places brings its other places along.
    let is_it = |row: &&BreakdownRow| (row.label == name || row.key == name) && context_of(&row.key).0.is_some();
    let places: Vec<_> = namesakes.rows.iter().filter(is_it).collect();
    match places[..] {
        [] => ().into_any(),
        [single] => {
            let (account, region) = context_of(&single.key);
            view! { <p class="namesakes">{badge::whereabouts(account, region)}</p> }.into_any()
        }
        _ => {
            let items: Vec<_> = places
                .iter()
                .map(|row| {
                    let (account, region) = context_of(&row.key);
                    let href = place_link::href(own, kind.field, &row.key, &row.label);
                    view! { <li><a href=href>{badge::whereabouts(account, region)}</a></li> }
                })
                .collect();
            let count = reader.number(i64::try_from(places.len()).unwrap_or(0));
            view! {
                <div class="namesakes">
                    <p>{fill(reader.text.namesakes, &[("n", &count)])}</p>
                    <ul>{items}</ul>
                </div>
            }
            .into_any()
        }
    }
}

fn latest(reader: &Reader, filter: &Filter, overview: &Overview) -> AnyView {
    if overview.latest_high.is_empty() {
        return ().into_any();
    }
    let text = reader.text;
    view! {
        <section class="panel" aria-labelledby="latest">
            <header class="panel-head">
                <h2 id="latest">{text.latest_heading}</h2>
                <a class="quiet" href=filter.href("/findings")>{text.see_all}</a>
            </header>
            {finding_rows::table(reader, &overview.latest_high, None)}
        </section>
    }
    .into_any()
}

//! `/`: what is happening, where, and how fresh the answer is.

use futures::try_join;
use leptos::prelude::*;

use super::places::subject;
use crate::backend::{Backend, BackendError, Charts};
use crate::components::chart::Here;
use crate::components::cost::sentence;
use crate::components::facets::Applied;
use crate::components::shell::{Document, Place};
use crate::components::{
    chart, empty, facets, finding_rows, headline_words, heat, kpi, movers, news, place_rows, radar, range_bar,
    saved_views, sequence_note, share_link, source_rows,
};
use crate::format::Reader;
use crate::model::{
    Field, Filter, FilterValues, Headline, Overview, OverviewView, SavedViews, Selection, Severity, ShareReport, Span,
    StatusChoice, TimeRange, ViewPage,
};
use crate::page::{PRESENTATION, PageRequest, rendered};

/// Asks and lays out.
pub async fn page<B: Backend>(
    backend: &B,
    charts: &dyn Charts,
    request: &PageRequest<'_>,
) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &[&PRESENTATION[..], &OverviewView::PARAMETERS].concat())?;
    let view = OverviewView::parse(request.query)?;
    // None needs another's answer, and readers of the database work side by side.
    let ((overview, values), saved, ending) =
        try_join!(backend.overview_with_values(&filter, view), backend.saved_views(), backend.ending_trial())?;
    let reader = Reader::new(request.language, &overview.window.time_zone, overview.as_of);
    let main = rendered(|| {
        let banner = ending.as_ref().map(|row| sentence::banner(&reader, row, true));
        view! { {banner}{layout(&reader, charts, (&filter, view), &overview, &values, &saved)} }.into_any()
    });
    let document =
        Document { place: Place::Overview, title: reader.text.nav_overview.to_owned(), main, refresh_seconds: None };
    Ok((reader, document))
}

fn layout(
    reader: &Reader,
    charts: &dyn Charts,
    (filter, view): (&Filter, OverviewView),
    overview: &Overview,
    values: &FilterValues,
    saved: &SavedViews,
) -> AnyView {
    let text = reader.text;
    let window = &overview.window;
    let place = (window, overview.watched);
    let here = view.path();
    let clusters = subject(text, Field::Cluster);
    let families = subject(text, Field::Family);
    view! {
        {headline(reader, filter, &overview.headline)}
        <div class="toolbar">
            {range_bar::presets(reader, filter, &here)}
            {facets::chips(reader, filter, Some(values), &here)}
            <details class="filter-drawer">
                <summary class="button">{text.filter_open}</summary>
                {facets::form(reader, filter, values, &here, Applied::OnSend)}
            </details>
            {saved_views::drawer(reader, saved, ViewPage::Overview, query_of(&filter.first_page().href(&here)))}
            {share_link::button(reader, ShareReport::Overview, &filter.first_page().href(&here))}
            <a class="button" href=pack_of(reader, filter) download="">{reader.text.pack.button}</a>
        </div>
        {kpi::cards(reader, &overview.kpis)}
        {sequence_note::note(reader, filter, text.sequence_members_new, overview.sequence_members)}
        {chart::trend_panel(reader, charts, filter, Here { base: "/", filter, view }, window, &overview.trend)}
        <div class="columns">
            {movers::panel(reader, filter, &overview.movers)}
            {news::panel(reader, filter, &overview.news, overview.news_total)}
        </div>
        {heat::panel(reader, charts, (filter, view), overview)}
        <div class="columns">
            {place_rows::panel(reader, charts, filter, place, clusters, &overview.clusters, overview.clusters_total)}
            {place_rows::panel(reader, charts, filter, place, families, &overview.families, overview.families_total)}
        </div>
        <div class="columns columns-wide">
            {latest(reader, filter, overview)}
            <section class="panel" aria-labelledby="sources">
                <header class="panel-head">
                    <h2 id="sources">{text.sources_heading}</h2>
                    <a class="quiet" href="/status">{text.nav_status}</a>
                </header>
                {sources(reader, overview)}
                {radar::sentence(reader, &overview.radar)}
            </section>
        </div>
    }
    .into_any()
}

fn sources(reader: &Reader, overview: &Overview) -> AnyView {
    if overview.sources.is_empty() {
        return view! { <p class="empty">{reader.text.no_source_yet}</p> }.into_any();
    }
    source_rows::list(reader, &overview.sources)
}

/// The sentence that answers the first question.
fn headline(reader: &Reader, filter: &Filter, headline: &Headline) -> AnyView {
    let text = reader.text;
    let mut list = filter.first_page();
    list.range = TimeRange::Last(Span::Day);
    list.status = Some(StatusChoice::Active);
    list.fields.entry(Field::Severity).or_insert_with(|| Selection {
        include: vec![Severity::High.as_str().to_owned(), Severity::Critical.as_str().to_owned()],
        exclude: Vec::new(),
    });
    let sentence = match headline.new_high {
        None => view! { <h1 class="headline is-unknown">{text.headline_unknown}</h1> }.into_any(),
        Some(0) => view! { <h1 class="headline">{text.headline_quiet}</h1> }.into_any(),
        Some(count) => {
            let findings = reader.count(text.headline_findings, count);
            let whereabouts = headline_words::whereabouts(reader, headline.families, headline.unattributed);
            view! {
                <h1 class="headline">
                    <a href=list.href("/findings")>{findings}</a>
                    {whereabouts}
                </h1>
            }
            .into_any()
        }
    };
    let health = headline_words::health(reader, headline.sources_failing, headline.sources_total);
    let synced = headline_words::synced(reader, headline.synced_at);
    let class = if headline.sources_failing > 0 { "headline-note is-trouble" } else { "headline-note" };
    view! {
        <div class="opening">
            {sentence}
            <p class=class><a href="/status">{health}</a>" "{synced}</p>
            <p class="headline-note"><a href="/coverage">{headline_words::watch(reader, headline.watch)}</a></p>
        </div>
    }
    .into_any()
}

fn latest(reader: &Reader, filter: &Filter, overview: &Overview) -> AnyView {
    let text = reader.text;
    let mut all = filter.first_page();
    all.fields.entry(Field::Severity).or_insert_with(|| Selection {
        include: vec![Severity::High.as_str().to_owned(), Severity::Critical.as_str().to_owned()],
        exclude: Vec::new(),
    });
    let body = if overview.latest_high.is_empty() {
        empty::of_window(reader, overview.watched)
    } else {
        finding_rows::table(reader, &overview.latest_high, None)
    };
    view! {
        <section class="panel" aria-labelledby="latest">
            <header class="panel-head">
                <h2 id="latest">{text.latest_heading}</h2>
                <a class="quiet" href=all.href("/findings")>{text.see_all}</a>
            </header>
            {body}
        </section>
    }
    .into_any()
}

/// What stands after the `?` of an address.
/// Every report of the filter in one file.
fn pack_of(reader: &Reader, filter: &Filter) -> String {
    filter.first_page().href(&format!("/api/v1/export/pack.zip?lang={}", reader.language.tag()))
}

fn query_of(address: &str) -> &str {
    address.split_once('?').map_or("", |(_, query)| query)
}

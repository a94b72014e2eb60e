//! `/findings`: every finding the filter selects, a page at a time.

use leptos::prelude::*;

use crate::backend::{Backend, BackendError};
use crate::components::shell::{Document, Place};
use crate::components::{facets, finding_rows, range_bar, saved_views, sequence_note};
use crate::format::Reader;
use crate::model::{Filter, FilterValues, FindingPage, SavedViews, ViewPage};
use crate::page::{PRESENTATION, PageRequest, rendered};

/// Asks and lays out.
pub async fn page<B: Backend>(backend: &B, request: &PageRequest<'_>) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &PRESENTATION)?;
    let page = backend.findings(&filter).await?;
    let values = backend.filter_values(&filter).await?;
    let views = backend.saved_views().await?;
    let zone = filter.time_zone.clone().unwrap_or_else(|| backend.time_zone());
    let reader = Reader::new(request.language, &zone, page.as_of);
    let main = rendered(|| layout(&reader, &filter, &page, &values, &views));
    let document = Document { place: Place::Findings, title: reader.text.nav_findings.to_owned(), main };
    Ok((reader, document))
}

fn layout(reader: &Reader, filter: &Filter, page: &FindingPage, values: &FilterValues, views: &SavedViews) -> AnyView {
    let text = reader.text;
    let here = filter.first_page();
    let body = if page.findings.is_empty() {
        let hint = if filter.is_narrowed() { text.empty_filtered } else { text.empty_window };
        view! { <div class="panel"><p class="empty">{hint}</p></div> }.into_any()
    } else {
        view! { <div class="panel panel-flush">{finding_rows::table(reader, &page.findings, Some(filter))}</div> }
            .into_any()
    };
    view! {
        <div class="page-head">
            <h1 data-total=page.total.to_string()>{reader.count(text.findings_count, page.total)}</h1>
            <span class="panel-actions">
                <a class="button" href=here.href("/findings.csv") download="">{text.download_csv}</a>
                <a class="quiet" href=here.href("/api/v1/findings")>"JSON"</a>
            </span>
        </div>
        {sequence_note::note(reader, filter, text.sequence_members, Some(page.sequence_members))}
        <div class="toolbar">
            {range_bar::presets(reader, filter, "/findings")}
            {facets::chips(reader, filter, Some(values), "/findings")}
            {saved_views::drawer(reader, views, ViewPage::Findings, &here.to_query())}
        </div>
        <div class="explorer">
            <aside class="explorer-side" aria-label=text.filter_label>
                <details class="filter-drawer filter-side">
                    <summary class="button">{text.filter_open}</summary>
                    {facets::form(reader, filter, values, "/findings")}
                </details>
            </aside>
            <div class="explorer-main">
                {body}
                {pager(reader, filter, page)}
            </div>
        </div>
    }
    .into_any()
}

fn pager(reader: &Reader, filter: &Filter, page: &FindingPage) -> AnyView {
    let text = reader.text;
    let first = filter.cursor.is_some().then(|| {
        view! { <a class="button" href=filter.first_page().href("/findings") rel="first">{text.pager_first}</a> }
    });
    let next = page.next_cursor.clone().map(|cursor| {
        let there = Filter { cursor: Some(cursor), ..filter.clone() };
        view! { <a class="button" href=there.href("/findings") rel="next">{text.pager_next}</a> }
    });
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    view! { <nav class="pager" aria-label=text.pager_label>{first}{next}</nav> }.into_any()
}

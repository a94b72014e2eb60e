//! `/findings`: every finding the filter selects, a page at a time, or gathered by type.

use futures::try_join;
use leptos::prelude::*;

use crate::backend::{Backend, BackendError};
use crate::components::facets::Applied;
use crate::components::shell::{Document, Place};
use crate::components::{
    column_choice, column_rows, empty, facets, finding_rows, group_rows, other_forms, range_bar, saved_views,
    sequence_note, share_link,
};
use crate::format::Reader;
use crate::model::{
    Filter, FilterValues, FindingPage, FindingsView, Grouping, Groups, SavedViews, ShareReport, ViewPage,
};
use crate::page::{PRESENTATION, PageRequest, rendered};

/// What the page shows of the findings.
enum Shown {
    List(FindingPage),
    Groups(Groups),
}

/// What the page is made of.
struct Parts<'a> {
    filter: &'a Filter,
    view: &'a FindingsView,
    shown: &'a Shown,
    values: &'a FilterValues,
    saved: &'a SavedViews,
}

/// Asks and lays out.
pub async fn page<B: Backend>(backend: &B, request: &PageRequest<'_>) -> Result<(Reader, Document), BackendError> {
    let filter = Filter::parse(request.query, &[&PRESENTATION[..], &FindingsView::PARAMETERS].concat())?;
    let view = FindingsView::parse(request.query)?;
    let shown = async {
        Ok(match view.group {
            None => Shown::List(backend.findings(&filter).await?),
            Some(Grouping::Type) => Shown::Groups(backend.groups(&filter).await?),
        })
    };
    // None needs another's answer, and readers of the database work side by side.
    let (shown, values, saved) = try_join!(shown, backend.filter_values(&filter), backend.saved_views())?;
    let as_of = match &shown {
        Shown::List(page) => page.as_of,
        Shown::Groups(groups) => groups.as_of,
    };
    let zone = filter.time_zone.clone().unwrap_or_else(|| backend.time_zone());
    let reader = Reader::new(request.language, &zone, as_of);
    let parts = Parts { filter: &filter, view: &view, shown: &shown, values: &values, saved: &saved };
    let main = rendered(|| layout(&reader, &parts));
    let document =
        Document { place: Place::Findings, title: reader.text.nav_findings.to_owned(), main, refresh_seconds: None };
    Ok((reader, document))
}

fn layout(reader: &Reader, parts: &Parts<'_>) -> AnyView {
    let Parts { filter, view, shown, values, saved } = *parts;
    let text = reader.text;
    let path = view.path();
    let here = filter.first_page().href(&path);
    let query = here.split_once('?').map_or("", |(_, query)| query);
    let (total, watched, members) = match shown {
        Shown::List(page) => (page.total, page.watched, Some(page.sequence_members)),
        Shown::Groups(groups) => (groups.total.findings, groups.watched, None),
    };
    view! {
        <div class="explorer-top">
            <div class="page-head">
                <h1 data-total=(total > 0 || watched).then(|| total.to_string())>{empty::counted(reader, total, watched)}</h1>
                {files(reader, filter, view)}
            </div>
            {sequence_note::note(reader, filter, text.sequence_members, members)}
            <div class="toolbar">
                {range_bar::presets(reader, filter, &path)}
                {facets::chips(reader, filter, Some(values), &path)}
                {shapes(reader, filter, view)}
                {column_choice::drawer(reader, filter, view)}
                {saved_views::drawer(reader, saved, ViewPage::Findings, query)}
            </div>
        </div>
        <div class="explorer">
            <aside class="explorer-side" aria-label=text.filter_label>
                <details class="filter-drawer filter-side">
                    <summary class="button">{text.filter_open}</summary>
                    {facets::form(reader, filter, values, &path, Applied::AtOnce)}
                </details>
            </aside>
            <div class="explorer-main">{found(reader, parts, watched)}</div>
        </div>
    }
    .into_any()
}

/// The same findings as files, with the same columns or in the same groups.
fn files(reader: &Reader, filter: &Filter, view: &FindingsView) -> AnyView {
    let here = filter.first_page();
    let columns = FindingsView { group: None, ..view.clone() };
    let (csv, json) = match view.group {
        Some(Grouping::Type) => ("/api/v1/export/groups.csv".to_owned(), "/api/v1/groups".to_owned()),
        None if view.columns.is_empty() => ("/findings.csv".to_owned(), "/api/v1/findings".to_owned()),
        None => (columns.at("/findings.csv"), columns.at("/api/v1/export/findings.json")),
    };
    view! {
        <span class="panel-actions">
            <a class="button" href=here.href(&csv) download="">{reader.text.download_csv}</a>
            <a class="quiet" href=here.href(&json)>"JSON"</a>
            {other_forms::links_but_json(reader, &here.href(&csv), reader.text.nav_findings)}
            {share_link::link(reader, ShareReport::Findings, &here.href("/findings"), reader.text.nav_findings)}
        </span>
    }
    .into_any()
}

/// A list, or groups.
fn shapes(reader: &Reader, filter: &Filter, view: &FindingsView) -> AnyView {
    let text = &reader.text.explorer;
    let choices = [(text.shape_list, None), (text.shape_types, Some(Grouping::Type))];
    let links: Vec<_> = choices
        .into_iter()
        .map(|(name, group)| {
            let there = FindingsView { group, ..view.clone() };
            let current = (group == view.group).then_some("true");
            view! { <li><a href=filter.first_page().href(&there.path()) aria-current=current>{name}</a></li> }
        })
        .collect();
    view! { <nav aria-label=text.shape_label><ul class="switch">{links}</ul></nav> }.into_any()
}

fn found(reader: &Reader, parts: &Parts<'_>, watched: bool) -> AnyView {
    let Parts { filter, view, shown, .. } = *parts;
    let text = reader.text;
    let path = view.path();
    let (table, pager) = match shown {
        Shown::List(page) if page.findings.is_empty() => (None, pager(reader, filter, &path, page)),
        Shown::List(page) if view.columns.is_empty() => {
            let table = finding_rows::table(reader, &page.findings, Some((filter, &path)));
            (Some(table), pager(reader, filter, &path, page))
        }
        Shown::List(page) => {
            let table = column_rows::table(reader, &page.findings, &view.columns, (filter, &path));
            (Some(table), pager(reader, filter, &path, page))
        }
        Shown::Groups(groups) if groups.rows.is_empty() => (None, ().into_any()),
        Shown::Groups(groups) => (Some(group_rows::table(reader, filter, groups)), ().into_any()),
    };
    let Some(table) = table else {
        if !watched {
            return view! { <div class="panel">{empty::of_window(reader, watched)}</div> {pager} }.into_any();
        }
        let hint = if filter.is_narrowed() { text.empty_filtered } else { text.empty_window };
        // A part of an identifier from its middle is looked for in vain.
        let has_digits = |text: &String| text.bytes().any(|byte| byte.is_ascii_digit());
        let searched = filter.text.as_ref().filter(|text| has_digits(text));
        let searched = searched.map(|_| view! { <br/>{text.empty_searched} });
        return view! { <div class="panel"><p class="empty">{hint}{searched}</p></div> {pager} }.into_any();
    };
    view! { <div class="panel panel-flush">{table}</div> {pager} }.into_any()
}

fn pager(reader: &Reader, filter: &Filter, path: &str, page: &FindingPage) -> AnyView {
    let text = reader.text;
    let first = filter.cursor.is_some().then(|| {
        view! { <a class="button" href=filter.first_page().href(path) rel="first">{text.pager_first}</a> }
    });
    let next = page.next_cursor.clone().map(|cursor| {
        let there = Filter { cursor: Some(cursor), ..filter.clone() };
        view! { <a class="button" href=there.href(path) rel="next">{text.pager_next}</a> }
    });
    if first.is_none() && next.is_none() {
        return ().into_any();
    }
    view! { <nav class="pager" aria-label=text.pager_label>{first}{next}</nav> }.into_any()
}

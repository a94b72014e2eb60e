//! Saved views as links, and a form that gives the present address a name. Forms post and lead back to a page.

use leptos::prelude::*;

use crate::format::Reader;
use crate::model::saved::LONGEST_NAME;
use crate::model::{SavedView, SavedViews, ViewPage};
use crate::text::fill;

/// A drawer with every view. `page` and `query` (canonical) are what the reader sees.
pub fn drawer(reader: &Reader, views: &SavedViews, page: ViewPage, query: &str) -> AnyView {
    let text = &reader.text.explorer;
    let is_here = |view: &SavedView| view.page == page && view.query == query;
    let current = views.views.iter().find(|view| is_here(view));
    let summary =
        current.map_or_else(|| text.views_open.to_owned(), |view| fill(text.view_current, &[("name", &view.name)]));
    let count = (!views.views.is_empty()).then(|| {
        let count = i64::try_from(views.views.len()).unwrap_or(i64::MAX);
        view! { <span class="facet-chosen">{reader.number(count)}</span> }
    });
    let rows: Vec<_> = views.views.iter().map(|view| row(reader, view, is_here(view), (page, query))).collect();
    let list = if rows.is_empty() {
        view! { <p class="panel-note">{text.views_none}</p> }.into_any()
    } else {
        view! { <ul class="saved-views">{rows}</ul> }.into_any()
    };
    view! {
        <details class="filter-drawer" id="views">
            <summary class="button">{summary}{count}</summary>
            <div class="drawer-body">
                {list}
                <form class="save-view" method="post" action="/views">
                    {address(page, query)}
                    <label for="view-name">{text.view_name}</label>
                    <input id="view-name" name="name" type="text" required maxlength=LONGEST_NAME.to_string() autocomplete="off"/>
                    <button type="submit" class="button">{text.view_save}</button>
                </form>
                <p class="panel-note">{text.views_note}</p>
            </div>
        </details>
    }
    .into_any()
}

fn row(reader: &Reader, saved: &SavedView, is_here: bool, (page, query): (ViewPage, &str)) -> AnyView {
    let text = &reader.text.explorer;
    let named = |template| fill(template, &[("name", &saved.name)]);
    let place = match saved.page {
        ViewPage::Overview => reader.text.nav_overview,
        ViewPage::Findings => reader.text.nav_findings,
    };
    view! {
        <li>
            <a href=saved.href() aria-current=is_here.then_some("page")>{saved.name.clone()}</a>
            <span class="sub">{place}</span>
            <a class="quiet" href=saved.short_href() aria-label=named(text.view_short_label)>{text.view_short}</a>
            {rename(reader, saved, (page, query))}
            <form method="post" action=format!("{}/delete", saved.short_href())>
                {address(page, query)}
                <button type="submit" class="copy" aria-label=named(text.view_delete_label)>{text.view_delete}</button>
            </form>
        </li>
    }
    .into_any()
}

/// A drawer within the row, so that names are not written over by accident.
fn rename(reader: &Reader, saved: &SavedView, (page, query): (ViewPage, &str)) -> AnyView {
    let text = &reader.text.explorer;
    let named = |template| fill(template, &[("name", &saved.name)]);
    let id = format!("rename-{}", saved.id);
    view! {
        <details class="rename-view">
            <summary class="copy" aria-label=named(text.view_rename_label)>{text.view_rename}</summary>
            <form method="post" action=format!("{}/rename", saved.short_href())>
                {address(page, query)}
                <label class="unseen" for=id.clone()>{named(text.view_new_name)}</label>
                <input id=id name="name" type="text" required maxlength=LONGEST_NAME.to_string() value=saved.name.clone() autocomplete="off"/>
                <button type="submit" class="button">{text.view_rename_save}</button>
            </form>
        </details>
    }
    .into_any()
}

/// Where the reader is, for the way back.
fn address(page: ViewPage, query: &str) -> AnyView {
    view! {
        <input type="hidden" name="page" value=page.as_str()/>
        <input type="hidden" name="query" value=query.to_owned()/>
    }
    .into_any()
}

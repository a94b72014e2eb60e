//! Which columns the list has: a form that works without JavaScript. What is chosen is part of the address.

use leptos::prelude::*;

use super::facets::hidden;
use crate::format::Reader;
use crate::model::{Column, Filter, FindingsView};

/// A drawer with a box for every column. Chosen ones come first, in their order, so that the order outlives the form.
pub fn drawer(reader: &Reader, filter: &Filter, view: &FindingsView) -> AnyView {
    if view.group.is_some() {
        return ().into_any();
    }
    let text = &reader.text.explorer;
    let chosen: &[Column] = if view.columns.is_empty() { Column::USUAL } else { &view.columns };
    let rest = Column::ALL.iter().filter(|column| !chosen.contains(column));
    let boxes: Vec<_> = chosen
        .iter()
        .chain(rest)
        .map(|column| {
            view! {
                <li>
                    <label>
                        <input type="checkbox" name="columns" value=column.as_str() checked=chosen.contains(column)/>
                        <span>{text.column(*column)}</span>
                    </label>
                </li>
            }
        })
        .collect();
    let count = (!view.columns.is_empty())
        .then(|| view! { <span class="facet-chosen">{view.columns.len().to_string()}</span> });
    let usual = filter.first_page().href("/findings");
    view! {
        <details class="filter-drawer">
            <summary class="button">{text.columns_open}{count}</summary>
            <form class="drawer-body" method="get" action="/findings">
                {hidden(&filter.first_page().to_query())}
                <div role="group" aria-label=text.columns_open><ul class="column-choice">{boxes}</ul></div>
                <div class="facet-actions">
                    <button type="submit" class="button">{reader.text.filter_apply}</button>
                    <a class="quiet" href=usual>{text.columns_usual}</a>
                </div>
                <p class="panel-note">{text.columns_note}</p>
            </form>
        </details>
    }
    .into_any()
}

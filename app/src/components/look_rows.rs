//! How the last looks at what runs went, by account and Region.

use leptos::prelude::*;

use super::table_head::{self, NUMBER};
use super::{badge, scroll_table};
use crate::format::Reader;
use crate::model::coverage::RegionCoverage;

/// The panel of the status page; nothing where nobody looks.
pub fn panel(reader: &Reader, looks: &[RegionCoverage]) -> Option<AnyView> {
    let text = &reader.text.coverage;
    let rows: Vec<AnyView> = looks.iter().filter(|look| !look.parts.is_empty()).map(|look| row(reader, look)).collect();
    if rows.is_empty() {
        return None;
    }
    let head = table_head::of(&[
        (reader.text.field_region, ""),
        (text.column_look, ""),
        (reader.text.column_requests, NUMBER),
    ]);
    let panel = view! {
        <section class="panel" aria-labelledby="looks">
            <header class="panel-head">
                <h2 id="looks">{text.status_heading}</h2>
                <p class="panel-note">{text.status_note}</p>
                <a class="quiet" href="/coverage">{text.heading}</a>
            </header>
            {scroll_table::of(text.status_heading, head, rows)}
        </section>
    };
    Some(panel.into_any())
}

fn row(reader: &Reader, look: &RegionCoverage) -> AnyView {
    view! {
        <tr>
            <th scope="row">{badge::whereabouts(Some(&look.account), Some(&look.region))}</th>
            <td class="wrap">{outcome(reader, look)}</td>
            <td class="number">{reader.number(look.requests)}</td>
        </tr>
    }
    .into_any()
}

/// When it was looked, and what was refused or failed.
pub fn outcome(reader: &Reader, look: &RegionCoverage) -> AnyView {
    if look.parts.is_empty() {
        return view! { <span class="is-unknown">{reader.text.coverage.ecs_not_asked}</span> }.into_any();
    }
    let at = look.parts.iter().map(|part| part.last_attempt_at).max().map(|at| reader.ago(at));
    let mut errors: Vec<String> = look.parts.iter().filter_map(|part| part.error.clone()).collect();
    errors.dedup();
    let errors: Vec<_> = errors.into_iter().map(|error| view! { <p class="trouble">{error}</p> }).collect();
    view! { <span>{at}</span>{errors} }.into_any()
}

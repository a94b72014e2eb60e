//! "Where": clusters or task families with their small trends.

use leptos::prelude::*;

use super::kpi::difference;
use super::table_head::{self, NUMBER, SPARE, SPARE_NUMBER};
use super::{badge, chart_words, empty, other_forms, place_link, share_link};
use crate::backend::Charts;
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{Field, Filter, Place, ShareReport, Window};
use crate::text::fill;

/// What the panel is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    pub field: Field,
    pub heading: &'static str,
    pub id: &'static str,
    /// What a finding is called that has none.
    pub none: &'static str,
    /// Template with `{n}`: how many there are besides the rows.
    pub more: &'static str,
}

/// A panel with one row per place, most findings first. `watched`: whether anybody looked at any part of the window.
pub fn panel(
    reader: &Reader,
    charts: &dyn Charts,
    filter: &Filter,
    (window, watched): (&Window, bool),
    subject: Subject,
    places: &[Place],
    total: usize,
) -> AnyView {
    let text = reader.text;
    let highest = places.iter().map(|place| place.row.findings).max().unwrap_or(1).max(1);
    let rows: Vec<_> = places.iter().map(|place| row(reader, charts, filter, subject, place, highest)).collect();
    let shown = places.iter().filter(|place| place.row.key != NONE_KEY).count();
    let more = i64::try_from(total.saturating_sub(shown)).unwrap_or(0);
    let more = (more > 0).then(|| view! { <p class="panel-foot">{reader.count(subject.more, more)}</p> });
    let body = if places.is_empty() {
        empty::of_window(reader, watched)
    } else {
        let head = table_head::of(&[
            (subject.heading, ""),
            (text.column_trend, SPARE),
            (text.column_findings, NUMBER),
            (text.column_change, SPARE_NUMBER),
        ]);
        view! {
            <div class="scroller">
                <table class="data places-table">
                    {head}
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let csv = export_href(filter, subject.field);
    view! {
        <section class="panel" aria-labelledby=subject.id>
            <header class="panel-head">
                <h2 id=subject.id>{subject.heading}</h2>
                <p class="panel-note">{super::range_bar::words(reader, window)}</p>
                <span class="panel-actions">
                    {share_link::link(reader, ShareReport::Breakdown, &csv, subject.heading)}
                    <a class="quiet" href=csv.clone()>"CSV"</a>
                    {other_forms::links(reader, &csv, subject.heading)}
                </span>
            </header>
            {body}
            {more}
        </section>
    }
    .into_any()
}

/// The same numbers as a file.
fn export_href(filter: &Filter, field: Field) -> String {
    let query = filter.first_page().to_query();
    let by = field.as_str();
    let separator = if query.is_empty() { "" } else { "&" };
    format!("/api/v1/export/breakdown.csv?by={by}{separator}{query}")
}

fn row(
    reader: &Reader,
    charts: &dyn Charts,
    filter: &Filter,
    subject: Subject,
    place: &Place,
    highest: i64,
) -> AnyView {
    let none = place.row.key == NONE_KEY;
    let (name, context) = if none {
        (subject.none.to_owned(), None)
    } else {
        let (account, region) = place_link::context_of(&place.row.key);
        let name = super::facets::value_name(reader, subject.field, &place.row.key, &place.row.label);
        (name, account.is_some().then(|| badge::whereabouts(account, region)))
    };
    let list = filter.with(subject.field, &place.row.key).href("/findings");
    let href = place_link::href(filter, subject.field, &place.row.key, page_name(subject, place));
    let title = fill(reader.text.spark_title, &[("name", &name)]);
    let spark = charts.sparkline(&place.spark, &chart_words::chart_text(reader, title.clone(), title));
    let class = if none { "is-none" } else { "" };
    // A bar behind the number, in twentieths: the style sheet has a class for each.
    let share = format!("number share share-{}", (place.row.findings * 20 + highest - 1) / highest);
    view! {
        <tr class=class>
            <th scope="row">
                <a href=href>{name}</a>
                {context}
            </th>
            <td class="hide-narrow spark" inner_html=spark></td>
            <td class=share data-findings=place.row.findings.to_string()><a href=list>{reader.number(place.row.findings)}</a></td>
            <td class="hide-narrow number">{difference(reader, place.row.findings, place.previous)}</td>
        </tr>
    }
    .into_any()
}

/// How the place's address calls it: a category by its slug, others by their name.
fn page_name(subject: Subject, place: &Place) -> &str {
    if subject.field == Field::Category { &place.row.key } else { &place.row.label }
}

//! When the findings of each revision, image or type were first and last seen.

use leptos::prelude::*;

use super::empty;
use super::table_head::{self, NUMBER, SPARE_NUMBER};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{Dimension, Field, Filter, LifespanRow, Lifespans};

/// Rows shown at once; the rest is on request.
const SHOWN: usize = 10;

/// A panel with one row per value, newest first sight first.
pub fn panel(reader: &Reader, filter: &Filter, lifespans: &Lifespans) -> AnyView {
    let text = reader.text;
    let (field, heading, id) = match lifespans.by {
        Dimension::Revision => (Field::Revision, text.revisions_heading, "revisions"),
        Dimension::Image => (Field::Image, text.images_heading, "images"),
        _ => (Field::Type, text.types_heading, "types"),
    };
    let row = |row: &LifespanRow| one(reader, filter, field, row);
    let (first, rest) = lifespans.rows.split_at(lifespans.rows.len().min(SHOWN));
    let table = |rows: &[LifespanRow]| {
        let rows: Vec<_> = rows.iter().map(row).collect();
        let head = table_head::of(&[
            (heading, ""),
            (text.column_findings, NUMBER),
            (text.status(crate::model::StatusChoice::Active), SPARE_NUMBER),
            (text.fact_first_seen, ""),
            (text.fact_last_seen, ""),
        ]);
        view! {
            <table class="data lifespans">
                {head}
                <tbody>{rows}</tbody>
            </table>
        }
    };
    let more = (!rest.is_empty()).then(|| {
        let summary = reader.count(text.values_more, i64::try_from(rest.len()).unwrap_or(0));
        view! { <details class="more"><summary>{summary}</summary>{table(rest)}</details> }
    });
    let body = if first.is_empty() {
        empty::of_window(reader, lifespans.watched)
    } else {
        view! { <div class="scroller" tabindex="0" role="group" aria-label=heading>{table(first)}{more}</div> }
            .into_any()
    };
    view! {
        <section class="panel" aria-labelledby=id>
            <header class="panel-head"><h2 id=id>{heading}</h2></header>
            {body}
        </section>
    }
    .into_any()
}

fn one(reader: &Reader, filter: &Filter, field: Field, row: &LifespanRow) -> AnyView {
    let name = match field {
        _ if row.key == NONE_KEY => reader.text.none_of_field.to_owned(),
        Field::Image => short_image(&row.label),
        _ => row.label.clone(),
    };
    let href = filter.with(field, &row.key).href("/findings");
    let time = |at: jiff::Timestamp| {
        view! { <time class="nowrap" datetime=at.to_string() title=reader.exact_time(at)>{reader.date(at)}</time> }
    };
    view! {
        <tr>
            <th scope="row"><a href=href title=row.key.clone()>{name}</a></th>
            <td class="number">{reader.number(row.findings)}</td>
            <td class="number hide-narrow">{reader.number(row.active)}</td>
            <td>{time(row.first_seen)}</td>
            <td>{time(row.last_seen)}</td>
        </tr>
    }
    .into_any()
}

/// An image without its registry, its digest cut to what people compare.
fn short_image(image: &str) -> String {
    let name = image.split_once('/').filter(|(host, _)| host.contains('.')).map_or(image, |(_, name)| name);
    match name.split_once("@sha256:") {
        Some((name, digest)) => format!("{name} @{}", digest.get(..12).unwrap_or(digest)),
        None => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_named_by_what_differs() {
        let digest = "059bf1c11a783337927f74adc9e84a6ed1e352f1f964215fc65e33b18fb24013";
        let image = format!("333344445555.dkr.ecr.us-east-1.amazonaws.com/analytics/trainer:89@sha256:{digest}");
        assert_eq!(short_image(&image), "analytics/trainer:89 @059bf1c11a78");
        assert_eq!(short_image("nginx:1.29"), "nginx:1.29");
        assert_eq!(short_image("library/nginx"), "library/nginx");
    }
}

//! "Where": clusters or task families with their small trends.

use leptos::prelude::*;

use super::badge;
use super::kpi::difference;
use crate::backend::{ChartText, Charts};
use crate::format::Reader;
use crate::model::terms::NONE_KEY;
use crate::model::{Field, Filter, Place, Window};
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

/// A panel with one row per place, most findings first.
pub fn panel(
    reader: &Reader,
    charts: &dyn Charts,
    filter: &Filter,
    window: &Window,
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
        view! { <p class="empty">{text.empty_window}</p> }.into_any()
    } else {
        view! {
            <div class="scroller">
                <table class="data places-table">
                    <thead>
                        <tr>
                            <th scope="col">{subject.heading}</th>
                            <th scope="col" class="hide-narrow">{text.column_trend}</th>
                            <th scope="col" class="number">{text.column_findings}</th>
                            <th scope="col" class="hide-narrow number">{text.column_change}</th>
                        </tr>
                    </thead>
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
                <a class="quiet" href=csv>"CSV"</a>
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
        let (account, region) = context_of(&place.row.key);
        (place.row.label.clone(), Some(badge::whereabouts(account, region)))
    };
    let href = filter.with(subject.field, &place.row.key).href("/findings");
    let spark = charts.sparkline(
        &place.spark,
        &ChartText {
            title: fill(reader.text.spark_title, &[("name", &name)]),
            description: fill(reader.text.spark_title, &[("name", &name)]),
            unknown: reader.text.unknown.to_owned(),
            language: reader.language.tag(),
        },
    );
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
            <td class=share data-findings=place.row.findings.to_string()>{reader.number(place.row.findings)}</td>
            <td class="hide-narrow number">{difference(reader, place.row.findings, place.previous)}</td>
        </tr>
    }
    .into_any()
}

/// Account and Region of a key: `arn:aws:ecs:region:account:cluster/name` or `account/region/name`.
pub fn context_of(key: &str) -> (Option<&str>, Option<&str>) {
    let separator = if key.starts_with("arn:") { ':' } else { '/' };
    match key.split(separator).collect::<Vec<_>>()[..] {
        [_, _, _, region, account, ..] if separator == ':' => (Some(account), Some(region)),
        [account, region, _, ..] if separator == '/' => (Some(account), Some(region)),
        _ => (None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_their_account_and_region() {
        assert_eq!(
            context_of("arn:aws:ecs:us-east-1:111122223333:cluster/payments"),
            (Some("111122223333"), Some("us-east-1"))
        );
        assert_eq!(context_of("111122223333/us-east-1/checkout"), (Some("111122223333"), Some("us-east-1")));
        assert_eq!(context_of("checkout"), (None, None));
    }
}
